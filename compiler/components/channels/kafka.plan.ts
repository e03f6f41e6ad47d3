import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlanOption } from "../../plan/pipeline-plan.ts";
import { fetchOf } from "../kafka-clients/consumer.plan.ts";
import { acksOf, maxBatchBytes, producerOptions, securityNames } from "../kafka-clients/producer.plan.ts";

/** Both sides of Flume's `KafkaChannel`: a `KafkaChannel` of the run time with its producer, and a `KafkaConsumer`. */
export const kafkaPlan: ComponentPlan = {
  of: "channel",
  plan(channel) {
    const name = commentText(channel.component.name);
    const topic = channel.value("kafka.topic") ?? literal("flume-channel");
    const topicName = channel.describe("kafka.topic");
    const asEvents = channel.known("parseAsFlumeEvent") !== false;
    const acks = acksOf(channel, -1);
    const fetch = fetchOf(channel, {
      topics: {
        name: "topics",
        value: { kind: "list", values: [topic] },
        origin: channel.origin("kafka.topic"),
      },
      single: true,
      valueFormat: asEvents ? "flumeEvent" : "body",
      autoOffsetReset: "earliest",
      says: `What the sinks of ${name} take from:`,
    });
    return {
      summary: `Kafka, topic ${topicName} at ${channel.describe("kafka.bootstrap.servers")}, group ${fetch.group}, acks=${acks === -1 ? "all" : acks}`,
      construction: {
        symbol: { name: "KafkaChannel", module: "channels/kafka.ts" },
        role: "records",
        options: [...putOptions(channel, asEvents), ...maxBatchBytes(channel)],
        says: `${name}: events on their way into the topic ${topicName}, ${asEvents ? "each an AvroFlumeEvent with its headers" : "their bodies alone"}.`,
      },
      lines: channel.lines(
        "kafka.topic",
        "kafka.bootstrap.servers",
        "zookeeperConnect",
        "kafka.consumer.group.id",
        ...securityNames(channel),
      ),
      capacity: undefined,
      durable: true,
      topic: {
        topic,
        producer: {
          symbol: { name: "KafkaProducer", module: "kafka/producer.ts" },
          role: "producer",
          options: producerOptions(channel, acks),
          says: `${name}'s connection to Kafka for what is put into it.`,
        },
        acks,
        readsHeaders: asEvents ? "all" : ["key", ...partitionHeader(channel)],
        fetch,
        headers: [{ header: "key", value: { kind: "record", of: "key" } }],
      },
    };
  },
};

function partitionHeader(channel: ComponentReader): string[] {
  const header = channel.known("partitionIdHeader");
  return typeof header === "string" ? [header] : [];
}

function putOptions(channel: ComponentReader, asEvents: boolean): PlanOption[] {
  const written = (name: string, property: string, note: string) =>
    channel.isWritten(property) ? channel.option(name, property, { note }) : [];
  return [
    { name: "parseAsFlumeEvent", value: literal(asEvents), origin: channel.origin("parseAsFlumeEvent") },
    ...channel.option("partitionIdHeader", "partitionIdHeader"),
    ...channel.option("defaultPartitionId", "defaultPartitionId"),
    ...written("bufferMemory", "kafka.producer.buffer.memory", "bytes on their way at most"),
    ...written("deliveryTimeout", "kafka.producer.delivery.timeout.ms", "ms that a source waits for room"),
  ];
}
