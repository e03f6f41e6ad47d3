import { parseEscapeSequences } from "../../../grammar/values/escape-sequence.ts";
import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal, stated } from "../../plan/component-reader.ts";
import type { PlanOption, PlanValue, RecordForm } from "../../plan/pipeline-plan.ts";
import { securityOptions } from "../kafka-clients/security-plan.ts";

const PRODUCER = "kafka.producer.";

/** The largest request to a partition, unless max.request.size says so: what every broker takes by default. */
const MAX_BATCH_BYTES = 1_000_000;

/** The header that holds an event's key. */
const KEY_HEADER = "key";

/** A `KafkaSink` of the run time, or a `KafkaProducer` where records can be made as events arrive. */
export const kafkaPlan: ComponentPlan = {
  of: "sink",
  plan(sink) {
    const name = commentText(sink.component.name);
    const acks = acksOf(sink);
    const topic = topicOf(sink);
    const brokers = sink.describe("kafka.bootstrap.servers");
    const producer = producerOptions(sink, acks);
    const headers = headersRead(sink, topic);
    const formed = sink.known("useFlumeEventFormat") === true || sink.isWritten("defaultPartitionId");
    const says = `${name}'s connection to Kafka.`;
    return {
      summary: `Kafka, topic ${sink.describe("kafka.topic")} at ${brokers}, acks=${acks === -1 ? "all" : acks}`,
      construction: {
        symbol: { name: "KafkaSink", module: "sinks/kafka.ts" },
        role: "kafka",
        options: [
          { name: "topic", value: topic, origin: sink.origin("kafka.topic") },
          ...eventOptions(sink),
          ...maxBatchBytes(sink),
          ...producer,
        ],
        says: `${name} sends events to Kafka.`,
      },
      lines: sink.lines(
        "kafka.topic",
        "kafka.bootstrap.servers",
        ...[...sink.component.properties.keys()].filter((key) =>
          /^kafka\.producer\.(ssl|sasl|security)\./.test(key),
        ),
      ),
      batchSize: sink.integer("flumeBatchSize") ?? literal(100),
      readsHeaders: sink.known("useFlumeEventFormat") === true ? "all" : headers,
      ...(!formed &&
        topic.kind !== "template" && {
          recordForm: {
            channel: { name: "RecordChannel", module: "channels/record-channel.ts" },
            sink: {
              symbol: { name: "KafkaProducer", module: "kafka/producer.ts" },
              role: "producer",
              options: producer,
              says,
            },
            channelOptions: maxBatchBytes(sink),
            topic,
            sinkName: name,
          } satisfies RecordForm,
        }),
      promise: `reaches ${sink.describe("kafka.topic")} ${guarantee(acks)}`,
      safeAfter: acks === 0 ? "nowhere" : acks === 1 ? "leader" : "replicas",
    };
  },
};

function guarantee(acks: number): string {
  if (acks === 0) return "at most once (acks=0: what the broker loses or refuses is lost)";
  if (acks === 1) return "at least once while the partition's leader lives (acks=1)";
  return "at least once (acks=all)";
}

function acksOf(sink: ComponentReader): number {
  const acks = sink.known(`${PRODUCER}acks`);
  return acks === "all" ? -1 : Number(acks ?? 1);
}

function producerOptions(sink: ComponentReader, acks: number): PlanOption[] {
  const written = (name: string, property: string, note?: string) =>
    sink.isWritten(PRODUCER + property)
      ? sink.option(name, PRODUCER + property, note === undefined ? {} : { note })
      : [];
  return [
    ...sink.option("brokers", "kafka.bootstrap.servers"),
    {
      name: "acks",
      value: literal(acks),
      origin: sink.origin(`${PRODUCER}acks`),
      ...(acks === -1 && { note: "all replicas in sync" }),
    },
    ...sink.option("requestTimeout", `${PRODUCER}request.timeout.ms`, { note: "ms" }),
    ...written("clientId", "client.id"),
    ...compressionOption(sink),
    ...written("retryBackoff", "retry.backoff.ms", "ms"),
    ...written("metadataMaxAge", "metadata.max.age.ms", "ms"),
    ...securityOptions(sink, PRODUCER),
  ];
}

function compressionOption(sink: ComponentReader): PlanOption[] {
  const type = sink.known(`${PRODUCER}compression.type`) ?? "none";
  if (type === "none") return [];
  const symbol = { name: `${type}Records`, module: "kafka/compression.ts" };
  const value = { kind: "runtime", use: "symbol", symbol, args: [] } as const;
  return [{ name: "compression", value, origin: sink.origin(`${PRODUCER}compression.type`) }];
}

function maxBatchBytes(sink: ComponentReader): PlanOption[] {
  return sink.isWritten(`${PRODUCER}max.request.size`)
    ? sink.option("maxBatchBytes", `${PRODUCER}max.request.size`)
    : [stated("maxBatchBytes", MAX_BATCH_BYTES, "below every broker's message.max.bytes")];
}

/** What the sink reads of each event besides its body. */
function eventOptions(sink: ComponentReader): PlanOption[] {
  const headers = recordHeaders(sink);
  return [
    ...(sink.known("allowTopicOverride") === false ? [] : sink.option("topicHeader", "topicHeader")),
    ...sink.option("partitionIdHeader", "partitionIdHeader"),
    ...sink.option("defaultPartitionId", "defaultPartitionId"),
    ...sink.option("timestampHeader", "timestampHeader"),
    ...(headers.length === 0
      ? []
      : [
          {
            name: "recordHeaders",
            value: { kind: "list", values: headers.map((pair) => literal(pair)) } as const,
            origin: { from: "default" } as const,
          },
        ]),
    ...(sink.known("useFlumeEventFormat") === true
      ? sink.option("useFlumeEventFormat", "useFlumeEventFormat")
      : []),
  ];
}

/** Flume header and record header of each `header.<NAME>`. */
function recordHeaders(sink: ComponentReader): (readonly [string, string])[] {
  return [...sink.component.properties.keys()]
    .filter((key) => key.startsWith("header."))
    .map((key) => [key.slice("header.".length), String(sink.known(key))]);
}

function headersRead(sink: ComponentReader, topic: PlanValue): string[] {
  const named = ["partitionIdHeader", "timestampHeader"].map((property) => sink.known(property));
  const override = sink.known("allowTopicOverride") === false ? undefined : sink.known("topicHeader");
  const inTopic = topic.kind === "template" ? topic.parts : [];
  return [
    KEY_HEADER,
    ...[...named, override].filter((header) => typeof header === "string"),
    ...recordHeaders(sink).map(([header]) => header),
    ...inTopic.flatMap((part) => (typeof part === "object" && "header" in part ? [part.header] : [])),
  ];
}

/** The topic: a text, or where it has `%{header}` in it a function of the event. */
function topicOf(sink: ComponentReader): PlanValue {
  const value = sink.value("kafka.topic") ?? literal("default-flume-topic");
  if (value.kind !== "literal" || sink.known("allowTopicOverride") === false) return value;
  const parts = parseEscapeSequences(String(value.value));
  if (parts.every((part) => part.kind === "literal")) return value;
  return {
    kind: "template",
    parts: parts.map((part) =>
      part.kind === "header" ? { header: part.name } : part.kind === "literal" ? part.text : "",
    ),
  };
}
