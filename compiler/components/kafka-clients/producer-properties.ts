import type { FlumeVersion, PropertyDefinition, PropertyDefinitions } from "../../schema/property.ts";
import { flag, integer, list, long, milliseconds, oneOf, text } from "../../schema/property-types.ts";
import { saslProperties, tlsProperties } from "./security-properties.ts";

/** The releases of Flume whose Kafka client knows a property: 0.9.0 in 1.7, 2.0 in 1.9, 2.7 in 1.10. */
export const sinceClient = { "0.9": "1.7", "2.0": "1.9", "2.7": "1.10" } as const satisfies Record<
  string,
  FlumeVersion
>;

const javaOnly = "It names Java code, which does not run here; the program goes on without it.";
const noMetrics =
  "The program counts for itself (see --metrics-port); it has none of the Java client's metrics.";
const noTransactions =
  "The program sends without transactions, as Flume's sink does with them too: it never begins one.";

/**
 * The properties of Kafka's Java producer (`ProducerConfig` of kafka-clients 2.7.2), without their prefix. Defaults are
 * those that Flume's sink and channel set where they differ from Kafka's: `acks` and the serializers.
 */
const producer = {
  acks: oneOf({
    values: {
      "0": "does not wait: what the broker loses or refuses is lost",
      "1": "the partition's leader has it",
      all: "all replicas in sync have it",
      "-1": "the same as all",
    },
    default: "1",
    description: "Whose acknowledgement makes a record sent.",
  }),
  "batch.size": integer({
    min: 0,
    default: "16384",
    unit: "bytes",
    description: "How much Java's producer gathers for one partition before it sends.",
    notHere: "A request holds what has gathered in the channel, up to max.request.size.",
  }),
  "bootstrap.servers": text({
    description: "The brokers to start from.",
    noEffect: "Flume overwrites it with kafka.bootstrap.servers.",
  }),
  "buffer.memory": long({
    min: 0,
    default: "33554432",
    unit: "bytes",
    description: "How much Java's producer holds back before send blocks.",
    notHere: "What waits is in the channel; the sink itself holds one request at a time.",
  }),
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
  "compression.type": oneOf({
    values: {
      none: "as it is",
      gzip: "smallest, slowest",
      snappy: "fast",
      lz4: "fast",
      zstd: "small and fast; needs brokers of 2.1 or later",
    },
    default: "none",
    description: "How batches of records are compressed.",
  }),
  "connections.max.idle.ms": milliseconds({
    default: "540000",
    description: "When a connection without traffic is closed.",
    notHere: "The program keeps its connections and opens a new one when a broker has closed them.",
  }),
  "delivery.timeout.ms": integer({
    min: 0,
    default: "120000",
    unit: "ms",
    since: "1.10",
    description:
      "After which time Java's producer gives a record up; Flume then rolls back and sends the batch again.",
    notHere: "The program tries until the record is acknowledged, which comes to the same.",
  }),
  "enable.idempotence": flag({
    default: "false",
    since: "1.9",
    description: "Lets brokers throw away records that a retry sent twice.",
    notHere: "The program's delivery is at-least-once: a retry may write a record twice.",
  }),
  "interceptor.classes": list({
    separator: "comma",
    default: "",
    since: "1.9",
    description: "Java classes that see each record.",
    notHere: javaOnly,
  }),
  "key.serializer": text({
    default: "org.apache.kafka.common.serialization.StringSerializer",
    description: "How keys become bytes.",
    notHere: "Keys are UTF-8, as Flume's own default makes them.",
  }),
  "linger.ms": milliseconds({
    min: 0,
    default: "0",
    description: "How long Java's producer waits for more records for one batch.",
    notHere: "The program never waits: the next request gathers while the last one is on its way.",
  }),
  "max.block.ms": milliseconds({
    min: 0,
    default: "60000",
    description: "How long a send may wait for the leader's address or for memory.",
    notHere: "The sink waits as long as it takes, and the channel fills behind it.",
  }),
  "max.in.flight.requests.per.connection": integer({
    min: 1,
    default: "5",
    description: "How many requests are sent to a broker before the first is answered.",
    notHere: "The program decides by itself how many requests are under way.",
  }),
  "max.request.size": integer({
    min: 0,
    default: "1048576",
    unit: "bytes",
    description: "The largest request, and the largest record.",
  }),
  "metadata.max.age.ms": milliseconds({
    min: 0,
    default: "300000",
    description: "How old the list of partitions and leaders may grow.",
  }),
  "metadata.max.idle.ms": milliseconds({
    min: 5000,
    default: "300000",
    since: "1.10",
    description: "How long a topic without traffic is remembered.",
    notHere: "The program remembers the topics it has sent to.",
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
  "partitioner.class": oneOf({
    values: {
      "org.apache.kafka.clients.producer.internals.DefaultPartitioner":
        "by the hash of the key; without a key all records of a batch into one partition",
      "org.apache.kafka.clients.producer.RoundRobinPartitioner":
        "one partition after the other, whatever the key",
      "org.apache.kafka.clients.producer.UniformStickyPartitioner":
        "all records of a batch into one partition, whatever the key",
    },
    open: true,
    default: "org.apache.kafka.clients.producer.internals.DefaultPartitioner",
    description: "How a record finds its partition.",
    refusedByBuild: {
      except: ["org.apache.kafka.clients.producer.internals.DefaultPartitioner"],
      why: "Only Kafka's default partitioner is there in the compiled program; leave partitioner.class out, or set partitionIdHeader or defaultPartitionId.",
    },
  }),
  "receive.buffer.bytes": integer({
    min: -1,
    default: "32768",
    unit: "bytes",
    description: "The socket's receive buffer.",
    notHere: "The system's own buffer size is used.",
  }),
  "reconnect.backoff.max.ms": milliseconds({
    min: 0,
    default: "1000",
    since: "1.9",
    description: "The longest wait between attempts to reach a broker.",
    notHere: "The waits between attempts are the program's own.",
  }),
  "reconnect.backoff.ms": milliseconds({
    min: 0,
    default: "50",
    description: "The first wait between attempts to reach a broker.",
    notHere: "The waits between attempts are the program's own.",
  }),
  "request.timeout.ms": integer({
    min: 0,
    default: "30000",
    unit: "ms",
    description: "How long an answer of a broker may take.",
  }),
  retries: integer({
    min: 0,
    max: 2147483647,
    default: "2147483647",
    description:
      "How often Java's producer sends a record again; Flume then rolls back and sends the batch again.",
    notHere: "The program tries until the record is acknowledged, which comes to the same.",
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
  "socket.connection.setup.timeout.max.ms": milliseconds({
    default: "127000",
    since: "1.10",
    description: "The longest time that setting up a connection may take.",
    notHere: "The program gives every connection ten seconds.",
  }),
  "socket.connection.setup.timeout.ms": milliseconds({
    default: "10000",
    since: "1.10",
    description: "The time that setting up a connection may take.",
    notHere: "The program gives a connection ten seconds, which is Kafka's default.",
  }),
  "transaction.timeout.ms": integer({
    default: "60000",
    unit: "ms",
    since: "1.9",
    description: "How long a transaction may stay open.",
    notHere: noTransactions,
  }),
  "transactional.id": text({
    since: "1.9",
    description: "The name under which transactions survive a restart.",
    notHere: noTransactions,
  }),
  "value.serializer": text({
    default: "org.apache.kafka.common.serialization.ByteArraySerializer",
    description: "How values become bytes.",
    notHere: "Values are the bytes of the event, as Flume's own default makes them.",
  }),
} satisfies PropertyDefinitions;

/** The same definitions under a prefix such as `kafka.producer.`, no older than the component that reads them. */
export function underPrefix(
  prefix: string,
  definitions: PropertyDefinitions,
  since: FlumeVersion,
): Record<string, PropertyDefinition> {
  const prefixed: Record<string, PropertyDefinition> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const { refusedByBuild: refusal, ...facts } = definition;
    prefixed[prefix + name] = {
      ...facts,
      // The client is made when the component starts, long after the file was loaded.
      onInvalid: facts.onInvalid ?? "later",
      since: definition.since ?? since,
      ...(refusal !== undefined && {
        refusedByBuild: refusal.when
          ? { ...refusal, when: { ...refusal.when, property: prefix + refusal.when.property } }
          : refusal,
      }),
    };
  }
  return prefixed;
}

/** Every property of the Java producer that Flume hands on, under the prefix at which a component reads them. */
export function producerProperties(prefix: string): Record<string, PropertyDefinition> {
  return underPrefix(prefix, { ...producer, ...tlsProperties, ...saslProperties }, sinceClient["0.9"]);
}
