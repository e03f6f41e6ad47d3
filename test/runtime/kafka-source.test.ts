import { expect, onTestFinished, test } from "vitest";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import type { Event } from "../../runtime/events/event.ts";
import { type FetchedEventOf, KafkaSource, type PutEvent } from "../../runtime/sources/kafka.ts";
import { channelContext, logged, sourceContext } from "./contexts.ts";
import { bodyText, FakeConsumer, fetchedRecords } from "./fetched.ts";

const eventOf: FetchedEventOf = (records, i, receipt) => ({
  headers: new Map(),
  body: Buffer.from(bodyText(records, i)),
  receipt,
});

function channelOf(capacity: number, keepAlive = 60_000): MemoryChannel {
  return new MemoryChannel(channelContext(), { capacity, byteCapacity: 1e6, keepAlive });
}

/** A started source; it and its consumer are stopped after the test. */
function sourceOf(consumer: FakeConsumer, put: PutEvent, log = logged()) {
  const context = sourceContext(log);
  const source = new KafkaSource(context, consumer, eventOf, put);
  source.start();
  onTestFinished(async () => {
    consumer.close();
    await source.stop();
  });
  return { source, counters: context.counters, log };
}

/** Takes and commits; the bodies. */
async function deliver(channel: MemoryChannel, max = 1000): Promise<string[]> {
  const events: Event[] = (await channel.take(max)) ?? [];
  channel.commit(events);
  return events.map(({ body }) => String(body));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** So many turns that whatever can happen has happened. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("records are committed when the last of their events is delivered, not when it is in memory", async () => {
  const [first, second] = [fetchedRecords(["a", "b"]), fetchedRecords(["c"])];
  const consumer = new FakeConsumer([first, second]);
  const channel = channelOf(10);
  sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  await until(() => channel.size === 3);
  expect(channel.recoverable).toBe(3);
  expect(await deliver(channel, 1)).toEqual(["a"]);
  expect(consumer.committed).toEqual([]);
  const taken = (await channel.take(10))!;
  channel.rollback(taken);
  expect(consumer.committed).toEqual([]);
  expect(await deliver(channel, 1)).toEqual(["b"]);
  expect(consumer.committed).toEqual([first]);
  expect(await deliver(channel)).toEqual(["c"]);
  expect(consumer.committed).toEqual([first, second]);
  expect([channel.size, channel.recoverable]).toEqual([0, 0]);
});

test("records are not committed while some of them still wait for room", async () => {
  const records = fetchedRecords(["a", "b", "c", "d", "e"]);
  const consumer = new FakeConsumer([records]);
  const channel = channelOf(2);
  sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  const delivered: string[] = [];
  while (delivered.length < 4) {
    await until(() => channel.size > 0);
    delivered.push(...(await deliver(channel, 1)));
    expect(consumer.committed).toEqual([]);
  }
  delivered.push(...(await deliver(channel)));
  expect(delivered).toEqual(["a", "b", "c", "d", "e"]);
  await until(() => consumer.committed.length === 1);
});

test("several channels get each event once, and all have to deliver it", async () => {
  const records = fetchedRecords(Array.from({ length: 50 }, (_, i) => `event ${i}`));
  const consumer = new FakeConsumer([records]);
  const wide = channelOf(1000);
  const narrow = channelOf(3);
  const optional = channelOf(10);
  sourceOf(consumer, (event) => {
    if (!wide.hasRoom(event)) return wide;
    if (!narrow.hasRoom(event)) return narrow;
    wide.put(event);
    narrow.put(event);
    optional.putIfRoom(event);
    return undefined;
  });
  const slow: string[] = [];
  while (slow.length < 50) slow.push(...(await deliver(narrow, 2)));
  await turns();
  expect(consumer.committed).toEqual([]);
  const fast = await deliver(wide);
  expect(fast).toEqual(slow);
  expect(new Set(fast).size).toBe(50);
  // What the optional channel holds keeps nothing back.
  expect(consumer.committed).toEqual([records]);
  expect([optional.size, optional.recoverable]).toEqual([10, 0]);
});

test("what goes to no channel is committed at once", async () => {
  const records = fetchedRecords(["a", "b"]);
  const consumer = new FakeConsumer([records]);
  sourceOf(consumer, () => undefined);
  await until(() => consumer.committed.length === 1);
});

test("an event without room is tried again for ever, and told without a flood", async () => {
  const consumer = new FakeConsumer([fetchedRecords(["a", "b"])]);
  const channel = channelOf(1, 0);
  const { counters, log } = sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  await until(() => counters.ChannelWriteFail > 2);
  expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([
    { message: expect.stringMatching(/^an event waits, and all after it: Space for commit/), offset: 1 },
  ]);
  expect(await deliver(channel)).toEqual(["a"]);
  await until(() => channel.size === 1);
  expect(await deliver(channel)).toEqual(["b"]);
  await until(() => consumer.committed.length === 1);
});

test("a stop hands on the rest of the records under way, and no others", async () => {
  const [first, second] = [fetchedRecords(["a", "b", "c"]), fetchedRecords(["d"])];
  const consumer = new FakeConsumer([first, second]);
  const channel = channelOf(1);
  const { source } = sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  await until(() => channel.size === 1);
  const stop = source.stop();
  const delivered: string[] = [];
  while (delivered.length < 3) delivered.push(...(await deliver(channel)));
  await stop;
  consumer.close();
  await turns();
  expect([delivered, channel.size]).toEqual([["a", "b", "c"], 0]);
  expect(consumer.committed).toEqual([first]);
});

test("a stop gives up where there is no room within keep-alive, and commits nothing then", async () => {
  const consumer = new FakeConsumer([fetchedRecords(["a", "b"])]);
  const channel = channelOf(1, 20);
  const { source } = sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  await until(() => channel.size === 1);
  await source.stop();
  consumer.close();
  expect(await deliver(channel)).toEqual(["a"]);
  expect(consumer.committed).toEqual([]);
});

test("a stop does not wait for records that never come", async () => {
  const consumer = new FakeConsumer();
  const { source } = sourceOf(consumer, () => undefined);
  await turns();
  await source.stop();
});

test("what a channel can never take is set aside, and the rest goes on", async () => {
  const records = fetchedRecords(["a", "x".repeat(2_000), "b"]);
  const consumer = new FakeConsumer([records]);
  const channel = new MemoryChannel(channelContext(), {
    capacity: 10,
    byteCapacity: 1_000,
    keepAlive: 60_000,
  });
  const { counters } = sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  await until(() => channel.size === 2);
  expect(consumer.setAsides).toEqual([
    [
      records,
      1,
      "The event of more than 1900 bytes is larger than all that the channel may hold (800 bytes)",
    ],
  ]);
  expect(counters.ChannelWriteFail).toBe(1);
  expect(await deliver(channel)).toEqual(["a", "b"]);
  await turns();
  expect(consumer.committed).toEqual([records]);
});

test("a record that the program has to stop for ends the source, and is not committed", async () => {
  const records = fetchedRecords(["x".repeat(2_000), "b"]);
  const consumer = new FakeConsumer([records]);
  const { promise, reject } = Promise.withResolvers<never>();
  consumer.setAside = () => promise;
  const channel = new MemoryChannel(channelContext(), {
    capacity: 10,
    byteCapacity: 1_000,
    keepAlive: 60_000,
  });
  const { source } = sourceOf(consumer, (event) => (channel.put(event) ? undefined : channel));
  await turns();
  const stopped = source.stop();
  reject(new Error("the program is stopping"));
  await stopped;
  expect(channel.size).toBe(0);
  expect(consumer.committed).toEqual([]);
});
