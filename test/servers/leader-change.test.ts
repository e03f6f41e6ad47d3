import { afterAll, beforeAll, expect, test } from "vitest";
import { type KafkaCluster, startKafkaCluster } from "../../scripts/servers/kafka.ts";
import { EmittedProgram } from "./emitted-program.ts";
import { acknowledgedLines } from "./ledger.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, verdictOf } from "./pipeline.ts";
import { seeded } from "./seed.ts";

const capacity = 2_000; // events

let cluster: KafkaCluster;

beforeAll(async () => {
  cluster = await startKafkaCluster(3);
});

afterAll(async () => {
  await cluster?.close();
});

test("with acks=all a broker of three that is killed under load costs no acknowledged line", async () => {
  const random = seeded("leader change");
  const pipeline = await buildPipeline(cluster, {
    topicOptions: { partitions: 3, replicas: 3, config: { "min.insync.replicas": "2" } },
    overrides: {
      "channels.channel1.capacity": capacity,
      "channels.channel1.keep-alive": 60,
      "sinks.sink1.kafka.producer.acks": "all",
    },
  });
  await using program = await EmittedProgram.start(pipeline.program);
  const writers = [await LineWriter.start(pipeline.port), await LineWriter.start(pipeline.port)];
  await writers[0]!.waitForAcknowledged(random(1, 10_000));
  await cluster.brokers[random(0, 2)]!.kill();
  const killed = performance.now();
  // More than the channel holds: the new leaders are found, and take what the dead one led.
  await writers[0]!.waitForAcknowledged(writers[0]!.acknowledged.size + 2 * capacity);
  const resumedAfter = Math.round(performance.now() - killed);
  await Promise.all(writers.map((writer) => writer.finish()));
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const verdict = await verdictOf(cluster, pipeline, writers);
  const lines = acknowledgedLines(writers);
  console.log(`${lines} lines acknowledged, ${verdict.duplicated} sent twice, ${resumedAfter} ms to go on`);
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  expect(verdict.duplicated).toBeLessThanOrEqual(capacity);
  expect(writers.flatMap((writer) => writer.failures)).toEqual([]);
});
