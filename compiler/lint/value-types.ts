import type { PropertyEntry } from "../../grammar/properties/ast.ts";
import { listOfKind } from "../bind/key.ts";
import type { Severity } from "../diagnostics/diagnostic.ts";
import type { ResolvedAgent, ResolvedProperty } from "../resolve/resolved-agent.ts";
import type { PropertyType } from "../schema/property.ts";
import { placeOfKey } from "./key-parts.ts";
import { sites, writtenAs } from "./walk.ts";

/** What the schema says of a value. */
export interface ValueType {
  readonly type: PropertyType;
  /** As it stands it is no good, and Flume goes on without it: with the default, say. */
  readonly passedOver: boolean;
}

/** What the schema says of the values, by where their entries begin. */
export function typesByStart(agents: readonly ResolvedAgent[]): Map<number, ValueType> {
  const types = new Map<number, ValueType>();
  for (const { component } of sites(agents)) {
    if (component.typeProperty !== undefined) {
      types.set(component.typeProperty.entry.span.start, { type: { kind: "part-type" }, passedOver: false });
    }
    for (const property of component.properties.values()) {
      const start = writtenAs(property)?.entry.span.start;
      if (start === undefined || types.has(start)) continue;
      types.set(start, { type: property.definition.type, passedOver: isPassedOver(property) });
    }
  }
  return types;
}

/** A boolean that is neither true nor false is false, and stops nothing. */
function isPassedOver({ definition, value }: ResolvedProperty): boolean {
  if (definition.type.kind === "boolean") return true;
  return value.kind === "invalid" && value.consequence !== "removed" && value.consequence !== "later";
}

/** True for a value that holds a name, a number or the like: nothing stands there that is not meant for Flume. */
export function isStrict(entry: PropertyEntry, value: ValueType | undefined): boolean {
  return isList(entry) || (value !== undefined && STRICT.has(value.type.kind));
}

/** How bad it is that something stands in a value which does not belong there. */
export function severityOfSpoiling(entry: PropertyEntry, value: ValueType | undefined): Severity {
  return isStrict(entry, value) && value?.passedOver !== true ? "error" : "warning";
}

/** The types of names, numbers and fixed words. */
const STRICT: ReadonlySet<PropertyType["kind"]> = new Set([
  "boolean",
  "integer",
  "number",
  "enum",
  "host",
  "port",
  "host-port-list",
  "charset",
  "class-name",
  "reference",
  "part-names",
  "part-type",
]);

/** True for `a1.sources = …` and its like. */
export function isList({ key }: PropertyEntry): boolean {
  const { component, property } = placeOfKey(key.text);
  return component === undefined && property !== undefined && Object.values(listOfKind).includes(property);
}
