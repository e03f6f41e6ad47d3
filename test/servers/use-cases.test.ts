import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Admin, Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { listHdfs, readHdfsFiles } from "../../scripts/servers/hdfs-files.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import { startZooKeeper, type ZooKeeperServer } from "../../scripts/servers/zookeeper.ts";
import { type DeliveredLines, deliveredLines, hdfsLines, localLines } from "./delivered-files.ts";
import { type BuiltProgram, build, buildText, EmittedProgram } from "./emitted-program.ts";
import { judge } from "./ledger.ts";
import { LineWriter } from "./line-writer.ts";
import { flawless } from "./pipeline.ts";
import { RecordWriter } from "./record-writer.ts";

// The use cases of Flume and Kafka, as their samples have them, with real servers at both ends.

const sample = (name: string) => new URL(`../../samples/${name}/agent.conf`, import.meta.url).pathname;

let zooKeeper: ZooKeeperServer;
let kafka: KafkaServer;
let hdfs: HdfsCluster;

beforeAll(async () => {
  [zooKeeper, hdfs] = await Promise.all([startZooKeeper(), startHdfs()]);
  kafka = await startKafka({ version: "3.9.2", zooKeeper: zooKeeper.connectString });
  // In ZooKeeper mode a broker listens before it has become the controller, who makes topics
  const deadline = performance.now() + 60_000;
  while (!(await withAdmin(async (admin) => ((await admin.describeCluster()).controller ?? -1) >= 0))) {
    if (performance.now() > deadline) throw new Error("the broker does not become the controller");
    await delay(50);
  }
});

afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
  await zooKeeper?.close();
});

/** Waits until as many lines are delivered; a line that comes twice counts twice. */
async function waitForLines(count: number, read: () => Promise<DeliveredLines>): Promise<DeliveredLines> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    // A file that is finished while it is read is no longer there under that name
    const found = await read().catch((error: unknown) => String(error));
    if (typeof found === "object" && found.lines.length >= count) return found;
    if (performance.now() > deadline) {
      const have = typeof found === "string" ? found : `${found.lines.length} lines`;
      throw new Error(`${have} of ${count} lines delivered`);
    }
    await delay(50);
  }
}

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [kafka.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** The offsets that a group has committed, summed up over the partitions. */
function committed(groupId: string, topic: string): Promise<number> {
  return withAdmin(async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  });
}

/** Sends TERM, and expects that the program ends as it should. */
async function stopWell(program: EmittedProgram): Promise<void> {
  const end = await program.stop();
  expect(end.code, await program.output()).toBe(0);
}

/** HDFS is the one of HADOOP_CONF_DIR. */
const inHdfs = () => ({ env: { HADOOP_CONF_DIR: hdfs.configurationDirectory } });

/** `--set` for the agent of the samples. */
function ofAgent(overrides: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(overrides).map(([key, value]) => [`agent1.${key}`, value]));
}

test("Kafka source → memory → HDFS: brokers from ZooKeeper, old offsets taken over, files whole, offsets committed", async () => {
  const topic = `calls-${randomUUID()}`;
  const group = `group-${randomUUID()}`;
  const directory = `/user/flume/${topic}`;
  await createTopic(kafka.bootstrapServers, topic, { partitions: 2 });
  const before = await RecordWriter.write(kafka.bootstrapServers, topic, { records: 500, partitions: 2 });
  // What an old consumer has read already
  await zooKeeper.writeOldOffsets(
    group,
    topic,
    new Map([
      [0, 250],
      [1, 250],
    ]),
  );
  const program = await build(
    sample("kafka-memory-hdfs"),
    ofAgent({
      "sources.source1.zookeeperConnect": zooKeeper.connectString,
      "sources.source1.topic": topic,
      "sources.source1.groupId": group,
      "sinks.sink1.hdfs.path": directory,
      "sinks.sink1.hdfs.rollCount": 3000,
      "sinks.sink1.hdfs.rollSize": 0,
    }),
  );
  const writer = await RecordWriter.write(kafka.bootstrapServers, topic, { records: 10_000, partitions: 2 });
  const running = await EmittedProgram.start(program, inHdfs());
  await waitForLines(10_000, () => hdfsLines(hdfs, directory));
  await stopWell(running);
  const { lines, inUseFiles } = await hdfsLines(hdfs, directory);
  expect(inUseFiles).toEqual([]);
  expect(
    judge(
      [
        ...before.ledgers.map((ledger) => ({ ...ledger, acknowledged: new Set<number>() })),
        ...writer.ledgers,
      ],
      lines,
    ),
  ).toEqual(flawless);
  expect(lines.length).toBe(10_000);
  const files = await listHdfs(hdfs, directory);
  expect(files.length).toBe(4);
  for (const { path } of files) expect(path).toMatch(/\/FlumeData\.\d{13}\.csv$/);
  expect(await committed(group, topic)).toBe(10_500);
});

test("netcat → Kafka channel → HDFS: an OK is a line that Kafka has", async () => {
  const topic = `calls-${randomUUID()}`;
  const group = `group-${randomUUID()}`;
  const directory = `/user/flume/${topic}`;
  const port = await freePort();
  await createTopic(kafka.bootstrapServers, topic);
  const program = await build(
    sample("netcat-kafka-channel-hdfs"),
    ofAgent({
      "sources.source1.port": port,
      "channels.channel1.topic": topic,
      "channels.channel1.brokerList": kafka.bootstrapServers,
      "channels.channel1.groupId": group,
      "sinks.sink1.hdfs.path": directory,
      "sinks.sink1.hdfs.rollCount": 0,
      "sinks.sink1.hdfs.rollSize": 0,
    }),
  );
  const running = await EmittedProgram.start(program, inHdfs());
  await running.waitForOutput(/running/);
  const writer = await LineWriter.start(port, { lines: 5000 });
  await writer.waitForAcknowledged(5000);
  await writer.finish();
  await waitForLines(5000, () => hdfsLines(hdfs, directory));
  await stopWell(running);
  const { lines, inUseFiles } = await hdfsLines(hdfs, directory);
  expect(inUseFiles).toEqual([]);
  expect(judge([writer], lines)).toEqual(flawless);
  expect(await committed(group, topic)).toBe(5000);
});

test("Kafka channel without a source → HDFS, a dead ZooKeeper beside the brokers", async () => {
  const topic = `calls-${randomUUID()}`;
  const group = `group-${randomUUID()}`;
  const directory = `/user/flume/${topic}`;
  await createTopic(kafka.bootstrapServers, topic);
  const program = await build(
    sample("kafka-channel-hdfs"),
    ofAgent({
      "channels.channel1.topic": topic,
      "channels.channel1.brokerList": kafka.bootstrapServers,
      "channels.channel1.zookeeperConnect": `localhost:${await freePort()}`,
      "channels.channel1.groupId": group,
      "sinks.sink1.hdfs.path": directory,
      "sinks.sink1.hdfs.rollCount": 0,
      "sinks.sink1.hdfs.rollSize": 100_000,
    }),
  );
  const writer = await RecordWriter.write(kafka.bootstrapServers, topic, { records: 5000 });
  const running = await EmittedProgram.start(program, inHdfs());
  await waitForLines(5000, () => hdfsLines(hdfs, directory));
  await stopWell(running);
  const { lines, inUseFiles } = await hdfsLines(hdfs, directory);
  expect(inUseFiles).toEqual([]);
  expect(judge(writer.ledgers, lines)).toEqual(flawless);
  expect(await committed(group, topic)).toBe(5000);
});

/** Kafka into files of this machine: the same configuration for a source and for a channel. */
async function intoFiles(
  kind: "source" | "channel",
  topic: string,
  group: string,
): Promise<[BuiltProgram, string]> {
  const directory = join(await temporaryDirectory("files"), "out");
  await mkdir(directory, { recursive: true });
  const source = `agent1.sources = source1
agent1.sources.source1.type = org.apache.flume.source.kafka.KafkaSource
agent1.sources.source1.kafka.bootstrap.servers = ${kafka.bootstrapServers}
agent1.sources.source1.kafka.topics = ${topic}
agent1.sources.source1.kafka.consumer.group.id = ${group}
agent1.sources.source1.kafka.consumer.auto.offset.reset = earliest
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = memory
agent1.channels.channel1.capacity = 1000
agent1.channels.channel1.transactionCapacity = 1000
`;
  const channel = `agent1.channels.channel1.type = org.apache.flume.channel.kafka.KafkaChannel
agent1.channels.channel1.kafka.bootstrap.servers = ${kafka.bootstrapServers}
agent1.channels.channel1.kafka.topic = ${topic}
agent1.channels.channel1.kafka.consumer.group.id = ${group}
agent1.channels.channel1.parseAsFlumeEvent = false
`;
  const conf = `agent1.channels = channel1
agent1.sinks = sink1
${kind === "source" ? source : channel}agent1.sinks.sink1.type = file_roll
agent1.sinks.sink1.sink.directory = ${directory}
agent1.sinks.sink1.sink.rollInterval = 0
agent1.sinks.sink1.channel = channel1
`;
  return [await buildText(conf), directory];
}

test.each(["source", "channel"] as const)("Kafka %s → file_roll", async (kind) => {
  const topic = `calls-${randomUUID()}`;
  const group = `group-${randomUUID()}`;
  await createTopic(kafka.bootstrapServers, topic, { partitions: 3 });
  const [program, directory] = await intoFiles(kind, topic, group);
  const writer = await RecordWriter.write(kafka.bootstrapServers, topic, { records: 20_000, partitions: 3 });
  const running = await EmittedProgram.start(program);
  await waitForLines(20_000, () => localLines(directory));
  await stopWell(running);
  expect(judge(writer.ledgers, (await localLines(directory)).lines)).toEqual(flawless);
  expect(await committed(group, topic)).toBe(20_000);
});

test("several channels behind a Kafka source: by a header of the record, into folders by header and time, offsets after all of them", async () => {
  const topic = `calls-${randomUUID()}`;
  const group = `group-${randomUUID()}`;
  const directory = `/user/flume/${topic}`;
  await createTopic(kafka.bootstrapServers, topic);
  const hdfsSink = (name: string, channel: string, path: string) => `agent1.sinks.${name}.type = hdfs
agent1.sinks.${name}.hdfs.path = ${directory}/${path}
agent1.sinks.${name}.hdfs.fileType = DataStream
agent1.sinks.${name}.hdfs.timeZone = UTC
agent1.sinks.${name}.hdfs.rollCount = 0
agent1.sinks.${name}.hdfs.rollSize = 0
agent1.sinks.${name}.hdfs.rollInterval = 0
agent1.sinks.${name}.channel = ${channel}
`;
  const program = await buildText(`agent1.sources = source1
agent1.channels = even odd
agent1.sinks = evens odds
agent1.sources.source1.type = org.apache.flume.source.kafka.KafkaSource
agent1.sources.source1.kafka.bootstrap.servers = ${kafka.bootstrapServers}
agent1.sources.source1.kafka.topics = ${topic}
agent1.sources.source1.kafka.consumer.group.id = ${group}
agent1.sources.source1.kafka.consumer.auto.offset.reset = earliest
agent1.sources.source1.header.kind = kind
agent1.sources.source1.header.app = application
agent1.sources.source1.channels = even odd
agent1.sources.source1.selector.type = multiplexing
agent1.sources.source1.selector.header = kind
agent1.sources.source1.selector.mapping.even = even
agent1.sources.source1.selector.default = odd
agent1.channels.even.type = memory
agent1.channels.even.capacity = 1000
agent1.channels.even.transactionCapacity = 1000
agent1.channels.odd.type = memory
agent1.channels.odd.capacity = 1000
agent1.channels.odd.transactionCapacity = 1000
${hdfsSink("evens", "even", "even/%{app}/%Y-%m-%d")}${hdfsSink("odds", "odd", "odd/%{app}/p%{partition}")}`);
  const noon = Date.UTC(2024, 1, 29, 12);
  const writer = await RecordWriter.write(kafka.bootstrapServers, topic, {
    records: 4000,
    around: (_, number) => ({
      timestamp: String(noon + number),
      headers: {
        kind: number % 2 === 0 ? "even" : "odd",
        // A name that would climb out of the folder
        application: number % 4 < 2 ? "shop" : "../../tmp",
      },
    }),
  });
  const running = await EmittedProgram.start(program, inHdfs());
  await waitForLines(4000, () => hdfsLines(hdfs, directory));
  await stopWell(running);
  const files = await readHdfsFiles(hdfs, directory);
  const found = deliveredLines(files);
  expect(found.inUseFiles).toEqual([]);
  expect(judge(writer.ledgers, found.lines)).toEqual(flawless);
  const folders = [...files.keys()].map((path) => path.slice(directory.length, path.lastIndexOf("/")));
  expect(new Set(folders)).toEqual(
    new Set([
      "/even/shop/2024-02-29",
      "/even/..%2F..%2Ftmp/2024-02-29",
      "/odd/shop/p0",
      "/odd/..%2F..%2Ftmp/p0",
    ]),
  );
  expect(await committed(group, topic)).toBe(4000);
});
