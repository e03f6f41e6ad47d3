import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { EmittedProgram } from "./emitted-program.ts";
import { FaultyRelay, networkFaults } from "./faulty-relay.ts";
import { acknowledgedLines } from "./ledger.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, verdictOf } from "./pipeline.ts";
import { seeded } from "./seed.ts";

const capacity = 2_000; // events
const requestTimeout = 700; // ms
const faults = 5;

let kafka: KafkaServer;
let relay: FaultyRelay;
let throughRelay: { readonly bootstrapServers: string };

beforeAll(async () => {
  const port = await freePort();
  throughRelay = { bootstrapServers: `localhost:${port}` };
  kafka = await startKafka({
    properties: { "advertised.listeners": `PLAINTEXT://${throughRelay.bootstrapServers}` },
  });
  relay = await FaultyRelay.start(port, kafka.port);
});

afterAll(async () => {
  relay.close();
  await kafka.close();
});

const keyed = {
  "sources.source1.interceptors": "i",
  "sources.source1.interceptors.i.type": "static",
  "sources.source1.interceptors.i.key": "key",
  "sources.source1.interceptors.i.value": "one partition for all",
};

test.each([
  ["fused into record batches", {}],
  ["as events with a key", keyed],
])("no line is lost, torn or out of order over a network with faults: %s", async (what, overrides) => {
  const random = seeded(`network faults, ${what}`);
  const pipeline = await buildPipeline(throughRelay, {
    topicOptions: { partitions: 3 },
    overrides: {
      "channels.channel1.capacity": capacity,
      "channels.channel1.keep-alive": 60,
      "sinks.sink1.kafka.producer.request.timeout.ms": requestTimeout,
      ...overrides,
    },
  });
  await using program = await EmittedProgram.start(pipeline.program);
  const writers = [await LineWriter.start(pipeline.port), await LineWriter.start(pipeline.port)];
  for (let count = 0; count < faults; count++) {
    await writers[0]!.waitForAcknowledged(writers[0]!.acknowledged.size + random(1, 3_000));
    relay.fault = networkFaults[random(0, networkFaults.length - 1)];
    if (relay.fault === "reset") relay.reset();
    await delay(random(10, 2 * requestTimeout)); // how long the fault lasts
    relay.fault = undefined;
  }
  await Promise.all(writers.map((writer) => writer.finish()));
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const verdict = await verdictOf(kafka, pipeline, writers);
  console.log(`${acknowledgedLines(writers)} lines acknowledged, ${verdict.duplicated} sent twice`);
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  expect(verdict.duplicated).toBeLessThanOrEqual(faults * capacity);
  expect(writers.flatMap((writer) => writer.failures)).toEqual([]);
});
