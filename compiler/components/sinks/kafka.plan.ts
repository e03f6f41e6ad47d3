import { parseEscapeSequences } from "../../../grammar/values/escape-sequence.ts";
import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlanOption, PlanValue, RecordForm } from "../../plan/pipeline-plan.ts";
import { acksOf, maxBatchBytes, producerOptions, securityNames } from "../kafka-clients/producer.plan.ts";

/** The header that holds an event's key. */
const KEY_HEADER = "key";

/** A `KafkaSink` of the run time, or a `KafkaProducer` where records can be made as events arrive. */
export const kafkaPlan: ComponentPlan = {
  of: "sink",
  plan(sink) {
    const name = commentText(sink.component.name);
    const acks = acksOf(sink, 1);
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
      lines: sink.lines("kafka.topic", "kafka.bootstrap.servers", ...securityNames(sink)),
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
      promise: `reaches ${sink.describe("kafka.topic")} ${guarantee(acks)}${refused(sink)}`,
      safeAfter: acks === 0 ? "nowhere" : acks === 1 ? "leader" : "replicas",
      ...(sink.context.settings.onPoison === "skip" && {
        leavesOut: "events that the topic refuses for ever",
      }),
    };
  },
};

function guarantee(acks: number): string {
  if (acks === 0) return "at most once (acks=0: what the broker loses or refuses is lost)";
  if (acks === 1) return "at least once while the partition's leader lives (acks=1)";
  return "at least once (acks=all)";
}

/** What becomes of events that the topic refuses for ever; nothing to say of the default, which waits. */
function refused(sink: ComponentReader): string {
  const { onPoison } = sink.context.settings;
  if (onPoison === "stop") return "";
  if (onPoison === "skip") return "; what the topic refuses for ever is left out, counted and logged";
  return `; what the topic refuses for ever goes to the topic ${commentText(onPoison.deadLetterTopic)}`;
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
