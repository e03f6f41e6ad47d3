// agent1, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   source1   netcat, 127.0.0.1:44444
//     └▶ channel1   Kafka, topic calls_placed at localhost:9092, group flume, acks=all
//          └▶ sink1   HDFS, /user/cloudera/calls_placed, a new file after 30 s or 1,024 bytes or 10 events
//
// Delivery: OK means that the line is acknowledged by all in-sync replicas of a partition of calls_placed
// (acks=all). From there it reaches /user/cloudera/calls_placed at least once. The offsets of the group flume
// are committed after sink1 has delivered: kill -9 loses nothing, and repeats at most what was read and not
// yet committed. A record that is no AvroFlumeEvent stops the program, until it is built with --on-poison.

import { Agent } from "./lib/agent/agent.ts";
import { KafkaChannel } from "./lib/channels/kafka.ts";
import { hadoopFileSystem } from "./lib/hdfs/hadoop.ts";
import { KafkaConsumer } from "./lib/kafka/consumer.ts";
import { KafkaProducer } from "./lib/kafka/producer.ts";
import { textSerializer } from "./lib/serializers/file-serializer.ts";
import { drainRecords } from "./lib/sinks/drain.ts";
import { dataStream } from "./lib/sinks/hdfs/file-format.ts";
import { HdfsRecordSink } from "./lib/sinks/hdfs/hdfs-record-sink.ts";
import { NetcatSource } from "./lib/sources/netcat.ts";
import type { FullChannel } from "./lib/channels/full-channel.ts";

const agent = new Agent("agent1", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("source1", { type: "netcat", line: 7, lines: { bind: 8, port: 9 } });
const channel1 = agent.channel("channel1", {
  type: "org.apache.flume.channel.kafka.KafkaChannel",
  line: 12,
  lines: { "kafka.topic": 13, "kafka.bootstrap.servers": 14, zookeeperConnect: 15 },
});
const sink1 = agent.sink("sink1", { type: "hdfs", line: 17, lines: { "hdfs.path": 18 } });

/** channel1: events on their way into the topic calls_placed, each an AvroFlumeEvent with its headers. */
const records = new KafkaChannel(channel1, {
  parseAsFlumeEvent: true,
  maxBatchBytes: 1_000_000, // below every broker's message.max.bytes
});

/** channel1's connection to Kafka for what is put into it. */
const producer = new KafkaProducer(channel1, {
  brokers: ["localhost:9092"],
  acks: -1, // all replicas in sync
  requestTimeout: 30_000, // ms
  poison: "stop", // events that the topic refuses for ever; flafkac build --on-poison
});

/** What the sinks of channel1 take from: the topic calls_placed as a member of the group flume. */
const consumer = new KafkaConsumer(channel1, {
  brokers: ["localhost:9092"],
  topics: ["calls_placed"],
  groupId: "flume",
  autoOffsetReset: "earliest", // where a group without an offset begins
  valueFormat: "flumeEvent",
  poison: "stop", // records that cannot be read, or never be put; flafkac build --on-poison
});

/**
 * Where sink1 writes: fs.defaultFS of the core-site.xml in HADOOP_CONF_DIR, since hdfs.path names no file
 * system.
 */
const fileSystem = hadoopFileSystem(sink1, {
  callTimeout: 30_000, // ms for a call with all its repetitions, or an acknowledgement
});

/**
 * sink1 writes bodies, a line each, into files in /user/cloudera/calls_placed; what is delivered is with
 * every DataNode of the file's pipeline, or in a file that is closed.
 */
const hdfs = new HdfsRecordSink(
  sink1,
  fileSystem,
  {
    path: "/user/cloudera/calls_placed",
    filePrefix: "FlumeData",
    inUsePrefix: "",
    inUseSuffix: ".tmp",
    fileSuffix: ".csv",
    rollInterval: 30_000, // ms, 0: never
    rollSize: 1_024, // bytes, 0: never
    rollCount: 10, // events, 0: never
    idleTimeout: 0, // ms, 0: never
    maxOpenFiles: 5_000, // then the one least recently used is closed
    callTimeout: 30_000, // ms for each step; then the file is given up, and its events go to another
    closeTries: 2_147_483_647, // attempts to close and rename a file: until it works
    retryInterval: 180_000, // ms, at most, from one of them to the next
  },
  dataStream(textSerializer({ appendNewline: true })),
);

/** One line goes straight into channel1 as a record. A full channel is returned: the socket waits. */
function put(chunk: Buffer, start: number, end: number): FullChannel | undefined {
  return records.append(chunk, start, end) ? undefined : records;
}

/** channel1 sends all that has gathered as one request, while the next events gather. */
function store(): Promise<void> {
  return records.store("calls_placed", producer);
}

/**
 * sink1 takes all that has gathered from channel1, and tries until it is delivered; then the offsets are
 * committed.
 */
function drainToSink1(): Promise<void> {
  return drainRecords(sink1, consumer, (batches) => hdfs.deliver(batches));
}

/** source1 takes lines over TCP and says OK for each. */
const listener = new NetcatSource(
  source1,
  { host: "127.0.0.1", port: 44_444, maxLineLength: 512, ackEveryEvent: true, encoding: "utf-8" },
  put,
  (lines) => records.stored(lines),
);

await agent.run({
  sources: [listener],
  channels: [records],
  drains: [store, drainToSink1],
  sinks: [producer, hdfs],
  consumers: [consumer],
});
