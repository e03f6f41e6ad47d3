// agent1, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   source1   netcat, 127.0.0.1:44444
//     └▶ channel1   memory, 10,000 events, kept as the Kafka records that sink1 sends
//          └▶ sink1   Kafka, topic app_events at localhost:9092, acks=1
//
// Delivery: OK means that the line is in channel1. From there it reaches app_events at least once while the
// partition's leader lives (acks=1). kill -9 may lose what channel1 holds, at most 10,000 events.

import { Agent } from "./lib/agent/agent.ts";
import { RecordChannel } from "./lib/channels/record-channel.ts";
import { KafkaProducer } from "./lib/kafka/producer.ts";
import { NetcatSource } from "./lib/sources/netcat.ts";
import type { FullChannel } from "./lib/channels/full-channel.ts";

const agent = new Agent("agent1", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("source1", { type: "netcat", line: 6, lines: { bind: 7, port: 8 } });
const channel1 = agent.channel("channel1", { type: "memory", line: 11, lines: { capacity: 12 } });
const sink1 = agent.sink("sink1", {
  type: "org.apache.flume.sink.kafka.KafkaSink",
  line: 15,
  lines: { "kafka.topic": 16, "kafka.bootstrap.servers": 17 },
});

/** channel1: room for 10,000 events, held as the record batches that sink1 sends. */
const records = new RecordChannel(channel1, {
  capacity: 10_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
  maxBatchBytes: 1_000_000, // below every broker's message.max.bytes
});

/** sink1's connection to Kafka. */
const producer = new KafkaProducer(sink1, {
  brokers: ["localhost:9092"],
  acks: 1,
  requestTimeout: 30_000, // ms
  poison: "stop", // events that the topic refuses for ever; flafkac build --on-poison
});

/** One line goes straight into channel1 as a record. A full channel is returned: the socket waits. */
function put(chunk: Buffer, start: number, end: number): FullChannel | undefined {
  return records.append(chunk, start, end) ? undefined : records;
}

/** sink1 sends all that has gathered in channel1 as one request, while the next events gather. */
async function drain(): Promise<void> {
  for (let batch = await records.take(); batch !== undefined; batch = await records.take()) {
    await producer.sendToAnyPartition("app_events", batch); // tries again until it succeeds
    records.commit(batch);
  }
}

/** source1 takes lines over TCP and says OK for each. */
const listener = new NetcatSource(
  source1,
  { host: "127.0.0.1", port: 44_444, maxLineLength: 512, ackEveryEvent: true, encoding: "utf-8" },
  put,
);

await agent.run({ sources: [listener], channels: [records], drains: [drain], sinks: [producer] });
