import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KafkaChannel, type KafkaChannelOptions } from "../../runtime/channels/kafka.ts";
import { type Event, eventOf } from "../../runtime/events/event.ts";
import { Receipt } from "../../runtime/events/receipt.ts";
import { avroFlumeEvent } from "../../runtime/kafka/avro-event.ts";
import type { TopicPartitions } from "../../runtime/kafka/cluster.ts";
import { KafkaError } from "../../runtime/kafka/errors.ts";
import { partitionOfKey } from "../../runtime/kafka/murmur2.ts";
import { RecordBatch } from "../../runtime/kafka/record-batch.ts";
import type { Shipment } from "../../runtime/kafka/shipment.ts";
import { decodeWithKafkajs } from "../kafka/kafkajs-decoder.ts";
import { channelContext } from "./contexts.ts";

/** Kafka, as far as a channel sees it: it answers when it is told to. */
class Kafka {
  /** Values as they were acknowledged, by partition. */
  readonly stored = new Map<number | undefined, Buffer[]>();
  readonly keys: (string | undefined)[] = [];
  requests = 0;
  /** Bytes of a value that it refuses when there are more. */
  takes = Number.POSITIVE_INFINITY;
  /** max.message.bytes, where the broker says so. */
  largest: number | undefined;
  #answer: (() => void)[] = [];
  #partitions = Promise.withResolvers<TopicPartitions>();

  constructor(partitions?: number) {
    if (partitions !== undefined) this.know(partitions);
  }

  know(count: number): void {
    this.#partitions.resolve({ count, available: [] });
  }

  partitionsOf(topic: string): Promise<TopicPartitions> {
    expect(topic).toBe("flume-channel");
    return this.#partitions.promise;
  }

  async largestBatchOf(): Promise<number | undefined> {
    return this.largest;
  }

  async send(shipments: readonly Shipment[]): Promise<void> {
    this.requests++;
    expect(new Set(shipments.map(({ partition }) => partition)).size).toBe(shipments.length);
    await new Promise<void>((resolve) => this.#answer.push(resolve));
    for (const { partition, batch, refused } of shipments) {
      const { records } = await decodeWithKafkajs(Buffer.from(batch.seal()));
      const values = this.stored.get(partition) ?? [];
      this.stored.set(partition, values);
      for (const [index, { key, value }] of records.entries()) {
        if (refused !== undefined && value!.length > this.takes) {
          const alone = new RecordBatch(1_000_000);
          alone.append(value!, 0, value!.length, 0);
          refused({ index, batch: alone, error: new KafkaError(10) });
          continue;
        }
        values.push(value!);
        this.keys.push(key?.toString());
      }
    }
  }

  get waiting(): number {
    return this.#answer.length;
  }

  async acknowledge(): Promise<void> {
    await settled();
    this.#answer.shift()!();
    await settled();
  }

  texts(partition?: number): string[] {
    return (this.stored.get(partition) ?? []).map(String);
  }
}

/** Lets everything that is ready run; kafkajs's decoder takes a good many turns. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

const limits: KafkaChannelOptions = {
  parseAsFlumeEvent: false,
  maxBatchBytes: 100_000,
};

function channelOf(options: Partial<KafkaChannelOptions> = {}) {
  const context = channelContext();
  return { channel: new KafkaChannel(context, { ...limits, ...options }), counters: context.counters };
}

function putLine(channel: KafkaChannel, text: string): boolean {
  const chunk = Buffer.from(`>${text}<`);
  return channel.append(chunk, 1, chunk.length - 1);
}

function eventWith(body: string, headers: Readonly<Record<string, string>>, receipt?: Receipt): Event {
  const event = { headers: new Map(Object.entries(headers)), body: Buffer.from(body) };
  return receipt === undefined ? event : { ...event, receipt };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what goes to Kafka", () => {
  test("lines without headers as the Avro that Flume writes for them", async () => {
    const { channel } = channelOf({ parseAsFlumeEvent: true });
    const kafka = new Kafka(1);
    const lines = ["", "a", "x".repeat(63), "x".repeat(64), "x".repeat(8191), "x".repeat(8192)];
    for (const line of lines) expect(putLine(channel, line)).toBe(true);
    for (const line of lines) expect(channel.put(eventOf(Buffer.from(line)))).toBe(true);
    void channel.store("flume-channel", kafka);
    await kafka.acknowledge();
    const expected = lines.map((line) => avroFlumeEvent(eventOf(Buffer.from(line))));
    expect(kafka.stored.get(undefined)).toEqual([...expected, ...expected]);
    expect(kafka.stored.get(undefined)![1]).toEqual(Buffer.from([0, 2, 0x61]));
  });

  test("headers in the Avro, or the body alone, and the key in any case", async () => {
    for (const parseAsFlumeEvent of [true, false]) {
      const { channel } = channelOf({ parseAsFlumeEvent });
      const kafka = new Kafka(1);
      const event = eventWith("body", { host: "web1", key: "k" });
      void channel.store("flume-channel", kafka);
      await settled();
      expect(channel.put(event)).toBe(true);
      await kafka.acknowledge();
      expect(kafka.stored.get(0)).toEqual([parseAsFlumeEvent ? avroFlumeEvent(event) : event.body]);
      expect(kafka.keys).toEqual(["k"]);
    }
  });

  test("each event to its partition, in the order of the puts", async () => {
    const { channel } = channelOf({ partitionIdHeader: "p", maxBatchBytes: 300 });
    const kafka = new Kafka(5);
    const stored = channel.store("flume-channel", kafka);
    await settled();
    const expected = new Map<number | undefined, string[]>();
    for (let i = 0; i < 200; i++) {
      const text = `event ${i}`;
      const headers: Record<string, string> = {};
      if (i % 3 === 1) headers.p = String(i % 5);
      if (i % 2 === 1) headers.key = `key ${i % 7}`;
      const partition =
        headers.p !== undefined
          ? Number(headers.p)
          : headers.key === undefined
            ? undefined
            : partitionOfKey(Buffer.from(headers.key), 5);
      expected.set(partition, [...(expected.get(partition) ?? []), text]);
      expect(channel.put(eventWith(text, headers))).toBe(true);
    }
    channel.close();
    await settled();
    while (kafka.waiting > 0) await kafka.acknowledge();
    await stored;
    expect(kafka.requests).toBeGreaterThan(3);
    for (const [partition, texts] of expected) expect(kafka.texts(partition)).toEqual(texts);
    expect(channel.size).toBe(0);
  });

  test("everything to the default partition, but for what a header sends elsewhere", async () => {
    const { channel } = channelOf({ partitionIdHeader: "p", defaultPartitionId: 2 });
    const kafka = new Kafka(3);
    void channel.store("flume-channel", kafka);
    await settled();
    putLine(channel, "line");
    channel.put(eventWith("keyed", { key: "k" }));
    channel.put(eventWith("sent", { p: "1" }));
    await kafka.acknowledge();
    expect([kafka.texts(2), kafka.texts(1)]).toEqual([["line", "keyed"], ["sent"]]);
  });

  test("all that gathers while a request is out as the next request", async () => {
    const { channel, counters } = channelOf();
    const kafka = new Kafka(1);
    void channel.store("flume-channel", kafka);
    await settled();
    putLine(channel, "a");
    await settled();
    for (const text of ["b", "c"]) putLine(channel, text);
    expect([channel.size, counters.EventPutSuccessCount]).toEqual([3, 0]);
    await kafka.acknowledge();
    expect([channel.size, counters.EventPutSuccessCount]).toEqual([2, 1]);
    await kafka.acknowledge();
    expect(kafka.requests).toBe(2);
    expect(kafka.texts()).toEqual(["a", "b", "c"]);
    expect(counters).toMatchObject({ EventPutAttemptCount: 3, EventPutSuccessCount: 3, ChannelSize: 0 });
  });
});

describe("what is told", () => {
  test("stored resolves when all that was put before is acknowledged, in the order of the calls", async () => {
    const { channel } = channelOf({ partitionIdHeader: "p" });
    const kafka = new Kafka(2);
    void channel.store("flume-channel", kafka);
    await settled();
    const told: string[] = [];
    const tell = (text: string) => void channel.stored(1).then(() => told.push(text));
    tell("nothing");
    await settled();
    expect(told).toEqual(["nothing"]);
    putLine(channel, "a");
    tell("a");
    tell("a again");
    await settled();
    channel.put(eventWith("b", { p: "1" }));
    tell("b");
    await settled();
    expect(told).toEqual(["nothing"]);
    await kafka.acknowledge();
    expect(told).toEqual(["nothing", "a", "a again"]);
    await kafka.acknowledge();
    expect(told).toEqual(["nothing", "a", "a again", "b"]);
  });

  test("stored waits for every batch that a put has begun or filled", async () => {
    const { channel } = channelOf({ maxBatchBytes: 200 });
    const kafka = new Kafka(1);
    let stored = false;
    for (const text of ["a", "b", "c"]) putLine(channel, text.repeat(60));
    void channel.stored(1).then(() => {
      stored = true;
    });
    void channel.store("flume-channel", kafka);
    for (let request = 1; request <= 3; request++) {
      await settled();
      expect([kafka.requests, stored]).toEqual([request, false]);
      await kafka.acknowledge();
    }
    expect(stored).toBe(true);
  });

  test("receipts are held from the put to the acknowledgement, not by optional channels", async () => {
    const { channel } = channelOf({ partitionIdHeader: "p" });
    const kafka = new Kafka(2);
    void channel.store("flume-channel", kafka);
    await settled();
    let delivered = 0;
    const receipt = new Receipt(() => delivered++);
    receipt.hold();
    channel.putIfRoom(eventWith("optional", {}, receipt));
    expect([channel.recoverable, channel.unanswered]).toEqual([0, 1]);
    for (const p of ["0", "0", "1"]) channel.put(eventWith("required", { p }, receipt));
    expect([channel.size, channel.recoverable, channel.unanswered]).toEqual([4, 3, 1]);
    receipt.release();
    await settled();
    expect(delivered).toBe(0);
    await kafka.acknowledge();
    expect([delivered, channel.size, channel.recoverable]).toEqual([1, 0, 0]);
  });
});

describe("room", () => {
  test("is bounded in bytes, and comes back with the acknowledgement", async () => {
    const { channel, counters } = channelOf({ bufferMemory: 1000, deliveryTimeout: 120_000 });
    const kafka = new Kafka(1);
    void channel.store("flume-channel", kafka);
    await settled();
    for (let i = 0; i < 2; i++) expect(putLine(channel, "x".repeat(500))).toBe(true);
    expect(channel.hasRoom(eventOf(Buffer.from("y")))).toBe(false);
    expect(putLine(channel, "y")).toBe(false);
    const room = channel.waitForRoom();
    await kafka.acknowledge();
    expect(await room).toBe(true);
    expect(putLine(channel, "y")).toBe(true);
    expect(putLine(channel, "x".repeat(950))).toBe(false);
    const none = channel.waitForRoom();
    await vi.advanceTimersByTimeAsync(119_000);
    await settled();
    await vi.advanceTimersByTimeAsync(1_001);
    expect(await none).toBe(false);
    expect(channel.fullMessage).toBe("Commit failed as send to Kafka failed");
    expect(counters.EventPutAttemptCount).toBe(4);
    // What was put is not given up for that.
    await kafka.acknowledge();
    expect(kafka.texts().at(-1)).toBe("y");
  });

  test("for a key is there once the partitions are known, and lines need not wait for that", async () => {
    const { channel } = channelOf({ deliveryTimeout: 60_000 });
    const kafka = new Kafka();
    void channel.store("flume-channel", kafka);
    const keyed = eventWith("keyed", { key: "k" });
    expect(putLine(channel, "line")).toBe(true);
    expect(channel.put(keyed)).toBe(false);
    const none = channel.waitForRoom();
    await vi.advanceTimersByTimeAsync(60_001);
    expect(await none).toBe(false);
    expect(channel.fullMessage).toBe("Commit failed as send to Kafka failed");
    expect(channel.hasRoom(keyed)).toBe(false);
    const room = channel.waitForRoom();
    kafka.know(1);
    expect(await room).toBe(true);
    expect(channel.put(keyed)).toBe(true);
    await kafka.acknowledge();
    expect([kafka.texts(), kafka.texts(0)]).toEqual([["line"], ["keyed"]]);
  });

  test("is never there for what no request can carry, and no partition can take", async () => {
    const { channel, counters } = channelOf({ maxBatchBytes: 1000, partitionIdHeader: "p" });
    const kafka = new Kafka(3);
    void channel.store("flume-channel", kafka);
    await settled();
    const refused = async (put: () => boolean): Promise<string> => {
      expect(put()).toBe(false);
      expect(await channel.waitForRoom()).toBe(false);
      return channel.fullMessage;
    };
    const tooLarge = /^The event of \d+ bytes is larger than a request to Kafka may be \(1000 bytes\)$/;
    expect(await refused(() => putLine(channel, "x".repeat(1000)))).toMatch(tooLarge);
    expect(await refused(() => channel.put(eventWith("x", { key: "x".repeat(1000) })))).toMatch(tooLarge);
    expect(await refused(() => channel.put(eventWith("x", { p: "one" })))).toBe(
      "Non integer partition id specified",
    );
    expect(await refused(() => channel.put(eventWith("x", { p: "3" })))).toBe(
      "The topic has no partition 3: it has 3, counted from 0",
    );
    expect(counters).toMatchObject({ EventPutAttemptCount: 4, EventPutSuccessCount: 0 });
    expect(putLine(channel, "small")).toBe(true);
  });

  test("is there for every size up to the largest, whatever the form", async () => {
    for (const parseAsFlumeEvent of [true, false]) {
      for (let size = 850; size < 1000; size++) {
        const { channel } = channelOf({ maxBatchBytes: 1000, parseAsFlumeEvent });
        const kafka = new Kafka(1);
        const body = Buffer.alloc(size, "x");
        const headers = new Map([["key", "some key"]]);
        const store = channel.store("flume-channel", kafka);
        await Promise.resolve();
        await Promise.resolve();
        const put = [
          channel.append(body, 0, size),
          channel.put(eventOf(body)),
          channel.put({ headers, body }),
        ].filter(Boolean);
        channel.close();
        await settled();
        while (kafka.waiting > 0) await kafka.acknowledge();
        await store;
        expect(kafka.keys.length).toBe(put.length);
        if (size < 880) expect(put.length).toBe(3);
      }
    }
  });
});

describe("a channel that is closed", () => {
  test("is stored to the end, and nobody waits for room any longer", async () => {
    const { channel } = channelOf({ bufferMemory: 100 });
    const kafka = new Kafka(1);
    putLine(channel, "a");
    expect(putLine(channel, "b")).toBe(false);
    const room = channel.waitForRoom();
    const store = channel.store("flume-channel", kafka);
    channel.close();
    expect(await room).toBe(false);
    await kafka.acknowledge();
    await store;
    expect(kafka.texts()).toEqual(["a"]);
  });

  test("ends at once when it is empty, whether or not Kafka answers", async () => {
    const { channel } = channelOf();
    const store = channel.store("flume-channel", new Kafka());
    channel.close();
    await store;
    expect(channel.size).toBe(0);
  });
});

describe("an event that the topic refuses for ever", () => {
  const large = "x".repeat(5_000);

  test("is refused when it is put, where the broker says what it takes", async () => {
    const { channel, counters } = channelOf();
    const kafka = new Kafka(1);
    kafka.largest = 4_000;
    void channel.store("flume-channel", kafka);
    await settled();
    expect(putLine(channel, large)).toBe(false);
    expect(channel.neverFits()).toBe(
      "The event of 5000 bytes is larger than the topic takes (max.message.bytes, 4000 bytes)",
    );
    expect(await channel.waitForRoom()).toBe(false);
    expect(channel.fullMessage).toMatch(/larger than the topic takes/);
    expect(putLine(channel, "x".repeat(3_500))).toBe(true);
    expect(counters).toMatchObject({ EventPutAttemptCount: 2, ChannelSize: 1 });
  });

  test("is answered for when Kafka refuses it, alone; larger ones are not put any more, until that is old", async () => {
    const { channel, counters } = channelOf();
    const kafka = new Kafka(1);
    kafka.takes = 4_000;
    void channel.store("flume-channel", kafka);
    await settled();
    for (const text of ["a", large, "b"]) expect(putLine(channel, text)).toBe(true);
    const answer = channel.stored(3);
    await kafka.acknowledge();
    expect([...(await answer)!]).toEqual([
      [
        1,
        "Kafka refuses the event: an event is larger than the topic takes (max.message.bytes) (MESSAGE_TOO_LARGE)",
      ],
    ]);
    expect(kafka.texts()).toEqual(["a", "b"]);
    expect(counters).toMatchObject({ EventPutSuccessCount: 2, ChannelSize: 0 });
    expect(putLine(channel, large)).toBe(false);
    // Somebody may have raised the limit.
    vi.advanceTimersByTime(300_001);
    kafka.takes = 10_000;
    putLine(channel, "c");
    await kafka.acknowledge();
    expect(putLine(channel, large)).toBe(true);
    const second = channel.stored(1);
    await kafka.acknowledge();
    expect(await second).toBeUndefined();
  });

  test("counts as all lines of its turn, where it is not known which of them it was", async () => {
    const { channel } = channelOf({ partitionIdHeader: "p" });
    const kafka = new Kafka(2);
    kafka.takes = 4_000;
    void channel.store("flume-channel", kafka);
    await settled();
    const put = (body: string, p: string) => expect(channel.put(eventWith(body, { p }))).toBe(true);
    put("a", "0");
    const before = channel.stored(1);
    for (const [body, p] of [
      ["b", "0"],
      ["c", "1"],
      [large, "0"],
      ["d", "1"],
    ] as const)
      put(body, p);
    const both = channel.stored(4);
    await settled();
    put("e", "1");
    const oneOfTwo = channel.stored(2);
    await kafka.acknowledge();
    expect((await before)?.size).toBe(1); // its load has an event of another's between its own
    expect([...(await both)!.keys()]).toEqual([0, 1, 2]);
    await kafka.acknowledge();
    expect(await oneOfTwo).toBeUndefined();
  });

  test("is not told of, and is left to the producer's policy, where it came with a receipt", async () => {
    const { channel } = channelOf();
    const kafka = new Kafka(1);
    kafka.takes = 4_000;
    void channel.store("flume-channel", kafka);
    await settled();
    let delivered = 0;
    channel.put(eventWith(large, {}, new Receipt(() => delivered++)));
    await kafka.acknowledge();
    expect(kafka.texts()).toEqual([large]);
    expect(delivered).toBe(1);
  });
});
