// agent1, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   source1   Kafka, the topic calls_placed at the brokers in localhost:2181, group flume
//     └▶ channel1   memory, 10,000 events, passed by: it holds nothing and has no counters
//          └▶ sink1   HDFS, /user/cloudera/calls_placed, a new file after 30 s or 1,024 bytes or 10 events
//
// Delivery: source1 commits the offset of an event after sink1 has delivered it: kill -9 loses nothing, and
// repeats at most what was read and not yet committed. From source1 an event reaches
// /user/cloudera/calls_placed at least once.

import { Agent } from "./lib/agent/agent.ts";
import { hadoopFileSystem } from "./lib/hdfs/hadoop.ts";
import { KafkaConsumer } from "./lib/kafka/consumer.ts";
import { textSerializer } from "./lib/serializers/file-serializer.ts";
import { drainRecords } from "./lib/sinks/drain.ts";
import { dataStream } from "./lib/sinks/hdfs/file-format.ts";
import { HdfsRecordSink } from "./lib/sinks/hdfs/hdfs-record-sink.ts";
import { brokersFromZooKeeper } from "./lib/zookeeper/brokers.ts";
import { oldOffsetsFromZooKeeper } from "./lib/zookeeper/offsets.ts";

const agent = new Agent("agent1", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("source1", {
  type: "org.apache.flume.source.kafka.KafkaSource",
  line: 7,
  lines: { zookeeperConnect: 8, "kafka.topics": 9 },
});
const sink1 = agent.sink("sink1", { type: "hdfs", line: 16, lines: { "hdfs.path": 17 } });

/** source1 reads the topic calls_placed as a member of the group flume. */
const consumer = new KafkaConsumer(source1, {
  brokers: () => brokersFromZooKeeper("localhost:2181", "PLAINTEXT"), // looked up there at the start
  topics: ["calls_placed"],
  groupId: "flume",
  autoOffsetReset: "latest", // where a group without an offset begins
  valueFormat: "body",
  poison: "stop", // records that cannot be read, or never be put; flafkac build --on-poison
  oldOffsets: oldOffsetsFromZooKeeper("localhost:2181", "flume"), // where the group has no offset in Kafka yet
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

/**
 * sink1 takes all that has gathered from source1, and tries until it is delivered; then the offsets are
 * committed.
 */
function drainToSink1(): Promise<void> {
  return drainRecords(sink1, consumer, (batches) => hdfs.deliver(batches));
}

await agent.run({ sources: [], channels: [], drains: [drainToSink1], sinks: [hdfs], consumers: [consumer] });
