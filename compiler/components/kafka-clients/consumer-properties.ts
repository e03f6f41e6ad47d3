import type { PropertyDefinition, PropertyDefinitions } from "../../schema/property.ts";
import { flag, integer, list, long, milliseconds, oneOf, text } from "../../schema/property-types.ts";
import { sinceClient, underPrefix } from "./producer-properties.ts";
import { saslProperties, tlsProperties } from "./security-properties.ts";

const javaOnly = "It names Java code, which does not run here; the program goes on without it.";
const noMetrics =
  "The program counts for itself (see --metrics-port); it has none of the Java client's metrics.";
const ownPauses = "The waits between attempts are the program's own.";

/** What the compiled group member speaks; another protocol would not let Flume's agents into the same group. */
const assignors = {
  "org.apache.kafka.clients.consumer.RangeAssignor": "a stretch of each topic's partitions to each member",
  "org.apache.kafka.clients.consumer.RoundRobinAssignor": "all partitions dealt out in turn",
} as const;

/**
 * The properties of Kafka's Java consumer (`ConsumerConfig` of kafka-clients 2.7.2), without their prefix. Where Flume's
 * source and channel set a value of their own over it, `noEffect` says so.
 */
const consumer = {
  "allow.auto.create.topics": flag({
    default: "true",
    since: "1.9",
    description: "Lets the broker create a topic that is read before there is one.",
  }),
  "auto.commit.interval.ms": integer({
    min: 0,
    default: "5000",
    unit: "ms",
    description: "How often offsets are committed without being told to.",
    noEffect:
      "Flume switches auto-commit off; offsets are committed when the events of a batch are delivered.",
  }),
  "auto.offset.reset": oneOf({
    values: {
      latest: "from now on: what is in the topic already is passed over",
      earliest: "from the oldest record that is still there",
      none: "fails where the group has no offset",
    },
    default: "latest",
    description: "Where to start in a partition for which the group has no offset.",
  }),
  "bootstrap.servers": text({
    description: "The brokers to start from.",
    noEffect: "Flume overwrites it with kafka.bootstrap.servers.",
  }),
  "check.crcs": flag({ default: "true", description: "Checks the checksum of each batch that is read." }),
  "client.dns.lookup": oneOf({
    values: {
      default: "the first address of a name",
      use_all_dns_ips: "every address of a name",
      resolve_canonical_bootstrap_servers_only: "the canonical names behind the first brokers",
    },
    default: "use_all_dns_ips",
    since: "1.9",
    description: "How names of brokers are looked up.",
    notHere: "Node looks names up and takes the addresses in the order of the resolver.",
  }),
  "client.id": text({ default: "", description: "How the program names itself to the brokers." }),
  "client.rack": text({
    default: "",
    since: "1.10",
    description: "Where the program stands, so that it may read from a replica nearby.",
  }),
  "connections.max.idle.ms": milliseconds({
    default: "540000",
    description: "When a connection without traffic is closed.",
    notHere: "The program keeps its connections and opens a new one when a broker has closed them.",
  }),
  "default.api.timeout.ms": integer({
    min: 0,
    default: "60000",
    unit: "ms",
    since: "1.9",
    description: "How long a call of the Java consumer may take in all.",
    notHere: "The program tries again until a call succeeds; one request takes request.timeout.ms at most.",
  }),
  "enable.auto.commit": flag({
    default: "true",
    description: "Commits offsets from time to time, delivered or not.",
    noEffect: "Flume overwrites it with false and commits offsets itself.",
  }),
  "exclude.internal.topics": flag({
    default: "true",
    description: "Keeps Kafka's own topics from matching a pattern of topics.",
    notHere: "Kafka's own topics (__consumer_offsets and the like) never match.",
  }),
  "fetch.max.bytes": integer({
    min: 0,
    default: "52428800",
    unit: "bytes",
    description: "How much a broker answers with at most.",
  }),
  "fetch.max.wait.ms": integer({
    min: 0,
    default: "500",
    unit: "ms",
    description: "How long a broker waits for fetch.min.bytes.",
  }),
  "fetch.min.bytes": integer({
    min: 0,
    default: "1",
    unit: "bytes",
    description: "How much must be there before a broker answers.",
  }),
  "group.id": text({
    description: "The consumer group that offsets are kept for.",
  }),
  "group.instance.id": text({
    since: "1.10",
    description: "A name that lets the member come back after a restart without a rebalance.",
  }),
  "heartbeat.interval.ms": integer({
    min: 1,
    default: "3000",
    unit: "ms",
    description: "How often the member tells the group that it is alive.",
  }),
  "interceptor.classes": list({
    separator: "comma",
    default: "",
    since: "1.9",
    description: "Java classes that see each record.",
    notHere: javaOnly,
  }),
  "isolation.level": oneOf({
    values: {
      read_uncommitted: "also records of transactions that are open or aborted",
      read_committed: "only records of committed transactions and those without one",
    },
    default: "read_uncommitted",
    since: "1.9",
    description: "Whether records of aborted transactions are read.",
  }),
  "key.deserializer": text({
    default: "org.apache.kafka.common.serialization.StringDeserializer",
    description: "How keys are read.",
    notHere: "Keys are UTF-8, as Flume's own default reads them.",
  }),
  "max.partition.fetch.bytes": integer({
    min: 0,
    default: "1048576",
    unit: "bytes",
    description: "How much of one partition a broker answers with at most.",
  }),
  "max.poll.interval.ms": integer({
    min: 1,
    default: "300000",
    unit: "ms",
    since: "1.9",
    description: "How long a batch may take; a rebalance waits that long for the member.",
  }),
  "max.poll.records": integer({
    min: 1,
    default: "500",
    unit: "events",
    since: "1.9",
    description: "How many records the Java consumer hands out at a time.",
    notHere: "The program takes what has arrived, bounded by bytes.",
  }),
  "metadata.max.age.ms": milliseconds({
    min: 0,
    default: "300000",
    description: "How old the list of topics, partitions and leaders may grow.",
  }),
  "metric.reporters": list({
    separator: "comma",
    default: "",
    description: "Java classes that get the client's metrics.",
    notHere: javaOnly,
  }),
  "metrics.num.samples": integer({
    min: 1,
    default: "2",
    description: "Samples per metric of the client.",
    notHere: noMetrics,
  }),
  "metrics.recording.level": oneOf({
    values: { INFO: "the usual ones", DEBUG: "more", TRACE: "all" },
    default: "INFO",
    since: "1.9",
    description: "Which metrics the client keeps.",
    notHere: noMetrics,
  }),
  "metrics.sample.window.ms": milliseconds({
    min: 0,
    default: "30000",
    description: "The time span of a sample.",
    notHere: noMetrics,
  }),
  "partition.assignment.strategy": list({
    separator: "comma",
    of: {
      kind: "enum",
      values: Object.entries(assignors).map(([value, meaning]) => ({ value, meaning })),
      open: true,
    },
    default: "org.apache.kafka.clients.consumer.RangeAssignor",
    description: "How the group shares partitions out; all members must have one of them in common.",
    refusedByBuild: {
      except: Object.keys(assignors),
      why: "The compiled program shares partitions by RangeAssignor (Flume's default) or RoundRobinAssignor. Leave partition.assignment.strategy out unless the other members of the group need one of these.",
    },
  }),
  "receive.buffer.bytes": integer({
    min: -1,
    default: "65536",
    unit: "bytes",
    description: "The socket's receive buffer.",
    notHere: "The system's own buffer size is used.",
  }),
  "reconnect.backoff.max.ms": milliseconds({
    min: 0,
    default: "1000",
    since: "1.9",
    description: "The longest wait between attempts to reach a broker.",
    notHere: ownPauses,
  }),
  "reconnect.backoff.ms": milliseconds({
    min: 0,
    default: "50",
    description: "The first wait between attempts to reach a broker.",
    notHere: ownPauses,
  }),
  "request.timeout.ms": integer({
    min: 0,
    default: "30000",
    unit: "ms",
    description: "How long an answer of a broker may take.",
  }),
  "retry.backoff.ms": milliseconds({
    min: 0,
    default: "100",
    description: "The wait before a failed request is sent again.",
  }),
  "security.providers": text({
    since: "1.10",
    description: "Java classes that add security algorithms.",
    notHere: javaOnly,
  }),
  "send.buffer.bytes": integer({
    min: -1,
    default: "131072",
    unit: "bytes",
    description: "The socket's send buffer.",
    notHere: "The system's own buffer size is used.",
  }),
  "session.timeout.ms": integer({
    min: 1,
    default: "10000",
    unit: "ms",
    description: "After how long without a heartbeat the group goes on without the member.",
  }),
  "socket.connection.setup.timeout.max.ms": long({
    default: "127000",
    unit: "ms",
    since: "1.10",
    description: "The longest time that setting up a connection may take.",
    notHere: "The program gives every connection ten seconds.",
  }),
  "socket.connection.setup.timeout.ms": long({
    default: "10000",
    unit: "ms",
    since: "1.10",
    description: "The time that setting up a connection may take.",
    notHere: "The program gives a connection ten seconds, which is Kafka's default.",
  }),
  "value.deserializer": text({
    default: "org.apache.kafka.common.serialization.ByteArrayDeserializer",
    description: "How values are read.",
    notHere: "Values are the bytes of the event, as Flume's own default reads them.",
  }),
} satisfies PropertyDefinitions;

/** Every property of the Java consumer that Flume hands on, under the prefix at which a component reads them. */
export function consumerProperties(prefix: string): Record<string, PropertyDefinition> {
  return underPrefix(prefix, { ...consumer, ...tlsProperties, ...saslProperties }, sinceClient["0.9"]);
}
