import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, readTopic, setTopicConfig, writeTopic } from "../../scripts/servers/topic.ts";
import { API, ApiRelay } from "../servers/api-relay.ts";
import { buildText, EmittedProgram } from "../servers/emitted-program.ts";
import { committedOf } from "./topic-writing.ts";

const within = { timeout: 60_000, interval: 50 };

let kafka: KafkaServer;
let relay: ApiRelay;
let brokers: string;

beforeAll(async () => {
  const port = await freePort();
  brokers = `127.0.0.1:${port}`;
  kafka = await startKafka({ properties: { "advertised.listeners": `PLAINTEXT://${brokers}` } });
  relay = await ApiRelay.start(port, kafka.port);
});

afterAll(async () => {
  relay?.close();
  await kafka?.close();
});

async function topicWith(config: Readonly<Record<string, string>> = {}): Promise<string> {
  const topic = `refusing-${randomUUID()}`;
  await createTopic(brokers, topic, { config });
  return topic;
}

const small = { "max.message.bytes": "20000" };
const large = "x".repeat(50_000);

/** What a client is told that sends lines and closes its side. */
async function replies(port: number, lines: readonly string[]): Promise<string[]> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk;
  });
  socket.end(lines.map((line) => `${line}\n`).join(""));
  await once(socket, "end");
  socket.destroy();
  return said.split("\n").slice(0, -1);
}

const values = async (topic: string) => (await readTopic(brokers, topic)).map(({ value }) => String(value));

const netcat = (port: number) => `agent1.sources = s
agent1.channels = c
agent1.sources.s.type = netcat
agent1.sources.s.bind = 127.0.0.1
agent1.sources.s.port = ${port}
agent1.sources.s.max-line-length = 100000
agent1.sources.s.channels = c
`;

const kafkaChannel = (topic: string) => `agent1.channels.c.type = org.apache.flume.channel.kafka.KafkaChannel
agent1.channels.c.kafka.bootstrap.servers = ${brokers}
agent1.channels.c.kafka.topic = ${topic}
agent1.channels.c.parseAsFlumeEvent = false
`;

test.each([
  ["known beforehand", false],
  ["found out from the refusal", true],
])(
  "netcat before a Kafka channel: a line too large for the topic, %s, is FAILED, and it alone",
  async (_, secret) => {
    relay.fate = (api) => (secret && api === API.describeConfigs ? "mute" : "pass");
    const topic = await topicWith(small);
    const port = await freePort();
    const built = await buildText(netcat(port) + kafkaChannel(topic));
    await using program = await EmittedProgram.start(built);
    await vi.waitFor(async () => expect(await replies(port, ["first"])).toEqual(["OK"]), within);
    const lines = ["a", large, "b", large, "c"];
    const said = await replies(port, lines);
    expect(said.map((reply) => reply.slice(0, 6))).toEqual(["OK", "FAILED", "OK", "FAILED", "OK"]);
    expect(said[1]).toMatch(
      secret
        ? /^FAILED: Kafka refuses the event: .*max\.message\.bytes.*MESSAGE_TOO_LARGE/
        : /^FAILED: The event of 50000 bytes is larger than the topic takes \(max\.message\.bytes, 20000 bytes\)/,
    );
    expect((await values(topic)).slice(1)).toEqual(["a", "b", "c"]);
    // From then on it is refused when it is put.
    expect((await replies(port, [large]))[0]).toMatch(
      /^FAILED: The event of 50000 bytes is larger than the topic takes/,
    );
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
    relay.fate = () => "pass";
  },
  120_000,
);

const kafkaSink = (topic: string) => `agent1.sinks = k
agent1.channels.c.type = memory
agent1.sinks.k.type = org.apache.flume.sink.kafka.KafkaSink
agent1.sinks.k.kafka.bootstrap.servers = ${brokers}
agent1.sinks.k.kafka.topic = ${topic}
agent1.sinks.k.channel = c
`;
const keyed = `agent1.sources.s.interceptors = i
agent1.sources.s.interceptors.i.type = static
agent1.sources.s.interceptors.i.key = key
agent1.sources.s.interceptors.i.value = one
`;

test.each([
  ["as it arrives", ""],
  ["with a key", keyed],
])(
  "Kafka sink, --on-poison skip: what the topic refuses for ever is left out, %s",
  async (_, more) => {
    const topic = await topicWith(small);
    const port = await freePort();
    const built = await buildText(netcat(port) + kafkaSink(topic) + more, {}, ["--on-poison", "skip"]);
    await using program = await EmittedProgram.start(built);
    await vi.waitFor(async () => expect(await replies(port, ["first"])).toEqual(["OK"]), within);
    expect(await replies(port, ["a", large, "b"])).toEqual(["OK", "OK", "OK"]);
    await vi.waitFor(async () => expect(await values(topic)).toEqual(["first", "a", "b"]), within);
    expect(await program.output()).toMatch(
      /an event for topic refusing-.* is skipped: .*max\.message\.bytes/,
    );
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  },
  120_000,
);

test("Kafka sink, --on-poison with a topic: dead letters have the record, and why", async () => {
  const topic = await topicWith(small);
  const letters = await topicWith();
  const port = await freePort();
  const built = await buildText(netcat(port) + kafkaSink(topic) + keyed, {}, ["--on-poison", letters]);
  await using program = await EmittedProgram.start(built);
  await vi.waitFor(async () => expect(await replies(port, ["first"])).toEqual(["OK"]), within);
  await replies(port, ["a", large, "b"]);
  await vi.waitFor(async () => expect(await values(topic)).toEqual(["first", "a", "b"]), within);
  const [letter, ...others] = await readTopic(brokers, letters);
  expect(others).toEqual([]);
  expect([String(letter!.key), String(letter!.value)]).toEqual(["one", large]);
  expect(letter!.headers).toEqual([
    ["flafkac.reason", expect.stringMatching(/max\.message\.bytes.*MESSAGE_TOO_LARGE/)],
    ["flafkac.topic", topic],
  ]);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
}, 120_000);

const kafkaSource = (topic: string) => `agent1.sources = s
agent1.channels = c
agent1.sources.s.type = org.apache.flume.source.kafka.KafkaSource
agent1.sources.s.kafka.bootstrap.servers = ${brokers}
agent1.sources.s.kafka.topics = ${topic}
agent1.sources.s.kafka.consumer.auto.offset.reset = earliest
agent1.sources.s.kafka.consumer.group.id = ${topic}
agent1.sources.s.channels = c
`;

test("Kafka source before a Kafka channel: what can never be put ends the program, or is set aside", async () => {
  const from = await topicWith();
  const to = await topicWith(small);
  const letters = await topicWith();
  await writeTopic(brokers, from, [{ value: "a" }, { value: large }, { value: "b" }]);
  const text = kafkaSource(from) + kafkaChannel(to);
  const stopping = await EmittedProgram.start(await buildText(text));
  expect((await stopping.ended).code).toBe(65);
  expect(await stopping.output()).toMatch(/-0 at offset 1: .*(larger than the topic takes|refuses)/);
  const built = await buildText(text, {}, ["--on-poison", letters]);
  await using program = await EmittedProgram.start(built);
  await vi.waitFor(async () => expect(await committedOf(brokers, from, from)).toEqual([3]), within);
  expect([...new Set(await values(to))]).toEqual(["a", "b"]);
  expect(await values(letters)).toEqual([large]);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
}, 120_000);

test("Kafka sink, by default: it waits at the event until the topic takes it; nothing is lost", async () => {
  const topic = await topicWith(small);
  const port = await freePort();
  await using program = await EmittedProgram.start(await buildText(netcat(port) + kafkaSink(topic)));
  await vi.waitFor(async () => expect(await replies(port, ["first"])).toEqual(["OK"]), within);
  await replies(port, ["a", large, "b"]);
  await program.waitForOutput(/max\.message\.bytes/);
  await setTopicConfig(brokers, topic, { "max.message.bytes": "200000" });
  await vi.waitFor(async () => expect(await values(topic)).toEqual(["first", "a", large, "b"]), within);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
}, 120_000);
