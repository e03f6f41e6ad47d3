import type { AgentModel, BoundComponent, BoundProperty, ListedName } from "../bind/agent-model.ts";
import type { ComponentDefinition } from "../schema/component.ts";
import type { PropertyDefinition } from "../schema/property.ts";

/** Where a value comes from. */
export type Provenance =
  | { readonly from: "written"; readonly property: BoundProperty }
  /** Written under an old name that Flume still translates. */
  | { readonly from: "deprecated-name"; readonly property: BoundProperty; readonly oldName: string }
  | { readonly from: "default" };

/** A typed value. `invalid` where the text does not parse; `runtime` where it holds `${…}` known at run time only. */
export type ResolvedValue =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "list"; readonly value: readonly string[] }
  | { readonly kind: "runtime"; readonly text: string }
  | { readonly kind: "invalid"; readonly text: string; readonly why: string };

/** One property of a component after defaults and old names are applied. */
export interface ResolvedProperty {
  readonly name: string;
  readonly definition: PropertyDefinition;
  readonly value: ResolvedValue;
  readonly provenance: Provenance;
}

/** A component (or an interceptor, selector, serializer inside one) with its schema and typed values. */
export interface ResolvedComponent {
  readonly bound: BoundComponent;
  /** `sources.source1`, or `sources.source1.interceptors.i1` for a part of a component. */
  readonly path: string;
  readonly name: string;
  /** As written, or the default (`replicating`) of a part that has one. */
  readonly typeName: string | undefined;
  readonly typeProperty: BoundProperty | undefined;
  readonly definition: ComponentDefinition | undefined;
  /** Why there is no definition. `pending`: Flume has it, its schema is still to come here. */
  readonly unresolved?: "no-type" | "unknown" | "pending" | "custom-class";
  /** By modern name; only those of the schema. */
  readonly properties: ReadonlyMap<string, ResolvedProperty>;
  /** Written properties that the schema does not know. Empty when there is no schema. */
  readonly unknown: readonly BoundProperty[];
  /** Interceptors in order, and the selector, of a source; serializers of a sink. */
  readonly parts: readonly ResolvedComponent[];
}

/** A name that refers to another component, and what it found. */
export interface ResolvedReference {
  readonly written: ListedName;
  readonly target: ResolvedComponent | undefined;
}

/** An agent with schemas, typed values and linked references: what rules and the planner read. */
export interface ResolvedAgent {
  readonly model: AgentModel;
  readonly name: string;
  /** Listed and configured components only, in list order: the ones Flume looks at. */
  readonly sources: readonly ResolvedComponent[];
  readonly channels: readonly ResolvedComponent[];
  readonly sinks: readonly ResolvedComponent[];
  readonly sinkGroups: readonly ResolvedComponent[];
  /** The channels a source names in `channels`, the channel a sink names in `channel`. */
  channelsOf(component: ResolvedComponent): readonly ResolvedReference[];
}
