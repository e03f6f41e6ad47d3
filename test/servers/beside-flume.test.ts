import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connected } from "../../scripts/servers/connected.ts";
import { startFlume } from "../../scripts/servers/flume.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, readTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import { EmittedProgram, sampleConf } from "./emitted-program.ts";
import { buildPipeline } from "./pipeline.ts";

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka();
});

afterAll(async () => {
  await kafka.close();
});

/** What one client writes, connection by connection, and what of it is odd. */
const conversations: ReadonlyMap<string, Buffer> = new Map([
  ["plain lines", Buffer.from("one\ntwo\nthree\n")],
  ["an empty line, blanks and tabs", Buffer.from("\n  \n\t\nend\n")],
  ["CR LF and a lone CR", Buffer.from("windows\r\nold\rmac\n")],
  ["characters of two, three and four bytes", Buffer.from("é 日本 🚰\n")],
  ["NUL and other control characters", Buffer.from("a\u0000b\u0001c\u007f\n")],
  ["no newline at the end", Buffer.from("whole\npart")],
  ["longest line that fits", Buffer.from(`${"x".repeat(511)}\n`)],
  ["a line too long, then another", Buffer.from(`before\n${"y".repeat(600)}\nafter\n`)],
  // Alone: of what stands before them Flume drops what came in the same read, that is by the chance of the
  // network; the emitted program stores it.
  ["bytes that are not UTF-8", Buffer.from([0xff, 0xfe, 0x0a])],
]);

/** Sends the bytes, ends the writing side, and returns all that was answered until the close. */
async function converse(port: number, bytes: Buffer): Promise<string> {
  const socket = await connected(port);
  let answers = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    answers += chunk;
  });
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  socket.end(bytes);
  await closed;
  return answers;
}

async function converseAll(port: number): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [what, bytes] of conversations) answers[what] = await converse(port, bytes);
  return answers;
}

async function valuesOf(topic: string, records: number): Promise<(string | undefined)[]> {
  await waitForRecords(kafka.bootstrapServers, topic, records);
  const values = await readTopic(kafka.bootstrapServers, topic);
  expect(values.map(({ key }) => key)).toEqual(values.map(() => null));
  return values.map(({ value }) => value?.toString("base64"));
}

test("the emitted program answers, and writes to Kafka, what Flume 1.11 does", async () => {
  const conf = await readFile(sampleConf, "utf8");
  const flumePort = await freePort();
  const flumeTopic = "from-flume";
  await createTopic(kafka.bootstrapServers, flumeTopic);
  await using flume = await startFlume({
    conf: conf
      .replace("44444", String(flumePort))
      .replace("app_events", flumeTopic)
      .replace("localhost:9092", kafka.bootstrapServers),
  });
  const flumeAnswers = await converseAll(flumePort);
  const acknowledged = Object.values(flumeAnswers).join("").split("OK\n").length - 1;
  const flumeValues = await valuesOf(flumeTopic, acknowledged);
  await flume.stop();

  const pipeline = await buildPipeline(kafka);
  await using program = await EmittedProgram.start(pipeline.program);
  const answers = await converseAll(pipeline.port);
  expect(answers).toEqual(flumeAnswers);
  const values = await valuesOf(pipeline.topic, acknowledged);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(values).toEqual(flumeValues);
  expect(values.length).toBeGreaterThanOrEqual(12);
});
