import type { Span } from "../../grammar/text/span.ts";
import type {
  AgentModel,
  BoundComponent,
  BoundDocument,
  BoundProperty,
  ListedName,
} from "../bind/agent-model.ts";
import type { ComponentDefinition, DefinitionKind } from "../schema/component.ts";
import type { LookUp } from "../schema/look-up.ts";
import type { Consequence, PropertyDefinition } from "../schema/property.ts";

/** Where a value comes from. */
export type Provenance =
  | { readonly from: "written"; readonly property: BoundProperty }
  /** Written under an old name that Flume still translates. */
  | { readonly from: "deprecated-name"; readonly property: BoundProperty; readonly oldName: string }
  | { readonly from: "default" };

/** A piece of a value that is put together when the program starts. */
export type ValuePart =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "lookup";
      /**
       * `env`: an environment variable; `filter`: a config filter of the agent, by name; `sys`, `java`, `date`: what
       * the JVM knows, for which a program on Node has nothing.
       */
      readonly lookup: "env" | "sys" | "java" | "date" | "filter";
      /** The name after the colon; for a filter, the key. */
      readonly key: string;
      /** The name of the config filter. */
      readonly filter?: string;
      /** What follows `:-`, for when there is no such variable. */
      readonly fallback?: readonly ValuePart[];
    };

/** A typed value. `invalid` where the text does not parse; `runtime` where it holds `${…}` known at run time only. */
export type ResolvedValue =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "list"; readonly value: readonly string[] }
  | { readonly kind: "runtime"; readonly text: string; readonly parts: readonly ValuePart[] }
  | {
      readonly kind: "invalid";
      readonly text: string;
      /** Half a sentence that follows the property's name: `must be a whole number`. Does not hold the value. */
      readonly why: string;
      readonly problem: "unparsable" | "out-of-range";
      /** What Flume does about it. */
      readonly consequence: Consequence;
    };

/** A `${…}` that means nothing to Flume: the text stays as it is. */
export interface UndefinedReference {
  readonly text: string;
  readonly span: Span;
}

/** One property of a component after defaults and old names are applied. */
export interface ResolvedProperty {
  /** The modern name; for a pattern of the schema (`mapping.<value>`, `kafka.producer.*`) the key as written. */
  readonly name: string;
  readonly definition: PropertyDefinition;
  readonly value: ResolvedValue;
  /** The value as text, references to other properties replaced, as Flume's components get to see it. */
  readonly text: string;
  readonly provenance: Provenance;
  /** What stands in place of the `<placeholder>` or `*` of the schema's name. */
  readonly captured: readonly string[];
  readonly undefinedReferences: readonly UndefinedReference[];
}

/** Properties of a part that its list does not name: Flume never looks at them. */
export interface OrphanPart {
  readonly kind: DefinitionKind;
  readonly name: string;
  /** Under their names below the part. */
  readonly properties: ReadonlyMap<string, BoundProperty>;
}

/** A component (or an interceptor, selector, serializer inside one) with its schema and typed values. */
export interface ResolvedComponent {
  readonly kind: DefinitionKind;
  /** For a part: its own properties, under their names below the part, with the same places in the file. */
  readonly bound: BoundComponent;
  /** `sources.source1`, or `sources.source1.interceptors.i1` for a part of a component. */
  readonly path: string;
  readonly name: string;
  /** As written, or the default (`replicating`) of a part that has one. */
  readonly typeName: string | undefined;
  readonly typeProperty: BoundProperty | undefined;
  /** What the registry says of the type; absent without a type. */
  readonly typeLookUp: LookUp | undefined;
  /** Also given where only the case of a class name, or `$Builder`, is wrong. */
  readonly definition: ComponentDefinition | undefined;
  /**
   * What is wrong with the type. `pending`: Flume has it, its schema is still to come here; `runtime`: it holds a
   * `${…}` that is known at run time only.
   */
  readonly unresolved?:
    | "no-type"
    | "unknown"
    | "pending"
    | "custom-class"
    | "wrong-case"
    | "missing-builder"
    | "runtime";
  /** By modern name; only those of the schema. */
  readonly properties: ReadonlyMap<string, ResolvedProperty>;
  /** Written properties that the schema does not know. Empty when there is no schema. */
  readonly unknown: readonly BoundProperty[];
  /** Interceptors in order, and the selector, of a source; serializer and path manager of a sink. */
  readonly parts: readonly ResolvedComponent[];
  readonly orphanParts: readonly OrphanPart[];
}

/** A name that refers to another component, and what it found. */
export interface ResolvedReference {
  readonly written: ListedName;
  readonly target: ResolvedComponent | undefined;
}

/** An agent with schemas, typed values and linked references: what rules and the planner read. */
export interface ResolvedAgent {
  readonly model: AgentModel;
  /** The whole file: other agents and their properties, which references may name. */
  readonly document: BoundDocument;
  readonly name: string;
  /** Listed and configured components only, in list order: the ones Flume looks at. */
  readonly sources: readonly ResolvedComponent[];
  readonly channels: readonly ResolvedComponent[];
  readonly sinks: readonly ResolvedComponent[];
  readonly sinkGroups: readonly ResolvedComponent[];
  /** The channels a source names in `channels`, the channel a sink names in `channel`. */
  channelsOf(component: ResolvedComponent): readonly ResolvedReference[];
}
