import type { ComponentPlan } from "../plan/component-plan.ts";
import type { FlumeVersion, PropertyDefinitions } from "./property.ts";

/** What a definition describes: the five kinds that an agent lists, their parts, and what surrounds an agent. */
export type DefinitionKind =
  | "source"
  | "channel"
  | "sink"
  | "sink-group"
  | "config-filter"
  // parts of a source
  | "interceptor"
  | "selector"
  | "deserializer"
  | "http-handler"
  | "jms-converter"
  | "extractor-serializer"
  // parts of a sink
  | "serializer"
  | "path-manager"
  | "hive-serializer"
  | "hbase-serializer"
  | "kudu-producer"
  // parts of a channel
  | "key-provider"
  | "cipher-provider"
  // parts of a sink group
  | "sink-processor"
  | "sink-selector"
  // around the agent
  | "agent"
  | "monitor"
  | "jvm"
  | "command-line"
  | "client"
  | "embedded-agent"
  | "kafka-client"
  | "escape-sequences";

/** Parts of a component: things inside it that have a type and properties of their own. */
export type PartGroup =
  /** Several, named by a list: `interceptors = i1`, `interceptors.i1.type = host`. */
  | {
      readonly form: "listed";
      readonly kind: DefinitionKind;
      /** The property that lists the names; the parts are configured below it. */
      readonly names: string;
      /** The type of a part that does not say. */
      readonly defaultType?: string;
    }
  /** One, whose type is a property's value: `selector.type` with `selector.*`, or `serializer` with `serializer.*`. */
  | {
      readonly form: "single";
      readonly kind: DefinitionKind;
      /** The property that holds the type. */
      readonly type: string;
      /** Where its own properties start, with the dot: `selector.`, `sink.serializer.`. */
      readonly prefix: string;
      /** The type when the property is absent; a group without one has no part then. */
      readonly defaultType?: string;
      /** When Flume meets a type that does not exist: with the first event rather than while it loads. */
      readonly unknownType?: "later";
    };

/**
 * One Flume component: its names, its properties, and (added in the same file) how it is planned.
 * Adding a component is adding one such file below `compiler/components/`.
 */
export interface ComponentDefinition {
  readonly kind: DefinitionKind;
  /** Names usable as `type`, any case (`SourceType` and its siblings); the first is the one to write. */
  readonly aliases: readonly string[];
  /** The alias's first release, where the class is older. */
  readonly aliasSince?: FlumeVersion;
  /** Full class name, case-sensitive when Flume loads it; absent for what is no class (the JVM's properties). */
  readonly className?: string;
  readonly since: FlumeVersion;
  /** The release that no longer has it. */
  readonly removedIn?: FlumeVersion;
  /** Still there, but another component is meant to be used: its alias. */
  readonly deprecated?: { readonly since: FlumeVersion; readonly replacedBy?: string };
  /** Not in Flume's user guide. */
  readonly undocumented?: boolean;
  readonly experimental?: boolean;
  /** A bug of Flume that makes the whole component useless: says what happens. */
  readonly bug?: string;
  readonly description: string;
  /** What is worth knowing besides, a sentence each. */
  readonly notes?: readonly string[];
  readonly properties: PropertyDefinitions;
  readonly parts?: readonly PartGroup[];
  /**
   * The property with the size of a transaction, of sources and sinks that Flume checks against the channel
   * (`BatchSizeSupported`).
   */
  readonly batchSizeProperty?: string;
  /** The property with the largest transaction, of channels that Flume checks (`TransactionCapacitySupported`). */
  readonly transactionCapacityProperty?: string;
  /** How it is compiled; absent where flafkac has no run-time part for it yet. */
  readonly plan?: ComponentPlan;
}

/** Checks a definition's shape at compile time and returns it unchanged. */
export function defineComponent<const D extends ComponentDefinition>(definition: D): D {
  return definition;
}
