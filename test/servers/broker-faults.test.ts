import { afterEach, beforeEach, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { waitForRecords } from "../../scripts/servers/topic.ts";
import { EmittedProgram } from "./emitted-program.ts";
import { acknowledgedLines } from "./ledger.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, type Pipeline, verdictOf } from "./pipeline.ts";
import { seeded } from "./seed.ts";

let kafka: KafkaServer;
let pipeline: Pipeline;

beforeEach(async () => {
  kafka = await startKafka();
  pipeline = await buildPipeline(kafka, {
    topicOptions: {},
    // Little room, so that the channel runs full and presses back while the broker is away.
    overrides: { "channels.channel1.capacity": 2_000, "channels.channel1.keep-alive": 60 },
  });
});

afterEach(async () => {
  await kafka.close();
});

/** What a fault of the broker may send twice: what was under way, at most all that the channel holds. */
const inFlight = 2_000;
/** Flume's netcat source would be waiting in the channel's keep-alive meanwhile: so does the writer. */
const resumeWithin = 10_000; // ms

async function survive(random: (lowest: number, highest: number) => number, fault: () => Promise<void>) {
  await using program = await EmittedProgram.start(pipeline.program);
  const writers = [await LineWriter.start(pipeline.port), await LineWriter.start(pipeline.port)];
  await writers[0]!.waitForAcknowledged(random(1, 20_000));
  await fault();
  // Back-pressure: the lines that were acknowledged and not delivered fit into the channel.
  await kafka.start();
  const brokerIsBack = performance.now();
  const before = acknowledgedLines(writers);
  await writers[0]!.waitForAcknowledged(writers[0]!.acknowledged.size + inFlight + 1);
  const resumedAfter = performance.now() - brokerIsBack;
  await Promise.all(writers.map((writer) => writer.finish()));
  expect(acknowledgedLines(writers)).toBeGreaterThan(before);
  expect(program.running).toBe(true);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const verdict = await verdictOf(kafka, pipeline, writers);
  console.log(
    `${acknowledgedLines(writers)} lines acknowledged, ${verdict.duplicated} sent twice,` +
      ` resumed ${Math.round(resumedAfter)} ms after the broker was back`,
  );
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  expect(verdict.duplicated).toBeLessThanOrEqual(inFlight);
  expect(writers.flatMap((writer) => writer.failures)).toEqual([]);
  expect(resumedAfter).toBeLessThan(resumeWithin);
}

test("a broker that restarts under load costs no acknowledged line", async () => {
  await survive(seeded("broker restart"), () => kafka.stop());
});

test("a broker that is killed under load costs no acknowledged line", async () => {
  await survive(seeded("broker kill -9"), () => kafka.kill());
});

test("with the broker down at the start, lines are taken until the channel is full, and delivered later", async () => {
  await kafka.stop();
  await using program = await EmittedProgram.start(pipeline.program);
  const writer = await LineWriter.start(pipeline.port);
  await writer.waitForAcknowledged(2_000);
  // One clear line that names the sink.
  await program.waitForOutput(/"sink1".*cannot reach Kafka/);
  expect(writer.acknowledged.size).toBe(2_000);
  await kafka.start();
  await writer.waitForAcknowledged(5_000);
  await writer.finish();
  await waitForRecords(kafka.bootstrapServers, pipeline.topic, writer.acknowledged.size);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(await verdictOf(kafka, pipeline, [writer])).toEqual(flawless);
});
