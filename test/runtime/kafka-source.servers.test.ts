import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import { localLines } from "../servers/delivered-files.ts";
import { type BuiltProgram, buildText, EmittedProgram } from "../servers/emitted-program.ts";
import { judge, type Verdict } from "../servers/ledger.ts";
import { flawless } from "../servers/pipeline.ts";
import { RecordWriter } from "../servers/record-writer.ts";
import { seeded } from "../servers/seed.ts";

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka.close());

interface SourcePipeline {
  readonly topic: string;
  readonly directories: readonly string[];
  readonly program: BuiltProgram;
}

/** Kafka source → a wide and a narrow memory channel → files: every event has to come through both. */
async function sourcePipeline(): Promise<SourcePipeline> {
  const topic = `calls-${randomUUID()}`;
  const folder = await temporaryDirectory("source");
  const directories = ["wide", "narrow"].map((name) => join(folder, name));
  for (const directory of directories) await mkdir(directory, { recursive: true });
  await createTopic(kafka.bootstrapServers, topic, { partitions: 3 });
  const program = await buildText(`agent1.sources = source1
agent1.channels = channel1 channel2
agent1.sinks = sink1 sink2
agent1.sources.source1.type = org.apache.flume.source.kafka.KafkaSource
agent1.sources.source1.kafka.bootstrap.servers = ${kafka.bootstrapServers}
agent1.sources.source1.kafka.topics = ${topic}
agent1.sources.source1.kafka.consumer.auto.offset.reset = earliest
agent1.sources.source1.kafka.consumer.session.timeout.ms = 6000
agent1.sources.source1.batchSize = 100
agent1.sources.source1.channels = channel1 channel2
agent1.channels.channel1.type = memory
agent1.channels.channel1.capacity = 10000
agent1.channels.channel2.type = memory
agent1.channels.channel2.capacity = 150
agent1.sinks.sink1.type = file_roll
agent1.sinks.sink1.sink.directory = ${directories[0]}
agent1.sinks.sink1.sink.rollInterval = 0
agent1.sinks.sink1.channel = channel1
agent1.sinks.sink2.type = file_roll
agent1.sinks.sink2.sink.directory = ${directories[1]}
agent1.sinks.sink2.sink.rollInterval = 0
agent1.sinks.sink2.channel = channel2
`);
  return { topic, directories, program };
}

async function verdicts({ directories }: SourcePipeline, { ledgers }: RecordWriter): Promise<Verdict[]> {
  return Promise.all(
    directories.map(async (directory) => judge(ledgers, (await localLines(directory)).lines)),
  );
}

/** How many lines have come out of the narrow channel. */
async function narrowLines({ directories }: SourcePipeline): Promise<number> {
  return (await localLines(directories[1]!)).lines.length;
}

test("a stop under load commits what both sinks have, and nothing else: no line is lost, none comes twice", async () => {
  const random = seeded("Kafka source, SIGTERM");
  const pipeline = await sourcePipeline();
  const writer = await RecordWriter.write(kafka.bootstrapServers, pipeline.topic, {
    records: 60_000,
    partitions: 3,
  });
  for (let life = 1; life <= 3; life++) {
    await using program = await EmittedProgram.start(pipeline.program);
    const enough = (await narrowLines(pipeline)) + random(1, 10_000);
    await program.waitUntil(async () => (await narrowLines(pipeline)) >= enough);
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  }
  await using program = await EmittedProgram.start(pipeline.program);
  await program.waitUntil(async () => (await verdicts(pipeline, writer)).every(({ lost }) => lost === 0));
  // Committed a moment later.
  await program.waitUntil(async () => (await program.counters())["SOURCE.source1"]!.KafkaCommitTimer !== "0");
  const counters = (await program.counters())["SOURCE.source1"]!;
  expect(Number(counters.EventReceivedCount)).toBeGreaterThan(0);
  expect(counters.EventAcceptedCount).toBe(counters.EventReceivedCount);
  expect(Number(counters.KafkaEventGetTimer)).toBeGreaterThan(0);
  expect(Number(counters.KafkaEmptyCount)).toBeGreaterThan(0);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  // Files are read in the order of their names, not of the runs: what is before what is not told by them.
  for (const verdict of await verdicts(pipeline, writer)) {
    expect({ ...verdict, reordered: 0 }).toEqual(flawless);
  }
});

test("kill -9 loses nothing that was in memory", async () => {
  const random = seeded("Kafka source, kill -9");
  const pipeline = await sourcePipeline();
  const writer = await RecordWriter.write(kafka.bootstrapServers, pipeline.topic, {
    records: 60_000,
    partitions: 3,
  });
  for (let life = 1; life <= 3; life++) {
    await using program = await EmittedProgram.start(pipeline.program);
    const enough = (await narrowLines(pipeline)) + random(1, 10_000);
    await program.waitUntil(async () => (await narrowLines(pipeline)) >= enough);
    await program.kill();
  }
  await using program = await EmittedProgram.start(pipeline.program);
  await program.waitUntil(async () => (await verdicts(pipeline, writer)).every(({ lost }) => lost === 0));
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const [wide, narrow] = await verdicts(pipeline, writer);
  console.log(`repeated by 3 × kill -9: ${wide!.duplicated} and ${narrow!.duplicated} lines`);
  for (const verdict of [wide!, narrow!]) {
    expect({ ...verdict, duplicated: 0, reordered: 0, torn: 0 }).toEqual(flawless);
    expect(verdict.torn).toBeLessThanOrEqual(3);
  }
});

test("where the sink delivers nothing, a stop takes its time and no more, and Kafka keeps all", async () => {
  const topic = `calls-${randomUUID()}`;
  const directory = join(await temporaryDirectory("kept"), "out");
  await mkdir(directory, { recursive: true });
  await createTopic(kafka.bootstrapServers, topic);
  const writer = await RecordWriter.write(kafka.bootstrapServers, topic, { records: 1_000 });
  /** Through a channel with two sinks, so that events are in memory; no NameNode listens at port 1. */
  const conf = (sink: string) => `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1 sink2
agent1.sources.source1.type = org.apache.flume.source.kafka.KafkaSource
agent1.sources.source1.kafka.bootstrap.servers = ${kafka.bootstrapServers}
agent1.sources.source1.kafka.topics = ${topic}
agent1.sources.source1.kafka.consumer.auto.offset.reset = earliest
agent1.sources.source1.batchSize = 100
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = memory
agent1.channels.channel1.capacity = 300
${[1, 2].map((i) => `agent1.sinks.sink${i}.channel = channel1\n${sink.replaceAll("sinkN", `agent1.sinks.sink${i}`)}`).join("\n")}
`;
  const dead = await buildText(conf("sinkN.type = hdfs\nsinkN.hdfs.path = hdfs://127.0.0.1:1/nowhere"));
  {
    await using program = await EmittedProgram.start(dead, { args: ["--drain-timeout", "2"] });
    await program.waitForOutput(/an event waits, and all after it/);
    const began = performance.now();
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(await program.output()).toContain("Kafka keeps those events for the next start");
  }
  const files = await buildText(
    conf(`sinkN.type = file_roll\nsinkN.sink.directory = ${directory}\nsinkN.sink.rollInterval = 0`),
  );
  await using program = await EmittedProgram.start(files);
  await program.waitUntil(async () => judge(writer.ledgers, (await localLines(directory)).lines).lost === 0);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const verdict = judge(writer.ledgers, (await localLines(directory)).lines);
  expect({ ...verdict, reordered: 0 }).toEqual(flawless);
});
