import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RecordChannel, type RecordChannelOptions } from "../../runtime/channels/record-channel.ts";
import type { RecordBatch } from "../../runtime/kafka/record-batch.ts";
import { channelContext } from "../runtime/contexts.ts";
import { decodeWithKafkajs } from "./kafkajs-decoder.ts";

const limits = { capacity: 5, byteCapacity: 1_000_000, keepAlive: 3_000, maxBatchBytes: 100_000 };

function channelOf(options: Partial<RecordChannelOptions> = {}) {
  const context = channelContext();
  return { channel: new RecordChannel(context, { ...limits, ...options }), counters: context.counters };
}

function put(channel: RecordChannel, text: string): boolean {
  const chunk = Buffer.from(`>${text}<`);
  return channel.append(chunk, 1, chunk.length - 1);
}

async function values(batch: RecordBatch | undefined): Promise<string[] | undefined> {
  if (batch === undefined) return undefined;
  return (await decodeWithKafkajs(batch.seal())).records.map(({ value }) => String(value));
}

/** Whether a promise is still pending after everything that is ready has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  void promise.then(() => {
    pending = false;
  });
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return pending;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a record channel", () => {
  test("gives all that has gathered as one batch, in order", async () => {
    const { channel } = channelOf();
    for (const text of ["a", "", "c"]) expect(put(channel, text)).toBe(true);
    expect(await values(await channel.take())).toEqual(["a", "", "c"]);
  });

  test("gives a single event at once to who waits, with all others of the same turn", async () => {
    const { channel } = channelOf();
    const taken = channel.take();
    expect(await isPending(taken)).toBe(true);
    put(channel, "a");
    put(channel, "b");
    expect(await values(await taken)).toEqual(["a", "b"]);
    put(channel, "c");
    expect(await values(await channel.take())).toEqual(["c"]);
  });

  test("frees room when a batch is committed, not when it is taken", async () => {
    const { channel, counters } = channelOf();
    for (let event = 0; event < 5; event++) expect(put(channel, "x")).toBe(true);
    const batch = await channel.take();
    expect(put(channel, "y")).toBe(false);
    expect([channel.size, counters.ChannelSize]).toEqual([5, 5]);
    channel.commit(batch!);
    expect([channel.size, counters.ChannelSize]).toEqual([0, 0]);
    expect(put(channel, "y")).toBe(true);
    expect(counters).toMatchObject({
      EventPutAttemptCount: 6,
      EventPutSuccessCount: 6,
      EventTakeAttemptCount: 5,
      EventTakeSuccessCount: 5,
      ChannelCapacity: 5,
    });
  });

  test("wakes who waits for room as soon as there is some", async () => {
    const { channel } = channelOf();
    for (let event = 0; event < 5; event++) put(channel, "x");
    expect(put(channel, "y")).toBe(false);
    const room = channel.waitForRoom();
    channel.commit((await channel.take())!);
    expect(await room).toBe(true);
    expect(put(channel, "y")).toBe(true);
  });

  test("says after keep-alive that there is no room, in Flume's words", async () => {
    const { channel, counters } = channelOf();
    for (let event = 0; event < 5; event++) put(channel, "x");
    put(channel, "y");
    const room = channel.waitForRoom();
    await vi.advanceTimersByTimeAsync(2_990);
    expect(await isPending(room)).toBe(true);
    await vi.advanceTimersByTimeAsync(20);
    expect(await room).toBe(false);
    expect(channel.fullMessage).toMatch(/^Space for commit to queue couldn't be acquired\./);
    expect(counters).toMatchObject({ EventPutAttemptCount: 6, EventPutSuccessCount: 5 });
  });

  test("counts bodies as MemoryChannel does: a permit for each 100 bytes begun", () => {
    const { channel } = channelOf({ byteCapacity: 1_250 }); // 80 % of it is ten permits
    expect(put(channel, "x".repeat(901))).toBe(true);
    expect(put(channel, "")).toBe(false);
    expect(put(channelOf({ byteCapacity: 1_250 }).channel, "x".repeat(1_001))).toBe(false);
  });

  test("frees all of a batch's bytes", async () => {
    const { channel } = channelOf({ byteCapacity: 1_250 });
    put(channel, "x".repeat(450));
    put(channel, "x".repeat(450));
    expect(put(channel, "")).toBe(false);
    channel.commit((await channel.take())!);
    expect(put(channel, "x".repeat(1_000))).toBe(true);
  });

  test("refuses an event that no request can carry, at once and in words of its own", async () => {
    const { channel } = channelOf({ maxBatchBytes: 1_000 });
    expect(put(channel, "x".repeat(1_000))).toBe(false);
    expect(await channel.waitForRoom()).toBe(false);
    expect(channel.fullMessage).toBe(
      "The event of 1000 bytes is larger than a request to Kafka may be (1000 bytes)",
    );
    expect(put(channel, "small")).toBe(true);
    expect(await values(await channel.take())).toEqual(["small"]);
  });

  test("waits for room for the event after one that no request can carry", async () => {
    const { channel } = channelOf({ capacity: 1, maxBatchBytes: 1_000, keepAlive: 60_000 });
    expect(put(channel, "x".repeat(1_000))).toBe(false); // its client has gone, and asks for nothing
    expect(put(channel, "first")).toBe(true);
    expect(put(channel, "second")).toBe(false);
    const room = channel.waitForRoom();
    channel.commit((await channel.take())!);
    expect(await room).toBe(true);
  });

  test("begins a new batch when one is full, and gives them in order", async () => {
    const { channel } = channelOf({ capacity: 100, maxBatchBytes: 1_000 });
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(300, "."));
    for (const text of texts) expect(put(channel, text)).toBe(true);
    const out: string[] = [];
    while (out.length < texts.length) {
      const batch = (await channel.take())!;
      expect(batch.seal().length).toBeLessThanOrEqual(1_000);
      out.push(...(await values(batch))!);
      channel.commit(batch);
    }
    expect(out).toEqual(texts);
    expect(channel.size).toBe(0);
  });

  test("leaves a batch alone while it is in flight", async () => {
    const { channel } = channelOf();
    put(channel, "a");
    const batch = (await channel.take())!;
    const sealed = batch.seal();
    const before = Buffer.from(sealed);
    put(channel, "b");
    put(channel, "c");
    expect(sealed.equals(before)).toBe(true);
    channel.commit(batch);
    expect(await values(await channel.take())).toEqual(["b", "c"]);
  });

  test("waits for more where a linger is wanted, but not with a full batch", async () => {
    const { channel } = channelOf({ capacity: 100, linger: 50, maxBatchBytes: 1_000 });
    put(channel, "a");
    const taken = channel.take();
    await vi.advanceTimersByTimeAsync(30);
    put(channel, "b");
    expect(await isPending(taken)).toBe(true);
    await vi.advanceTimersByTimeAsync(25);
    expect(await values(await taken)).toEqual(["a", "b"]);

    const full = channel.take();
    for (let event = 0; event < 4; event++) put(channel, "x".repeat(300));
    expect((await values(await full))?.length).toBe(2);
  });

  test("ends, once closed, when the last event is out", async () => {
    const { channel } = channelOf();
    put(channel, "last");
    channel.close();
    expect(await values(await channel.take())).toEqual(["last"]);
    expect(await channel.take()).toBeUndefined();
  });

  test("ends at once for a reader that waits, and for a source that waits for room", async () => {
    const { channel } = channelOf();
    const taken = channel.take();
    channel.close();
    expect(await taken).toBeUndefined();

    const other = channelOf({ capacity: 0 }).channel;
    expect(put(other, "x")).toBe(false);
    const room = other.waitForRoom();
    other.close();
    expect(await room).toBe(false);
  });
});
