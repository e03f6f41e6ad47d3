import { commentText } from "../../emit/literal.ts";
import { describeValue } from "../../emit/values.ts";
import { CannotPlan, type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlannedFetch, PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";
import { poisonOption } from "./poison-option.ts";
import { securityOptions } from "./security-plan.ts";

const CONSUMER = "kafka.consumer.";

/** What a consumer reads, and as what. */
export interface FetchSubject {
  readonly topics: PlanOption;
  /** The one topic, where there is only one: its old offsets may be in ZooKeeper. */
  readonly single: boolean;
  readonly valueFormat: PlannedFetch["valueFormat"];
  /** Where a group begins that has no offset. */
  readonly autoOffsetReset: "earliest" | "latest";
  /** `source1 reads` … */
  readonly says: string;
}

/** The consumer of a Kafka source or of a Kafka channel's sinks. */
export function fetchOf(component: ComponentReader, subject: FetchSubject): PlannedFetch {
  const what = topicsText(subject.topics.value);
  const group = component.describe(`${CONSUMER}group.id`);
  const poison = component.context.settings.onPoison;
  return {
    construction: {
      symbol: { name: "KafkaConsumer", module: "kafka/consumer.ts" },
      role: "consumer",
      options: [
        brokersOption(component),
        subject.topics,
        ...component.option("groupId", `${CONSUMER}group.id`),
        resetOption(component, subject.autoOffsetReset),
        { name: "valueFormat", value: literal(subject.valueFormat), origin: { from: "default" } },
        poisonOption(component, "records that cannot be read, or never be put"),
        ...clientOptions(component),
        ...securityOptions(component, CONSUMER),
        ...oldOffsetsOption(component, subject),
      ],
      says: `${subject.says} ${what} as a member of the group ${group}.`,
    },
    valueFormat: subject.valueFormat,
    keepsFlumeHeaders: subject.valueFormat === "flumeEvent",
    what,
    group,
    poison,
  };
}

function topicsText(topics: PlanValue): string {
  if (topics.kind === "regex") return `the topics that match ${commentText(topics.source.slice(4, -2))}`;
  const several = topics.kind === "literal" && Array.isArray(topics.value) && topics.value.length > 1;
  return `the ${several ? "topics" : "topic"} ${describeValue(topics)}`;
}

/** The brokers as written; without them, those that have entered themselves into ZooKeeper, looked up at the start. */
function brokersOption(component: ComponentReader): PlanOption {
  const [brokers] = component.option("brokers", "kafka.bootstrap.servers");
  if (brokers !== undefined) return brokers;
  const connect = component.value("zookeeperConnect") ?? literal("");
  const protocol = component.value(`${CONSUMER}security.protocol`) ?? literal("PLAINTEXT");
  return {
    name: "brokers",
    value: {
      kind: "runtime",
      use: "later",
      symbol: { name: "brokersFromZooKeeper", module: "zookeeper/brokers.ts" },
      args: [connect, protocol],
    },
    origin: component.origin("zookeeperConnect"),
    note: "looked up there at the start",
  };
}

/**
 * As Flume's migrateZookeeperOffsets, for a group without offsets in Kafka. ZooKeeper is left alone where brokers are
 * given too, unless somebody wrote that offsets are to be migrated: it may be long gone.
 */
function oldOffsetsOption(component: ComponentReader, { single }: FetchSubject): PlanOption[] {
  const connect = component.value("zookeeperConnect");
  if (!single || connect === undefined || component.known("migrateZookeeperOffsets") === false) return [];
  const hasBrokers = component.property("kafka.bootstrap.servers") !== undefined;
  if (hasBrokers && !component.isWritten("migrateZookeeperOffsets")) return [];
  const group = component.value(`${CONSUMER}group.id`) ?? literal("flume");
  return [
    {
      name: "oldOffsets",
      value: {
        kind: "runtime",
        use: "call",
        symbol: { name: "oldOffsetsFromZooKeeper", module: "zookeeper/offsets.ts" },
        args: [connect, group],
      },
      origin: component.origin("migrateZookeeperOffsets"),
      note: "where the group has no offset in Kafka yet",
    },
  ];
}

function resetOption(component: ComponentReader, otherwise: string): PlanOption {
  const [written] = component.option("autoOffsetReset", `${CONSUMER}auto.offset.reset`);
  const option = written ?? {
    name: "autoOffsetReset",
    value: literal(otherwise),
    origin: { from: "default" },
  };
  return { ...option, note: "where a group without an offset begins" };
}

/** Kafka's own properties, by the option that each becomes. */
const CLIENT_OPTIONS: readonly (readonly [option: string, property: string, note?: string])[] = [
  ["sessionTimeout", "session.timeout.ms", "ms"],
  ["heartbeatInterval", "heartbeat.interval.ms", "ms"],
  ["rebalanceTimeout", "max.poll.interval.ms", "ms"],
  ["fetchMinBytes", "fetch.min.bytes"],
  ["fetchMaxWait", "fetch.max.wait.ms", "ms"],
  ["fetchMaxBytes", "fetch.max.bytes"],
  ["maxPartitionFetchBytes", "max.partition.fetch.bytes"],
  ["isolationLevel", "isolation.level"],
  ["groupInstanceId", "group.instance.id"],
  ["clientId", "client.id"],
  ["clientRack", "client.rack"],
  ["requestTimeout", "request.timeout.ms", "ms"],
  ["retryBackoff", "retry.backoff.ms", "ms"],
  ["metadataMaxAge", "metadata.max.age.ms", "ms"],
  ["checkCrcs", "check.crcs"],
  ["allowAutoTopicCreation", "allow.auto.create.topics"],
];

function clientOptions(component: ComponentReader): PlanOption[] {
  const options = CLIENT_OPTIONS.flatMap(([name, property, note]) =>
    component.isWritten(CONSUMER + property)
      ? component.option(name, CONSUMER + property, note === undefined ? {} : { note })
      : [],
  );
  return [...options, ...assignorsOption(component)];
}

/** `org.apache.kafka.clients.consumer.RangeAssignor` → `range`. */
function assignorsOption(component: ComponentReader): PlanOption[] {
  const property = `${CONSUMER}partition.assignment.strategy`;
  if (!component.isWritten(property)) return [];
  const written = component.known(property);
  const classes = Array.isArray(written) ? written : String(written).split(/\s*,\s*/);
  const names = classes.map((one: string) => {
    const name = /(?:^|\.)(Range|RoundRobin)(?:Assignor)?$/i.exec(one)?.[1]?.toLowerCase();
    if (name !== undefined) return name;
    throw new CannotPlan(
      component,
      property,
      "The compiled program shares out partitions by RangeAssignor or RoundRobinAssignor only. Use one of them; members of a group have to agree on one.",
    );
  });
  return [{ name: "assignors", value: literal([...new Set(names)]), origin: component.origin(property) }];
}
