import type { BoundProperty } from "../bind/agent-model.ts";
import type { Literal } from "../emit/literal.ts";
import { describeValue } from "../emit/values.ts";
import type { ResolvedComponent, ResolvedProperty } from "../resolve/resolved-agent.ts";
import type { BuildSettings } from "./component-plan.ts";
import { lookUpParts } from "./look-ups.ts";
import type { Origin, Place, PlanOption, PlanValue } from "./pipeline-plan.ts";

/** A `${…}` in a property that decides what the program looks like. */
export class ValueNeededNow extends Error {
  readonly component: ResolvedComponent;
  readonly property: ResolvedProperty;

  constructor(component: ResolvedComponent, property: ResolvedProperty) {
    super(`${component.path}.${property.name} is needed when building`);
    this.name = "ValueNeededNow";
    this.component = component;
    this.property = property;
  }
}

/** A value that Flume takes and a compiled program cannot: the message says why, and the way out. */
export class CannotPlan extends Error {
  readonly component: ResolvedComponent;
  readonly property: ResolvedProperty | undefined;

  constructor(reader: ComponentReader, property: string, message: string) {
    super(message);
    this.name = "CannotPlan";
    this.component = reader.component;
    this.property = reader.property(property);
  }
}

/** What planning a component takes from around it. */
export interface ReaderContext {
  /** The id of the component (for an interceptor: of its source) in the emitted program. */
  readonly id: string;
  /** The id of a channel by its name; undefined for a name that is none of the agent's. */
  channelId(name: string): string | undefined;
  placeOf(property: BoundProperty): Place;
  secretVariable(property: string): string;
  readonly settings: BuildSettings;
}

/** Reads the typed values of a component for its plan: literals where they are known, look-ups where not. */
export class ComponentReader {
  readonly component: ResolvedComponent;
  readonly context: ReaderContext;

  constructor(component: ResolvedComponent, context: ReaderContext) {
    this.component = component;
    this.context = context;
  }

  /** The property, if it is written or has a default. */
  property(name: string): ResolvedProperty | undefined {
    return this.component.properties.get(name);
  }

  /** Whether somebody wrote it, under its present or an old name. */
  isWritten(name: string): boolean {
    const property = this.property(name);
    return property !== undefined && property.provenance.from !== "default";
  }

  /**
   * The value, where the shape of the program hangs on it; undefined where there is none.
   *
   * @throws ValueNeededNow where it is a look-up
   */
  known(name: string): string | number | boolean | readonly string[] | undefined {
    const property = this.property(name);
    if (property === undefined) return undefined;
    const { value } = property;
    switch (value.kind) {
      case "runtime":
        throw new ValueNeededNow(this.component, property);
      case "invalid":
        return fallbackOf(property);
      default:
        return value.value;
    }
  }

  /** The value, text and flags and lists as they are; undefined where there is none. */
  value(name: string): PlanValue | undefined {
    const property = this.property(name);
    if (property === undefined) return undefined;
    const parts = lookUpParts(property, {
      component: this.context.id,
      property: name,
      secretVariable: this.context.secretVariable(name),
    });
    if (parts !== undefined) {
      const range = rangeOf(property);
      return { kind: "look-up", parts, as: typeOf(property), ...(range === undefined ? {} : { range }) };
    }
    const known = this.known(name);
    return known === undefined ? undefined : literal(known);
  }

  /** A whole number, multiplied from Flume's unit to the run time's (seconds to ms: 1000). */
  integer(name: string, times = 1): PlanValue | undefined {
    const value = this.value(name);
    if (value?.kind === "literal" && typeof value.value === "number") return literal(value.value * times);
    return value?.kind === "look-up" && times !== 1 ? { ...value, times } : value;
  }

  /** An option made of one property; none where the property has no value. */
  option(
    name: string,
    property: string,
    extra: { readonly note?: string; readonly times?: number } = {},
  ): PlanOption[] {
    const value = extra.times === undefined ? this.value(property) : this.integer(property, extra.times);
    if (value === undefined) return [];
    const option = { name, value, origin: this.origin(property) };
    return [extra.note === undefined ? option : { ...option, note: extra.note }];
  }

  /** Where the property's value comes from. */
  origin(name: string): Origin {
    const provenance = this.property(name)?.provenance;
    if (provenance === undefined || provenance.from === "default") return { from: "default" };
    return { from: "written", place: this.context.placeOf(provenance.property) };
  }

  /** The places of those of the properties that are written. */
  lines(...names: readonly string[]): (readonly [string, Place])[] {
    return names.flatMap((name) => {
      const origin = this.origin(name);
      return origin.from === "written" ? [[name, origin.place] as const] : [];
    });
  }

  /** The place of the component's type. */
  get line(): Place {
    const { typeProperty } = this.component;
    return typeProperty === undefined ? "default" : this.context.placeOf(typeProperty);
  }

  /** The value for a comment: `app_events`, `$TOPIC`. */
  describe(name: string): string {
    const value = this.value(name);
    return value === undefined ? "none" : describeValue(value);
  }
}

/** A literal value. */
export function literal(value: Literal): PlanValue {
  return { kind: "literal", value };
}

/** An option that flafkac sets. */
export function stated(name: string, value: Literal, note?: string): PlanOption {
  const option = { name, value: literal(value), origin: { from: "flafkac" } } as const;
  return note === undefined ? option : { ...option, note };
}

function typeOf(property: ResolvedProperty): "string" | "integer" | "boolean" | "comma list" {
  switch (property.definition.type.kind) {
    case "integer":
    case "number":
    case "port":
      return "integer";
    case "boolean":
      return "boolean";
    case "host-port-list":
      return "comma list";
    case "list":
      return property.definition.type.separator === "comma" ? "comma list" : "string";
    default:
      return "string";
  }
}

/** What a number may be; a value that is known at run time only is held to it there. */
function rangeOf({ definition }: ResolvedProperty): readonly number[] | undefined {
  const { type } = definition;
  if (type.kind === "port") return [0, 65_535];
  if (type.kind !== "integer" || type.min === undefined) return undefined;
  return type.max === undefined ? [type.min] : [type.min, type.max];
}

/** What Flume goes on with where a value does not parse; files with values that it refuses are not planned. */
function fallbackOf(property: ResolvedProperty): string | number | boolean | undefined {
  const { value, definition } = property;
  if (value.kind !== "invalid" || value.consequence === "ignored") return undefined;
  const text =
    typeof value.consequence === "object"
      ? value.consequence.uses
      : value.consequence === "default"
        ? definition.default
        : value.text;
  if (text === undefined) return undefined;
  return typeOf(property) === "integer" ? Number(text) : text;
}
