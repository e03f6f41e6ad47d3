import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../runtime/events/event.ts";
import { gzipRecords, lz4Records, snappyRecords, zstdRecords } from "../../runtime/kafka/compression.ts";
import { partitionOfKey } from "../../runtime/kafka/murmur2.ts";
import { KafkaSink, type KafkaSinkOptions } from "../../runtime/sinks/kafka.ts";
import { type ArtifactSet, flumeArtifacts, kafkaArtifacts } from "../../scripts/servers/artifacts.ts";
import { classPath } from "../../scripts/servers/class-path.ts";
import { runCommand } from "../../scripts/servers/command.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import { type Logged, logged, sinkContext } from "../runtime/contexts.ts";
import { teachKafkajsCodecs } from "./plain-codecs.ts";

teachKafkajsCodecs();

let kafka: KafkaServer;
let topics = 0;

beforeAll(async () => {
  kafka = await startKafka();
});

afterAll(async () => {
  await kafka?.close();
});

async function newTopic(partitions: number, config: Record<string, string> = {}): Promise<string> {
  const topic = `sink-${++topics}`;
  await createTopic(kafka.bootstrapServers, topic, { partitions, config });
  return topic;
}

/** A sink that has started, and stops at the end of the scope. */
function started(
  options: Partial<KafkaSinkOptions> & Pick<KafkaSinkOptions, "topic">,
  log: Logged = logged(),
) {
  const brokers = kafka.bootstrapServers.split(",");
  const sink = new KafkaSink(sinkContext(log), {
    brokers,
    acks: 1,
    requestTimeout: 5_000,
    maxBatchBytes: 1_000_000,
    ...options,
  });
  sink.start();
  return {
    deliver: (...events: Event[]) => sink.deliver(events),
    [Symbol.asyncDispose]: () => sink.stop(),
  };
}

function event(body: string, headers: Record<string, string> = {}): Event {
  return { headers: new Map(Object.entries(headers)), body: Buffer.from(body) };
}

interface ReadRecord {
  readonly partition: number;
  readonly key: string | undefined;
  readonly value: string;
  readonly timestamp: number;
  readonly headers: Record<string, string>;
}

/** The first `count` records of a topic, as kafkajs's consumer reads them; in order within a partition. */
async function read(topic: string, count: number): Promise<ReadRecord[]> {
  const client = new Kafka({
    brokers: kafka.bootstrapServers.split(","),
    clientId: "test",
    logLevel: logLevel.NOTHING,
  });
  const consumer = client.consumer({ groupId: `read-${topic}-${++topics}`, maxWaitTimeInMs: 50 });
  const records: ReadRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ partition, message }) => {
        const headers = Object.entries(message.headers ?? {});
        records.push({
          partition,
          key: message.key === null ? undefined : String(message.key),
          value: String(message.value),
          timestamp: Number(message.timestamp),
          headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
        });
        if (records.length === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return records;
}

const javaReader = new URL("java/ReadTopic.java", import.meta.url).pathname;

/** The values in a topic's first partition, as a release of Java's consumer reads them. */
async function readWithJava(topic: string, artifacts: ArtifactSet): Promise<string[]> {
  const jars = await classPath(artifacts);
  const { stdout } = await runCommand("java", ["-cp", jars, javaReader, kafka.bootstrapServers, topic]);
  const lines = stdout.split("\n");
  return lines.slice(0, -1).map((line) => Buffer.from(line, "base64").toString());
}

describe("Kafka gets each event as Flume would send it", () => {
  test("with a key on the partition of Java's client, without one on any", async () => {
    const topic = await newTopic(7);
    await using sink = started({ topic });
    const keys = Array.from({ length: 100 }, (_, n) => `ключ-${n}`);
    await sink.deliver(...keys.map((key) => event(`of ${key}`, { key })), event("of nobody"));
    const records = await read(topic, 101);
    for (const key of keys) {
      const partition = partitionOfKey(Buffer.from(key), 7);
      expect(records).toContainEqual(expect.objectContaining({ key, value: `of ${key}`, partition }));
    }
    expect(records).toContainEqual(expect.objectContaining({ key: undefined, value: "of nobody" }));
  });

  test("on the partition that a header names, else on the default one", async () => {
    const topic = await newTopic(5);
    await using sink = started({ topic, partitionIdHeader: "p", defaultPartitionId: 2 });
    await sink.deliver(event("a", { p: "4" }), event("b", { key: "k" }), event("c", { p: "+0" }));
    const records = await read(topic, 3);
    expect(records.map(({ value, partition }) => [value, partition]).sort()).toEqual([
      ["a", 4],
      ["b", 2],
      ["c", 0],
    ]);
  });

  test("and refuses a batch whose partition is no number", async () => {
    const topic = await newTopic(1);
    await using sink = started({ topic, partitionIdHeader: "p" });
    await expect(sink.deliver(event("a", { p: "first" }))).rejects.toThrow(
      "header p holds no partition: first",
    );
  });

  test("in the topic of its header, else in that of the template", async () => {
    const [own, other] = [await newTopic(1), await newTopic(1)];
    await using sink = started({
      topic: ({ headers }) => `sink-${headers.get("n") ?? ""}`,
      topicHeader: "topic",
    });
    const number = own.slice("sink-".length);
    await sink.deliver(event("templated", { n: number }), event("named", { n: number, topic: other }));
    expect((await read(own, 1)).map(({ value }) => value)).toEqual(["templated"]);
    expect((await read(other, 1)).map(({ value }) => value)).toEqual(["named"]);
  });

  test("with the time and the headers that the configuration names", async () => {
    const topic = await newTopic(1);
    const log = logged();
    await using sink = started(
      {
        topic,
        timestampHeader: "timestamp",
        recordHeaders: [
          ["host", "Host"],
          ["none", "None"],
        ],
      },
      log,
    );
    const before = Date.now();
    await sink.deliver(
      event("a", { timestamp: "1600000000000", host: "web 1 ü" }),
      event("b", { timestamp: "yesterday", host: "" }),
    );
    const [a, b] = await read(topic, 2);
    expect(a).toMatchObject({ timestamp: 1_600_000_000_000, headers: { Host: "web 1 ü" } });
    expect(b).toMatchObject({ headers: { Host: "" } });
    expect(b?.timestamp).toBeGreaterThanOrEqual(before);
    expect(log.lines.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("header timestamp holds no time: yesterday"),
    );
  });

  test("as Avro with its headers in it, where that is wanted", async () => {
    const topic = await newTopic(1);
    await using sink = started({ topic, useFlumeEventFormat: true });
    await sink.deliver(event("hi", { a: "b" }));
    // one pair: "a", "b"; the end of the map; two bytes of body
    expect((await read(topic, 1))[0]?.value).toBe("\u0002\u0002a\u0002b\u0000\u0004hi");
  });

  test.each([
    ["gzip", gzipRecords],
    ["snappy", snappyRecords],
    ["lz4", lz4Records],
    ["zstd", zstdRecords],
  ])(
    "compressed with %s, which kafkajs and Java's consumers of two releases read",
    async (_, compression) => {
      const topic = await newTopic(1);
      await using sink = started({ topic, compression });
      // one large batch, and the smallest there is
      const bodies = Array.from({ length: 4_000 }, (_, n) => `line ${n} ${Math.sin(n)} `.repeat(8));
      await sink.deliver(...bodies.map((body) => event(body)));
      await sink.deliver(event(""));
      const expected = [...bodies, ""];
      expect((await read(topic, 4_001)).map(({ value }) => value)).toEqual(expected);
      expect(await readWithJava(topic, flumeArtifacts)).toEqual(expected);
      expect(await readWithJava(topic, kafkaArtifacts("4.4.0"))).toEqual(expected);
    },
  );

  test.each([
    ["snappy", snappyRecords],
    ["lz4", lz4Records],
  ])(
    "compressed with %s into a topic whose broker compresses anew, and so has read it",
    async (_, compression) => {
      const topic = await newTopic(1, { "compression.type": "gzip" });
      await using sink = started({ topic, compression });
      const bodies = Array.from({ length: 500 }, (_, n) => `line ${n} `.repeat(20));
      await sink.deliver(...bodies.map((body) => event(body)));
      expect((await read(topic, 500)).map(({ value }) => value)).toEqual(bodies);
    },
  );

  test.each([
    ["none", 0],
    ["all", -1],
  ] as const)("acknowledged by %s of the replicas", async (_name, acks) => {
    const topic = await newTopic(2);
    await using sink = started({ topic, acks });
    for (let round = 0; round < 5; round++) await sink.deliver(event(`round ${round}`));
    expect((await read(topic, 5)).map(({ value }) => value).sort()).toEqual(
      Array.from({ length: 5 }, (_, round) => `round ${round}`),
    );
  });
});

describe("large deliveries", () => {
  test("go in several requests, in order, to each partition", async () => {
    const topic = await newTopic(3);
    await using sink = started({ topic, partitionIdHeader: "p", maxBatchBytes: 10_000 });
    const events = Array.from({ length: 300 }, (_, n) => event(`${n}`.padEnd(200, "."), { p: `${n % 3}` }));
    await sink.deliver(...events);
    const records = await read(topic, 300);
    for (const partition of [0, 1, 2]) {
      const here = records.filter((record) => record.partition === partition);
      expect(here.map(({ value }) => Number.parseInt(value, 10))).toEqual(
        Array.from({ length: 100 }, (_, n) => n * 3 + partition),
      );
    }
  });

  test("that a topic refuses as too large are sent in parts, in order and once", async () => {
    const topic = await newTopic(1, { "max.message.bytes": "2000" });
    const log = logged();
    await using sink = started({ topic }, log);
    const bodies = Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(300, "."));
    await sink.deliver(...bodies.map((body) => event(body)));
    await sink.deliver(event("and another"));
    expect((await read(topic, 101)).map(({ value }) => value)).toEqual([...bodies, "and another"]);
    expect(log.lines.filter(({ level }) => level !== "debug")).toEqual([]);
  });

  test("never have two batches for one partition in one request, of which a broker would keep one", async () => {
    const topic = await newTopic(1);
    await using sink = started({ topic, partitionIdHeader: "p" });
    await sink.deliver(event("to any"), event("to 0", { p: "0" }), event("to any, too"));
    const values = (await read(topic, 3)).map(({ value }) => value);
    expect(values.sort()).toEqual(["to 0", "to any", "to any, too"]);
  });

  test("with an event that no request can carry are refused", async () => {
    const topic = await newTopic(1);
    await using sink = started({ topic, maxBatchBytes: 1_000 });
    await expect(sink.deliver(event("x".repeat(2_000)))).rejects.toThrow(
      "an event of 2000 bytes is larger than a request may be (1000 bytes)",
    );
  });
});

describe("a broker that does not answer", () => {
  test("is given up after the request's time, told of once, and gets the events when it answers again", async () => {
    const topic = await newTopic(1);
    const log = logged();
    await using sink = started({ topic, requestTimeout: 700 }, log);
    await sink.deliver(event("before"));
    process.kill(kafka.pid, "SIGSTOP");
    const delivered = sink.deliver(event("while it hangs"));
    const troubles = () => log.lines.filter(({ level }) => level === "error");
    await expect.poll(() => troubles().length, { timeout: 10_000 }).toBe(1);
    process.kill(kafka.pid, "SIGCONT");
    await delivered;
    expect(troubles().map(({ message }) => message)).toEqual([
      expect.stringMatching(/^cannot reach Kafka at localhost:\d+: .*timed out; events wait in the channel/),
    ]);
    expect(log.lines.at(-1)?.message).toMatch(/^Kafka takes events again, after \d+\.\d s$/);
    await sink.deliver(event("after"));
    const values = (await read(topic, 3)).map(({ value }) => value);
    expect(values[0]).toBe("before");
    expect(values).toContain("while it hangs"); // perhaps twice: the broker may have written it and not said so
  });

  test("that is reached by an IPv6 address", async () => {
    const topic = await newTopic(1);
    const { createServer, connect } = await import("node:net");
    const relay = createServer((client) => {
      const broker = connect(kafka.port, "127.0.0.1");
      client.pipe(broker).pipe(client);
      client.on("error", () => broker.destroy());
      broker.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, "::1", resolve));
    const { port } = relay.address() as { port: number };
    {
      await using sink = started({ topic, brokers: [`[::1]:${port}`] });
      await sink.deliver(event("over IPv6"));
    }
    relay.close();
    expect((await read(topic, 1)).map(({ value }) => value)).toEqual(["over IPv6"]);
  });
});
