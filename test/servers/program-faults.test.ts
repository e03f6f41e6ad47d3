import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connected } from "../../scripts/servers/connected.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { readTopic } from "../../scripts/servers/topic.ts";
import { EmittedProgram } from "./emitted-program.ts";
import { acknowledgedLines, judge } from "./ledger.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, type Pipeline, verdictOf } from "./pipeline.ts";
import { seeded } from "./seed.ts";

const capacity = 10_000; // events, as the sample says

let kafka: KafkaServer;
let pipeline: Pipeline;

beforeAll(async () => {
  kafka = await startKafka();
});

beforeEach(async () => {
  if (!kafka.running) await kafka.start();
  pipeline = await buildPipeline(kafka);
});

afterAll(async () => {
  await kafka.close();
});

test("SIGTERM under load delivers every acknowledged line and exits with 0", async () => {
  const random = seeded("SIGTERM");
  await using program = await EmittedProgram.start(pipeline.program);
  const writers = [await LineWriter.start(pipeline.port), await LineWriter.start(pipeline.port)];
  await writers[0]!.waitForAcknowledged(random(1, 30_000));
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  await Promise.all(writers.map((writer) => writer.closed));
  expect(acknowledgedLines(writers)).toBeGreaterThan(0);
  expect(await verdictOf(kafka, pipeline, writers)).toEqual(flawless);
});

test("kill -9 loses at most what the channel held, the last lines of each connection; the next start goes on", async () => {
  const random = seeded("kill -9");
  const writers: LineWriter[] = [];
  for (let life = 1; life <= 3; life++) {
    await using program = await EmittedProgram.start(pipeline.program);
    const now = await Promise.all([1, 2].map(() => LineWriter.start(pipeline.port, { window: 4_000 })));
    writers.push(...now);
    await now[0]!.waitForAcknowledged(random(1, 20_000));
    await program.kill();
    await Promise.all(now.map((writer) => writer.closed));
  }
  const records = await readTopic(kafka.bootstrapServers, pipeline.topic);
  const verdict = judge(writers, records);
  console.log(`${acknowledgedLines(writers)} lines acknowledged, ${verdict.lost} lost by 3 × kill -9`);
  expect(verdict).toEqual({ ...flawless, lost: verdict.lost });
  expect(verdict.lost).toBeLessThanOrEqual(3 * capacity);
  // Without a gap: of each connection there came out all up to some line, and nothing after it.
  const texts = records.map(({ value }) => value?.toString("latin1").split(" ") ?? []);
  for (const { connection } of writers) {
    const numbers = texts.filter(([name]) => name === connection).map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index));
  }
  // The next life takes and delivers as if nothing had been.
  await using program = await EmittedProgram.start(pipeline.program);
  const writer = await LineWriter.start(pipeline.port, { lines: 5_000 });
  await writer.closed;
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const after = judge([writer], await readTopic(kafka.bootstrapServers, pipeline.topic));
  expect(writer.acknowledged.size).toBe(5_000);
  expect(after.lost).toBe(0);
  expect(after.duplicated).toBe(0);
});

test("while the broker is away SIGTERM waits for it, a second one ends the program at once", async () => {
  await using program = await EmittedProgram.start(pipeline.program);
  await kafka.stop();
  const writer = await LineWriter.start(pipeline.port, { lines: 100 });
  await writer.closed;
  program.signal("SIGTERM");
  await program.waitForOutput(/SIGTERM/);
  expect(program.running).toBe(true);
  const again = performance.now();
  const { code } = await program.stop();
  expect(code).toBeGreaterThan(0);
  expect(performance.now() - again).toBeLessThan(2_000);
});

test("--drain-timeout bounds the wait and the program says how many events are lost", async () => {
  await using program = await EmittedProgram.start(pipeline.program, { args: ["--drain-timeout", "1"] });
  await kafka.stop();
  const writer = await LineWriter.start(pipeline.port, { lines: 100 });
  await writer.closed;
  const { code } = await program.stop();
  expect(code).toBeGreaterThan(0);
  expect(await program.output()).toMatch(/\b100 events\b/);
});

test("what waits when SIGTERM comes while the broker is away is delivered as soon as it is back", async () => {
  await using program = await EmittedProgram.start(pipeline.program, { args: ["--drain-timeout", "90"] });
  await kafka.stop();
  const writer = await LineWriter.start(pipeline.port, { lines: 3_000 });
  await writer.closed;
  program.signal("SIGTERM");
  await program.waitForOutput(/SIGTERM/);
  await expect(connectionRefused(pipeline.port)).resolves.toBe(true);
  await kafka.start();
  expect(await program.ended).toEqual({ code: 0, signal: undefined });
  expect(await verdictOf(kafka, pipeline, [writer])).toEqual(flawless);
});

test("a program that is stopped for longer than a request may take finds its answers, and sends nothing twice", async () => {
  const {
    port,
    program: built,
    topic,
  } = await buildPipeline(kafka, {
    topicOptions: {},
    overrides: { "sinks.sink1.kafka.producer.request.timeout.ms": 500 },
  });
  await using program = await EmittedProgram.start(built);
  const writer = await LineWriter.start(port);
  for (let stop = 1; stop <= 3; stop++) {
    await writer.waitForAcknowledged(writer.acknowledged.size + 5_000);
    program.signal("SIGSTOP");
    await delay(1_500); // three times what a request may take
    program.signal("SIGCONT");
  }
  await writer.finish();
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(judge([writer], await readTopic(kafka.bootstrapServers, topic))).toEqual(flawless);
});

async function connectionRefused(port: number): Promise<boolean> {
  // The source closes its listener first of all; a connection may still have slipped in just before.
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      (await connected(port, 0)).destroy();
    } catch {
      return true;
    }
  }
  return false;
}
