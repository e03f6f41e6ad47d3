import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { waitForRecords } from "../../scripts/servers/topic.ts";
import { EmittedProgram } from "./emitted-program.ts";
import { acknowledgedLines } from "./ledger.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, verdictOf } from "./pipeline.ts";

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka();
});

afterAll(async () => {
  await kafka.close();
});

test("over several partitions every line arrives once, in order within a partition; the counters say the same", async () => {
  const pipeline = await buildPipeline(kafka, { topicOptions: { partitions: 5 } });
  await using program = await EmittedProgram.start(pipeline.program);
  const writers = await Promise.all(
    [1, 2, 3].map(() => LineWriter.start(pipeline.port, { lines: 20_000, window: 100 })),
  );
  await Promise.all(writers.map((writer) => writer.closed));
  const acknowledged = acknowledgedLines(writers);
  expect(acknowledged).toBe(60_000);
  await waitForRecords(kafka.bootstrapServers, pipeline.topic, acknowledged);
  // The broker has the last batch a moment before its answer is back.
  await program.waitUntil(async () => (await program.counters())["CHANNEL.channel1"]?.ChannelSize === "0");
  const counters = await program.counters();
  const all = String(acknowledged);
  expect(counters).toMatchObject({
    "SOURCE.source1": { EventReceivedCount: all, EventAcceptedCount: all },
    "CHANNEL.channel1": {
      ChannelCapacity: "10000",
      ChannelSize: "0",
      EventPutSuccessCount: all,
      EventTakeSuccessCount: all,
    },
    "SINK.sink1": { EventDrainSuccessCount: all },
  });
  expect((await program.get("/healthz")).status).toBe(200);
  expect((await program.get("/readyz")).status).toBe(200);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(await verdictOf(kafka, pipeline, writers)).toEqual(flawless);
});

test("with nothing to do the program uses less than 0.5 % of a core and prints nothing", async () => {
  const pipeline = await buildPipeline(kafka);
  await using program = await EmittedProgram.start(pipeline.program);
  const writer = await LineWriter.start(pipeline.port, { lines: 1_000 });
  await writer.closed;
  await waitForRecords(kafka.bootstrapServers, pipeline.topic, 1_000);
  const window = 10_000; // ms, the thing measured
  const outputBefore = await program.output();
  const before = await program.cpuTime();
  await delay(window);
  const used = (await program.cpuTime()) - before;
  console.log(`idle for ${window} ms: ${used} ms of CPU`);
  expect(used).toBeLessThan(window * 0.005);
  expect(await program.output()).toBe(outputBefore);
  expect(outputBefore).not.toMatch(/warning/i);
});
