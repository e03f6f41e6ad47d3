import { afterAll, beforeAll, expect, test } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, setTopicConfig, waitForRecords } from "../../scripts/servers/topic.ts";
import { EmittedProgram } from "./emitted-program.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, verdictOf } from "./pipeline.ts";

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka({ properties: { "auto.create.topics.enable": false } });
});

afterAll(async () => {
  await kafka.close();
});

test("a topic that is not there is said once, and what was taken meanwhile is delivered once it is", async () => {
  const pipeline = await buildPipeline(kafka, { topicOptions: undefined });
  await using program = await EmittedProgram.start(pipeline.program);
  const writer = await LineWriter.start(pipeline.port, { lines: 1_000 });
  await writer.closed;
  expect(writer.acknowledged.size).toBe(1_000);
  await program.waitForOutput(new RegExp(`sink1.*${pipeline.topic}|${pipeline.topic}.*sink1`));
  await createTopic(kafka.bootstrapServers, pipeline.topic);
  await waitForRecords(kafka.bootstrapServers, pipeline.topic, 1_000);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(await verdictOf(kafka, pipeline, [writer])).toEqual(flawless);
});

test("a line that the topic finds too large is said once and waited out; nothing is dropped", async () => {
  const pipeline = await buildPipeline(kafka, {
    topicOptions: { config: { "max.message.bytes": "20000" } },
    overrides: { "sources.source1.max-line-length": 100_000 },
  });
  await using program = await EmittedProgram.start(pipeline.program);
  // More than one batch of this topic may hold: they travel in smaller ones.
  const before = await LineWriter.start(pipeline.port, { lines: 2_000, window: 2_000 });
  await before.closed;
  const large = await LineWriter.start(pipeline.port, { lines: 1, length: 50_000 });
  await large.closed;
  const after = await LineWriter.start(pipeline.port, { lines: 1_000 });
  await after.closed;
  await waitForRecords(kafka.bootstrapServers, pipeline.topic, 2_000);
  await program.waitForOutput(/max\.message\.bytes/);
  // As with Flume the line holds up those behind it until somebody does something; the log says what.
  await setTopicConfig(kafka.bootstrapServers, pipeline.topic, { "max.message.bytes": "200000" });
  await waitForRecords(kafka.bootstrapServers, pipeline.topic, 3_001);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(await verdictOf(kafka, pipeline, [before, large, after])).toEqual(flawless);
  expect((await program.output()).match(/max\.message\.bytes/g)).toHaveLength(1);
});

test("a wrong broker address is said in one line that names the property's place, again and again not at speed", async () => {
  const nobody = await freePort();
  const pipeline = await buildPipeline(kafka, {
    topicOptions: {},
    overrides: { "sinks.sink1.brokerList": `localhost:${nobody}` },
  });
  await using program = await EmittedProgram.start(pipeline.program, { args: ["--drain-timeout", "1"] });
  const writer = await LineWriter.start(pipeline.port, { lines: 10 });
  await writer.closed;
  expect(writer.acknowledged.size).toBe(10);
  await program.waitForOutput(new RegExp(`localhost:${nobody}`));
  const { code } = await program.stop();
  expect(code).toBeGreaterThan(0);
  const lines = (await program.output()).split("\n").filter((line) => line.includes(`localhost:${nobody}`));
  expect(lines.length).toBeLessThanOrEqual(3);
});
