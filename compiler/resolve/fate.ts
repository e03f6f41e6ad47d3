import type { Span } from "../../grammar/text/span.ts";
import type { ComponentKind } from "../bind/agent-model.ts";

/** Why Flume drops a component, or never looks at it. */
export type FateReason =
  // before anything is checked
  | "not-listed"
  | "not-configured"
  // while FlumeConfiguration validates
  | "no-type"
  | "no-channel"
  | "no-active-channel"
  | "selector-not-validated"
  | "no-group-sinks"
  | "agent-invalid"
  // while the components are made and configured
  | "missing-property"
  | "bad-value"
  | "above-limit"
  | "bad-part"
  | "selector-channel-unknown"
  | "channel-removed"
  | "batch-above-transaction"
  | "no-user"
  | "group-without-type"
  | "group-type-unknown"
  | "group-default-with-many"
  | "group-balance-with-few"
  | "group-removed"
  | "named-like-group"
  // what takes everything else with it
  | "unknown-type"
  | "load-fails"
  | "agent-emptied";

/** What becomes of one component when Flume 1.11 reads the file. */
export interface ComponentFate {
  readonly kind: ComponentKind;
  readonly name: string;
  /** `sources.source1`. */
  readonly path: string;
  /** Whether it is left when `FlumeConfiguration` has validated the file. */
  readonly validated: boolean;
  /** Whether it runs in the end. For a sink of a group: whether the group does. */
  readonly kept: boolean;
  /** False where it hangs on what the file does not say: plug-ins, the environment, schemas still to come. */
  readonly certain: boolean;
  /** Given when it is not kept. */
  readonly reason?: FateReason;
  /** What is to blame, as narrow as can be said. */
  readonly span: Span;
  /** The component that drags this one along, for example the channel that was removed: its path. */
  readonly because?: string;
}

/** What becomes of an agent. */
export interface AgentFate {
  readonly agent: string;
  /** False: Flume removes the whole agent (no usable channel, or neither a source nor a sink left). */
  readonly valid: boolean;
  /** Components that end the load: Flume starts nothing of this agent. */
  readonly fatal: readonly ComponentFate[];
  /** By path, also components that are listed only, or configured only. */
  readonly components: ReadonlyMap<string, ComponentFate>;
}

/** What becomes of all agents of a file. */
export interface FileFate {
  readonly agents: ReadonlyMap<string, AgentFate>;
  /**
   * Sink groups without `sinks`: a NullPointerException leaves `FlumeConfiguration` and nothing of the file loads, no
   * agent at all.
   */
  readonly groupsWithoutSinks: readonly {
    readonly agent: string;
    readonly path: string;
    readonly span: Span;
  }[];
}
