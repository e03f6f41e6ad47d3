import type { PropertyEntry } from "../../grammar/properties/ast.ts";
import type { Span } from "../../grammar/text/span.ts";

/** The component lists of an agent, in Flume's own spelling (`FlumeConfiguration.AgentConfiguration`). */
export type ComponentKind = "source" | "channel" | "sink" | "sinkgroup" | "configfilter";

/** A property of one component, as written; the last of several equal keys is the one that counts. */
export interface BoundProperty {
  /** The key below the component, for example `kafka.topic` or `interceptors.i1.type`, as Flume reads it. */
  readonly name: string;
  /** The part of the key that spells `name`. */
  readonly nameSpan: Span;
  /** The value as Flume reads it (ISO-8859-1 in a file) and trims it. */
  readonly value: string;
  /** The same in the editor's encoding, for messages: equal to `value` for ASCII. */
  readonly editorValue: string;
  /** The trimmed value in the file. */
  readonly valueSpan: Span;
  /** The place in the file of `value.slice(start, end)`. */
  rangeOf(start: number, end: number): Span;
  readonly entry: PropertyEntry;
  /** Earlier entries with the same key, which Flume silently forgets. */
  readonly overridden: readonly PropertyEntry[];
  /** Given with `--set`: it has no place in the file, its spans are empty. */
  readonly fromCommandLine: boolean;
}

/** A name in a list such as `agent1.sources = s1 s2`. */
export interface ListedName {
  readonly name: string;
  readonly span: Span;
}

/** One of the five lists of an agent (`agent1.sources = …`); absent when there is no such property. */
export interface ComponentList {
  /** As Flume splits them; a name that stands there twice is here twice. */
  readonly names: readonly ListedName[];
  readonly property: BoundProperty;
}

/** Everything written under `agent.sources.NAME.`, whether or not NAME is listed. */
export interface BoundComponent {
  readonly kind: ComponentKind;
  readonly name: string;
  /** The name in the first of its keys. */
  readonly nameSpan: Span;
  /** The same name in the agent's list; absent when it is not listed (Flume then ignores it in silence). */
  readonly listed: ListedName | undefined;
  readonly properties: ReadonlyMap<string, BoundProperty>;
}

/** One agent of the file, as Flume's `addRawProperty` sorts the keys. */
export interface AgentModel {
  readonly name: string;
  /** The name in the first of its keys. */
  readonly nameSpan: Span;
  readonly lists: ReadonlyMap<ComponentKind, ComponentList>;
  /** By kind, then in order of first appearance. */
  readonly components: ReadonlyMap<ComponentKind, ReadonlyMap<string, BoundComponent>>;
  /** Keys of this agent that fit nowhere (`a1.source.r1.type`, `a1.sinkGroups`): Flume ignores each with a WARN. */
  readonly unbound: readonly PropertyEntry[];
}

/**
 * Why Flume refuses a pair, with a WARN and no more. `no-agent`: no dot in the key, or nothing before it;
 * `no-property`: nothing after `agent.`; `empty-value`: the value is empty or blank; `second-list`: a key that is the
 * same list once its outer blanks are trimmed.
 */
export type RejectionReason = "no-agent" | "no-property" | "empty-value" | "second-list";

/** A pair that Flume refuses, with the earlier ones of the same key that it hides. */
export interface RejectedEntry {
  readonly entry: PropertyEntry;
  readonly reason: RejectionReason;
  readonly overridden: readonly PropertyEntry[];
}

/** What bind makes of a document. Keys without a dot, with an empty value and the like are `rejected`. */
export interface BoundDocument {
  readonly agents: readonly AgentModel[];
  readonly rejected: readonly RejectedEntry[];
  /** The entry that counts for each key, as `java.util.Properties` keeps them: what `${other.property}` looks in. */
  readonly winners: ReadonlyMap<string, PropertyEntry>;
}
