import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { createTopic, readTopic } from "../../scripts/servers/topic.ts";
import { localLines } from "../servers/delivered-files.ts";
import { type BuiltProgram, buildText, EmittedProgram } from "../servers/emitted-program.ts";
import { acknowledgedLines, judge, type Verdict } from "../servers/ledger.ts";
import { LineWriter } from "../servers/line-writer.ts";
import { flawless } from "../servers/pipeline.ts";
import { seeded } from "../servers/seed.ts";

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka();
});
beforeEach(async () => {
  if (!kafka.running) await kafka.start();
});
afterAll(() => kafka.close());

interface ChannelPipeline {
  readonly port: number;
  readonly topic: string;
  readonly directory: string;
  readonly program: BuiltProgram;
}

/** netcat → Kafka channel → files. */
async function channelPipeline(
  overrides: Readonly<Record<string, string | number>> = {},
): Promise<ChannelPipeline> {
  const topic = `channel-${randomUUID()}`;
  const port = await freePort();
  const directory = join(await temporaryDirectory("channel"), "out");
  await mkdir(directory, { recursive: true });
  await createTopic(kafka.bootstrapServers, topic);
  const program = await buildText(
    `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1
agent1.sources.source1.type = netcat
agent1.sources.source1.bind = 127.0.0.1
agent1.sources.source1.port = ${port}
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = org.apache.flume.channel.kafka.KafkaChannel
agent1.channels.channel1.kafka.bootstrap.servers = ${kafka.bootstrapServers}
agent1.channels.channel1.kafka.topic = ${topic}
agent1.sinks.sink1.type = file_roll
agent1.sinks.sink1.sink.directory = ${directory}
agent1.sinks.sink1.sink.rollInterval = 0
agent1.sinks.sink1.channel = channel1
`,
    overrides,
  );
  return { port, topic, directory, program };
}

async function verdictOf(directory: string, writers: readonly LineWriter[]): Promise<Verdict> {
  return judge(writers, (await localLines(directory)).lines);
}

/** Runs the program until nothing acknowledged is missing in the files, and stops it. */
async function drainToEnd(
  { program, directory }: ChannelPipeline,
  writers: readonly LineWriter[],
): Promise<void> {
  await using running = await EmittedProgram.start(program);
  await running.waitUntil(async () => (await verdictOf(directory, writers)).lost === 0);
  expect(await running.stop()).toEqual({ code: 0, signal: undefined });
}

test("SIGTERM under load: each line that was said OK to is in the topic, and in the files once", async () => {
  const random = seeded("Kafka channel, SIGTERM");
  const pipeline = await channelPipeline();
  const writers: LineWriter[] = [];
  for (let life = 1; life <= 3; life++) {
    await using program = await EmittedProgram.start(pipeline.program);
    const now = await Promise.all([1, 2].map(() => LineWriter.start(pipeline.port, { window: 4_000 })));
    writers.push(...now);
    await now[0]!.waitForAcknowledged(random(1, 20_000));
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
    await Promise.all(now.map((writer) => writer.closed));
  }
  const stored = (await readTopic(kafka.bootstrapServers, pipeline.topic)).map((record) => ({
    ...record,
    // The Avro around the body of a line without headers: an empty map, and a length of two bytes.
    value: record.value!.subarray(3),
  }));
  expect(judge(writers, stored)).toEqual(flawless);
  await drainToEnd(pipeline, writers);
  expect(await verdictOf(pipeline.directory, writers)).toEqual(flawless);
  expect(acknowledgedLines(writers)).toBeGreaterThan(3);
});

test("kill -9 of the program and of the broker loses no line that was said OK to", async () => {
  const random = seeded("Kafka channel, kill -9");
  const pipeline = await channelPipeline();
  const writers: LineWriter[] = [];
  for (let life = 1; life <= 4; life++) {
    await using program = await EmittedProgram.start(pipeline.program);
    const now = await Promise.all([1, 2].map(() => LineWriter.start(pipeline.port, { window: 4_000 })));
    writers.push(...now);
    await now[0]!.waitForAcknowledged(random(1, 15_000));
    if (life === 2) {
      await kafka.kill();
      await kafka.start();
      await now[0]!.waitForAcknowledged(now[0]!.acknowledged.size + 5_000);
    }
    await program.kill();
    await Promise.all(now.map((writer) => writer.closed));
  }
  await drainToEnd(pipeline, writers);
  const verdict = await verdictOf(pipeline.directory, writers);
  console.log(
    `${acknowledgedLines(writers)} lines acknowledged, ${verdict.duplicated} repeated by 4 × kill -9`,
  );
  // A file that was cut by a kill may end in half a line; the whole line comes again.
  expect(verdict).toEqual({
    ...flawless,
    duplicated: verdict.duplicated,
    torn: verdict.torn,
    reordered: verdict.reordered,
  });
  expect(verdict.torn).toBeLessThanOrEqual(4);
});

test("nobody is told OK while Kafka is away; the program ends after its time, and says what was not stored", async () => {
  const pipeline = await channelPipeline();
  await using program = await EmittedProgram.start(pipeline.program, { args: ["--drain-timeout", "3"] });
  const first = await LineWriter.start(pipeline.port, { lines: 100 });
  await first.closed;
  expect(first.acknowledged.size).toBe(100);
  await kafka.stop();
  const second = await LineWriter.start(pipeline.port, { lines: 100 });
  await program.waitUntil(async () => (await program.counters())["CHANNEL.channel1"]!.ChannelSize === "100");
  const began = performance.now();
  expect(await program.stop()).toEqual({ code: 75, signal: undefined });
  expect(performance.now() - began).toBeLessThan(10_000);
  await second.closed;
  expect([second.acknowledged.size, second.failed.size]).toEqual([0, 0]);
  expect(await program.output()).toMatch(/stopped after 3 s with 100 events that Kafka has not acknowledged/);
});

test("a line that finds no room in time is refused in its place, and nothing that was taken is given up", async () => {
  const pipeline = await channelPipeline({
    "agent1.channels.channel1.kafka.producer.buffer.memory": 100_000,
    "agent1.channels.channel1.kafka.producer.delivery.timeout.ms": 1_500,
    "agent1.channels.channel1.kafka.producer.request.timeout.ms": 1_000,
  });
  await using program = await EmittedProgram.start(pipeline.program);
  const warm = await LineWriter.start(pipeline.port, { lines: 10 });
  await warm.closed;
  process.kill(kafka.pid, "SIGSTOP");
  const writer = await LineWriter.start(pipeline.port, { lines: 1_003, window: 2_000 });
  await program.waitUntil(async () => (await program.counters())["SOURCE.source1"]!.ChannelWriteFail !== "0");
  expect([writer.acknowledged.size, writer.failed.size]).toEqual([0, 0]);
  process.kill(kafka.pid, "SIGCONT");
  await writer.closed;
  expect(writer.acknowledged.size + writer.failed.size).toBe(1_003);
  expect(writer.failures[0]).toBe("FAILED: Commit failed as send to Kafka failed");
  // The first thousand fill the buffer; those are kept.
  expect(Math.min(...writer.failed)).toBe(1_000);
  await program.waitUntil(async () => (await verdictOf(pipeline.directory, [warm, writer])).lost === 0);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  // A request that timed out and had arrived all the same is there twice.
  const verdict = await verdictOf(pipeline.directory, [warm, writer]);
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
});
