import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { brokersFromZooKeeper } from "../../runtime/zookeeper/brokers.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import { startZooKeeper } from "../../scripts/servers/zookeeper.ts";
import { API, ApiRelay } from "../servers/api-relay.ts";
import { Reader } from "./consumer-harness.ts";
import { committedOf, write } from "./topic-writing.ts";

const within = { timeout: 60_000, interval: 20 };

let kafka: KafkaServer;
let relay: ApiRelay;
let brokers: string;
let names = 0;

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

async function fresh(partitions = 1): Promise<{ topic: string; groupId: string }> {
  const topic = `t${++names}`;
  await createTopic(brokers, topic, { partitions });
  return { topic, groupId: `g${names}` };
}

const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ value: `record ${from + i}`, partition: 0 }));
const bodies = (count: number) => lines(count).map(({ value }) => value);

test("a broker of the list that is dead is passed over", async () => {
  const { topic, groupId } = await fresh();
  await write(brokers, topic, lines(10));
  const dead = `127.0.0.1:${await freePort()}`;
  await using reader = new Reader(`${dead},${brokers}`, { topics: [topic], groupId });
  await vi.waitFor(() => expect(reader.seen.map(({ body }) => body)).toEqual(bodies(10)), within);
  await reader.stop();
  expect(await committedOf(brokers, groupId, topic)).toEqual([10]);
});

test("a consumer whose fetches are never answered, while all else is, connects anew", async () => {
  const { topic, groupId } = await fresh();
  await write(brokers, topic, lines(10));
  await using reader = new Reader(brokers, { topics: [topic], groupId, deafAfter: 1_000 });
  await vi.waitFor(() => expect(reader.seen).toHaveLength(10), within);
  const old = relay.connections;
  let muted = 0;
  relay.fate = (api, connection) => {
    if (api !== API.fetch || connection >= old) return "pass";
    muted++;
    return "mute";
  };
  await vi.waitFor(() => expect(muted).toBe(1), within);
  await write(brokers, topic, lines(10, 10));
  await vi.waitFor(() => expect(reader.seen.map(({ body }) => body)).toEqual(bodies(20)), within);
  relay.fate = () => "pass";
  expect(reader.messages.join("\n")).toMatch(
    /-0 holds records from offset \d+ on, but none has come for 1 s: connects anew/,
  );
  await reader.stop();
  expect(await committedOf(brokers, groupId, topic)).toEqual([20]);
});

test("commits that never arrive stop the reading after a session, and are made up for", async () => {
  const { topic, groupId } = await fresh();
  await write(brokers, topic, lines(10));
  relay.fate = (api) => (api === API.offsetCommit ? "lost" : "pass");
  await using reader = new Reader(brokers, {
    topics: [topic],
    groupId,
    requestTimeout: 1_000,
    commitInterval: 50,
  });
  await vi.waitFor(() => expect(reader.messages.join("\n")).toMatch(/timed out|cannot reach/), within);
  expect(reader.seen).toHaveLength(10);
  // Longer than its session of 6 s: it takes nothing more that it could not commit.
  const since = performance.now();
  await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(7_000), within);
  await write(brokers, topic, lines(10, 10));
  await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(8_000), within);
  expect(reader.seen).toHaveLength(10);
  relay.fate = () => "pass";
  await vi.waitFor(() => expect(reader.seen.map(({ body }) => body)).toEqual(bodies(20)), within);
  await reader.stop();
  expect(await committedOf(brokers, groupId, topic)).toEqual([20]);
});

test("what a sink holds back does not hold up the group, is delivered by the next owner, and never committed before", async () => {
  const { topic, groupId } = await fresh(2);
  await write(brokers, topic, [
    ...lines(5).map((record) => ({ ...record, partition: 0 })),
    ...lines(5).map((record) => ({ ...record, partition: 1 })),
  ]);
  const holding = { forbidden: true };
  const held: (() => void)[] = [];
  await using first = new Reader(brokers, {
    topics: [topic],
    groupId,
    heldBack: (release) => {
      if (!holding.forbidden) return false;
      held.push(release);
      return true;
    },
  });
  await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(2), within);
  const began = performance.now();
  await using second = new Reader(brokers, { topics: [topic], groupId });
  await vi.waitFor(() => expect(second.seen).toHaveLength(5), within);
  expect(performance.now() - began).toBeLessThan(9_000); // not 10 s, and not 300 s
  expect(first.messages.join("\n")).toMatch(
    /5 records of them are not delivered yet; whoever reads them now/,
  );
  // The partition that it has still is as it was: nothing of it was read again, nothing is committed.
  expect(first.seen).toHaveLength(0);
  holding.forbidden = false;
  for (const release of held) release();
  await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual([5, 5]), within);
  const all = [...first.seen, ...second.seen].map(({ partition, offset }) => `${partition} ${offset}`);
  expect(new Set(all).size).toBe(10);
  expect(all).toHaveLength(15); // those of the partition that went away, twice
}, 90_000);

test("that nothing more is read because nothing is delivered is told, and when it is over", async () => {
  const { topic, groupId } = await fresh();
  for (let i = 0; i < 10; i++) await write(brokers, topic, [{ value: "x".repeat(2_000), partition: 0 }]);
  const { promise: delivered, resolve: deliver } = Promise.withResolvers<void>();
  await using reader = new Reader(
    brokers,
    { topics: [topic], groupId, prefetchBytes: 10_000, deafAfter: 500 },
    () => delivered,
  );
  const told = () => reader.messages.filter((message) => /reads no more|reads on/.test(message));
  await vi.waitFor(() => expect(told()).toHaveLength(1), within);
  deliver();
  await vi.waitFor(() => expect(reader.seen).toHaveLength(10), within);
  expect(told()).toEqual([
    "nothing was delivered for 0.5 s, and 10000 bytes of records wait for it: reads no more until some are delivered",
    "records are delivered again: reads on",
  ]);
});

test("a dead-letter topic that cannot be written is told of once, with what stands still for it", async () => {
  const { topic, groupId } = await fresh();
  await write(brokers, topic, [{ value: "no Avro" }, { value: null }]);
  relay.fate = (api) => (api === API.produce ? "mute" : "pass");
  await using reader = new Reader(brokers, {
    topics: [topic],
    groupId,
    valueFormat: "flumeEvent",
    poison: { deadLetterTopic: "letters" },
    requestTimeout: 500,
  });
  const told = () => reader.messages.filter((message) => message.includes("dead letter cannot be written"));
  await vi.waitFor(() => expect(told()).toHaveLength(1), within);
  expect(told()[0]).toMatch(/to topic letters: .*; until it is, nothing more is read from any partition$/);
  const since = performance.now();
  await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(2_000), within);
  expect(told()).toHaveLength(1);
  relay.fate = () => "pass";
  await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual([2]), within);
});

test("a ZooKeeper that comes later is found, and until then told of in one clean line", async () => {
  await using zooKeeper = await startZooKeeper();
  const connect = zooKeeper.connectString;
  await using old = await startKafka({ version: "3.9.2", zooKeeper: connect });
  await vi.waitFor(() => createTopic(old.bootstrapServers, "later"), within);
  await write(old.bootstrapServers, "later", lines(3));
  await zooKeeper.kill();
  const { groupId } = await fresh();
  const log: string[] = [];
  await using reader = new Reader("unused:1", {
    brokers: () => brokersFromZooKeeper(connect, "PLAINTEXT"),
    topics: ["later"],
    groupId,
  });
  await vi.waitFor(() => expect(reader.messages.join("\n")).toMatch(/look up/), within);
  log.push(...reader.messages.filter((message) => message.includes("look up")));
  expect(log).toHaveLength(1);
  expect(log[0]).toMatch(
    /^cannot look up Kafka's brokers: no ZooKeeper answers \([\w.]+:\d+: .*ECONNREFUSED.*\); events wait/,
  );
  await zooKeeper.start();
  await vi.waitFor(() => expect(reader.seen.map(({ body }) => body)).toEqual(bodies(3)), within);
}, 120_000);
