import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { avroFlumeEvent } from "../../runtime/kafka/avro-event.ts";
import type { BrokerConnection } from "../../runtime/kafka/broker-call.ts";
import { KafkaCluster } from "../../runtime/kafka/cluster.ts";
import { type ArtifactSet, kafkaArtifacts } from "../../scripts/servers/artifacts.ts";
import { classPath } from "../../scripts/servers/class-path.ts";
import { runCommand } from "../../scripts/servers/command.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import { seeded } from "../servers/seed.ts";
import { OffsetLedger, Reader } from "./consumer-harness.ts";
import { committedOf, endsOf, Writing, withAdmin, write } from "./topic-writing.ts";

const peer = new URL("java/GroupPeer.java", import.meta.url).pathname;
const processFile = new URL("consumer-process.ts", import.meta.url).pathname;
const within = { timeout: 60_000, interval: 20 };

/** Kafka's command-line tools; Maven Central has those of 4.4 no more. */
const tools: ArtifactSet = {
  name: "kafka-tools-3.9.2",
  coordinates: ["org.apache.kafka:kafka-tools:3.9.2", "org.slf4j:slf4j-simple:1.7.36"],
};

let names = 0;

describe.each(["3.9.2", "4.4.0"] as const)("Kafka %s", (version) => {
  let kafka: KafkaServer;
  let brokers: string;
  beforeAll(async () => {
    kafka = await startKafka({ version });
    brokers = kafka.bootstrapServers;
  });
  afterAll(() => kafka?.close());

  async function fresh(partitions = 1): Promise<{ topic: string; groupId: string }> {
    const topic = `t${++names}`;
    await createTopic(brokers, topic, { partitions });
    return { topic, groupId: `g${names}` };
  }

  const java = async (...args: string[]) =>
    runCommand("java", ["-cp", await classPath(kafkaArtifacts(version)), ...args]);

  test("reads every compression that Java writes, and Kafka's own tool shows the committed offsets", async () => {
    const { topic, groupId } = await fresh();
    await java(peer, "write", brokers, topic);
    const headers: (string | undefined)[] = [];
    const times: number[] = [];
    await using reader = new Reader(brokers, { topics: [topic], groupId }, (batches) => {
      for (const records of batches) {
        for (let i = 0; i < records.count; i++) {
          headers.push(records.recordHeaderOf(i, "type"));
          times.push(records.timestampOf(i));
        }
      }
    });
    await vi.waitFor(() => expect(reader.seen).toHaveLength(2000), within);
    const types = ["none", "gzip", "snappy", "lz4", "zstd"];
    const expected = types.flatMap((type) => Array.from({ length: 400 }, (_, i) => `${type} line ${i}`));
    expect(reader.seen.map(({ body }) => body)).toEqual(expected);
    expect(reader.seen.map(({ key }) => key)).toEqual(expected.map((_, i) => `key${i % 400}`));
    expect(headers).toEqual(types.flatMap((type) => Array.from({ length: 400 }, () => type)));
    expect(times).toEqual(expected.map((_, i) => 1_700_000_000_000 + (i % 400)));
    await reader.stop();
    const { stdout } = await runCommand("java", [
      "-cp",
      await classPath(tools),
      "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
      ...["--bootstrap-server", brokers, "--describe", "--group", groupId],
    ]);
    const line = stdout.split("\n").find((text) => text.startsWith(groupId));
    expect(line?.split(/\s+/).slice(0, 6)).toEqual([groupId, topic, "0", "2000", "2000", "0"]);
  });

  test("speaks the oldest versions of Kafka's requests that it knows, as far as the broker still does", async () => {
    const { topic, groupId } = await fresh(2);
    const oldest: Record<number, number> = { 1: 4, 2: 1, 8: 2, 9: 1, 10: 0, 11: 1, 12: 0, 13: 0, 14: 0 };
    const spoken = new Set<string>();
    const cap = (broker: BrokerConnection): BrokerConnection => {
      const versions = Object.entries(broker.versions).map(([key, { minVersion, maxVersion }]) => {
        const capped = Math.max(minVersion, oldest[Number(key)] ?? maxVersion);
        if (key in oldest) spoken.add(`${key} v${capped}`);
        return [key, { minVersion, maxVersion: Math.min(capped, maxVersion) }] as const;
      });
      return { ...broker, versions: Object.fromEntries(versions) };
    };
    for (const method of ["connectionTo", "connectionToAny"] as const) {
      const original = KafkaCluster.prototype[method] as (...args: unknown[]) => Promise<BrokerConnection>;
      vi.spyOn(KafkaCluster.prototype, method).mockImplementation(async function (
        this: KafkaCluster,
        ...args: unknown[]
      ) {
        return cap(await original.apply(this, args));
      });
    }
    try {
      const first = new Reader(brokers, { topics: [topic], groupId });
      await write(
        brokers,
        topic,
        Array.from({ length: 20 }, (_, i) => ({ value: `v${i}`, partition: i % 2 })),
      );
      await vi.waitFor(() => expect(first.seen).toHaveLength(20), within);
      await first.stop();
      expect(await committedOf(brokers, groupId, topic)).toEqual([10, 10]);
      await using second = new Reader(brokers, { topics: [topic], groupId });
      await write(brokers, topic, [{ value: "last", partition: 1 }]);
      await vi.waitFor(() => expect(second.seen.map(({ offset }) => offset)).toEqual([10]), within);
      expect(spoken).toContain("1 v4");
      expect(first.messages.concat(second.messages).filter((text) => text.includes("UNSUPPORTED"))).toEqual(
        [],
      );
    } finally {
      vi.restoreAllMocks();
    }
  });

  test("transactions that were given up are read or left out as isolation.level says", async () => {
    const { topic, groupId } = await fresh();
    await java(peer, "transactions", brokers, topic);
    const [end] = await endsOf(brokers, topic);
    await using all = new Reader(brokers, { topics: [topic], groupId });
    await using committed = new Reader(brokers, {
      topics: [topic],
      groupId: `${groupId}c`,
      isolationLevel: "read_committed",
    });
    await vi.waitFor(() => expect(all.seen).toHaveLength(300), within);
    await vi.waitFor(() => expect(committed.seen).toHaveLength(150), within);
    expect(committed.seen.every(({ body }) => body.startsWith("kept"))).toBe(true);
    // Past the markers, too: the group has no lag.
    await vi.waitFor(async () => {
      expect(await committedOf(brokers, `${groupId}c`, topic)).toEqual([end]);
      expect(await committedOf(brokers, groupId, topic)).toEqual([end]);
    }, within);
  });

  test("members that come and go lose nothing, and repeat little", async () => {
    const random = seeded(`members that come and go (${version})`);
    const { topic, groupId } = await fresh(4);
    const ledger = new OffsetLedger();
    const writing = new Writing(brokers, topic, 4);
    const started: Reader[] = [];
    const start = () => {
      const reader = new Reader(brokers, { topics: [topic], groupId }, async () => sleep(random(0, 20)));
      started.push(reader);
      return reader;
    };
    const stays = start();
    for (let turn = 0; turn < 5; turn++) {
      const comes = start();
      await sleep(random(0, 1_500));
      if (random(0, 1) === 0) await vi.waitFor(() => expect(comes.seen.length).toBeGreaterThan(0), within);
      await comes.stop();
    }
    await writing.stop();
    const ends = await endsOf(brokers, topic);
    await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual(ends), within);
    await stays.stop();
    for (const { seen } of started) for (const { partition, offset } of seen) ledger.add(partition, offset);
    expect(ledger.missing(ends)).toEqual([]);
    // All of them finished what they were at before they let go.
    expect(ledger.duplicates).toBe(0);
    for (const { seen } of started) {
      for (let partition = 0; partition < 4; partition++) {
        const offsets = seen.filter((one) => one.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }
    }
  });

  test("shares a group with Java's consumer, whoever leads it", async () => {
    const { topic, groupId } = await fresh(4);
    const writing = new Writing(brokers, topic, 4);
    const ledger = new OffsetLedger();
    const jars = await classPath(kafkaArtifacts(version));
    const runJava = () => {
      const child = spawn("java", ["-cp", jars, peer, "read", brokers, topic, groupId]);
      let output = "";
      child.stdout.on("data", (text) => (output += text));
      return {
        assigned: () => [...output.matchAll(/^assigned \[(.*)\]$/gm)].at(-1)?.[1],
        offsets: () =>
          [...output.matchAll(/^(\d+) (\d+)$/gm)].map(([, p, o]) => [Number(p), Number(o)] as const),
        stop: () => {
          const ended = new Promise((resolve) => child.once("exit", resolve));
          child.stdin.end("\n");
          return ended;
        },
      };
    };
    const last = (reader: Reader) => reader.messages.findLast((text) => text.startsWith("reads "));
    const first = new Reader(brokers, { topics: [topic], groupId });
    await vi.waitFor(() => expect(first.seen.length).toBeGreaterThan(0), within);
    const javas = [runJava()];
    await vi.waitFor(() => expect(javas[0]!.assigned()?.split(", ")).toHaveLength(2), within);
    await vi.waitFor(() => expect(last(first)?.match(new RegExp(`${topic}-`, "g"))).toHaveLength(2), within);
    await vi.waitFor(() => expect(javas[0]!.offsets().length).toBeGreaterThan(50), within);
    await first.stop(); // Java leads now
    await vi.waitFor(() => expect(javas[0]!.assigned()).toBe("0, 1, 2, 3"), within);
    const second = new Reader(brokers, { topics: [topic], groupId });
    await vi.waitFor(() => expect(second.seen.length).toBeGreaterThan(50), within);
    await javas[0]!.stop();
    await vi.waitFor(() => expect(last(second)?.match(new RegExp(`${topic}-`, "g"))).toHaveLength(4), within);
    await writing.stop();
    const ends = await endsOf(brokers, topic);
    await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual(ends), within);
    await second.stop();
    for (const { seen } of [first, second])
      for (const { partition, offset } of seen) ledger.add(partition, offset);
    for (const [partition, offset] of javas[0]!.offsets()) ledger.add(partition, offset);
    expect(ledger.missing(ends)).toEqual([]);
  });

  test("a sink that fails gets the same records again, in order, and nothing after them is committed", async () => {
    const { topic, groupId } = await fresh(2);
    await write(
      brokers,
      topic,
      Array.from({ length: 500 }, (_, i) => ({ value: `v${i}`, partition: i % 2 })),
    );
    let failures = 0;
    let committed: number[] | undefined;
    await using reader = new Reader(brokers, { topics: [topic], groupId, takeBytes: 2_000 }, async () => {
      if (failures++ >= 6) return;
      await sleep(100);
      committed = await committedOf(brokers, groupId, topic);
      throw new Error("the disk is full");
    });
    await vi.waitFor(() => expect(reader.seen).toHaveLength(500), within);
    expect(committed?.every((offset) => offset <= 0)).toBe(true);
    for (const partition of [0, 1]) {
      const offsets = reader.seen.filter((one) => one.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual(Array.from({ length: 250 }, (_, i) => i));
    }
  });

  test("records that were deleted are passed over with a loud warning, as auto.offset.reset says", async () => {
    const { topic, groupId } = await fresh();
    await write(
      brokers,
      topic,
      Array.from({ length: 100 }, (_, i) => ({ value: `old ${i}` })),
    );
    const before = new Reader(brokers, { topics: [topic], groupId, takeBytes: 1 });
    await vi.waitFor(() => expect(before.seen.length).toBeGreaterThan(0), within);
    await before.stop();
    await write(
      brokers,
      topic,
      Array.from({ length: 100 }, (_, i) => ({ value: `new ${i}` })),
    );
    await withAdmin(brokers, async (admin) => {
      await admin.fetchTopicMetadata({ topics: [topic] }); // else kafkajs does not know the leader
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "150" }] });
    });
    await using after = new Reader(brokers, { topics: [topic], groupId });
    await vi.waitFor(() => expect(after.seen.at(-1)?.offset).toBe(199), within);
    expect(after.seen[0]?.offset).toBe(150);
    expect(after.log.lines.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
      expect.stringMatching(
        new RegExp(`^${topic}-0 does not hold offset \\d+ any more: goes on at its beginning, 150`),
      ),
    ]);
    expect(after.source.counters).toMatchObject({ OffsetResetCount: 1 });
    await using none = new Reader(brokers, {
      topics: [topic],
      groupId: `${groupId}n`,
      autoOffsetReset: "none",
    });
    await expect(none.ended).rejects.toThrow("auto.offset.reset is none");
  });

  describe("poison and tombstones", () => {
    const flume = (body: string) =>
      avroFlumeEvent({ headers: new Map([["a", "b"]]), body: Buffer.from(body) });
    async function poisoned() {
      const names_ = await fresh();
      await write(brokers, names_.topic, [
        { value: flume("one") },
        { value: flume("two") },
        { key: "k", value: "no Avro at all" },
        { value: flume("three") },
        { key: "gone", value: null },
        { value: flume("four") },
      ]);
      return names_;
    }

    test("stop: what came before is delivered and committed, then it ends with the place", async () => {
      const { topic, groupId } = await poisoned();
      await using reader = new Reader(brokers, { topics: [topic], groupId, valueFormat: "flumeEvent" });
      await expect(reader.ended).rejects.toThrow(`${topic}-0 at offset 2: no AvroFlumeEvent`);
      expect(reader.seen.map(({ body }) => body)).toEqual(["one", "two"]);
      expect(await committedOf(brokers, groupId, topic)).toEqual([2]);
    });

    test("skip: counted, told with its place, and passed", async () => {
      const { topic, groupId } = await poisoned();
      await using reader = new Reader(brokers, {
        topics: [topic],
        groupId,
        valueFormat: "flumeEvent",
        poison: "skip",
      });
      await vi.waitFor(() => expect(reader.seen).toHaveLength(4), within);
      expect(reader.seen.map(({ body }) => body)).toEqual(["one", "two", "three", "four"]);
      expect(reader.source.counters).toMatchObject({ PoisonEventCount: 2 });
      expect(reader.log.lines).toContainEqual(
        expect.objectContaining({ level: "warn", topic, partition: 0, offset: 2 }),
      );
      await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual([6]), within);
    });

    test("dead letter: as it was, with where it comes from, before its offset passes", async () => {
      const { topic, groupId } = await poisoned();
      const { topic: deadLetterTopic } = await fresh();
      await using reader = new Reader(brokers, {
        topics: [topic],
        groupId,
        valueFormat: "flumeEvent",
        poison: { deadLetterTopic },
      });
      await vi.waitFor(() => expect(reader.seen).toHaveLength(4), within);
      const headers: (string | undefined)[] = [];
      const sizes: number[] = [];
      await using dead = new Reader(
        brokers,
        { topics: [deadLetterTopic], groupId: `${groupId}d` },
        (batches) => {
          for (const records of batches) {
            for (let i = 0; i < records.count; i++) {
              sizes.push(records.ends[i]! - records.starts[i]!);
              headers.push(
                records.recordHeaderOf(i, "flafkac.topic"),
                records.recordHeaderOf(i, "flafkac.offset"),
              );
            }
          }
        },
      );
      await vi.waitFor(() => expect(dead.seen).toHaveLength(2), within);
      expect(dead.seen.map(({ key, body }) => [key, body])).toEqual([
        ["k", "no Avro at all"],
        ["gone", ""],
      ]);
      expect(headers).toEqual([topic, "2", topic, "4"]);
      expect(sizes).toEqual([14, 0]);
    });

    test("dead letter that its topic does not take: ends with the place, as `stop` does", async () => {
      const { topic, groupId } = await fresh();
      const deadLetterTopic = `${topic}-small`;
      await createTopic(brokers, deadLetterTopic, { config: { "max.message.bytes": "2000" } });
      await write(brokers, topic, [{ value: flume("one") }, { value: "x".repeat(3000) }]);
      await using reader = new Reader(brokers, {
        topics: [topic],
        groupId,
        valueFormat: "flumeEvent",
        poison: { deadLetterTopic },
      });
      await expect(reader.ended).rejects.toThrow(
        new RegExp(`${topic}-0 at offset 1: no AvroFlumeEvent.*topic ${deadLetterTopic} does not take it`),
      );
      expect(reader.seen.map(({ body }) => body)).toEqual(["one"]);
      expect(await committedOf(brokers, groupId, topic)).toEqual([1]);
    });

    test("plain: a tombstone is an empty body", async () => {
      const { topic, groupId } = await fresh();
      await write(brokers, topic, [{ value: "a" }, { key: "gone", value: null }, { value: "b" }]);
      await using reader = new Reader(brokers, { topics: [topic], groupId });
      await vi.waitFor(() => expect(reader.seen.map(({ body }) => body)).toEqual(["a", "", "b"]), within);
    });
  });

  test("topics by pattern, new ones and new partitions too", async () => {
    const prefix = `pattern${++names}`;
    await createTopic(brokers, `${prefix}-a`, {});
    await createTopic(brokers, `x${prefix}-a`, {});
    await write(brokers, `${prefix}-a`, [{ value: "1" }]);
    await write(brokers, `x${prefix}-a`, [{ value: "not this one" }]);
    await using reader = new Reader(brokers, {
      topics: new RegExp(`${prefix}-.*`),
      groupId: prefix,
      metadataMaxAge: 500,
    });
    await vi.waitFor(() => expect(reader.seen).toHaveLength(1), within);
    await createTopic(brokers, `${prefix}-b`, {});
    await write(brokers, `${prefix}-b`, [{ value: "2" }]);
    await vi.waitFor(() => expect(reader.seen).toHaveLength(2), within);
    await withAdmin(brokers, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: `${prefix}-a`, count: 2 }] }),
    );
    await write(brokers, `${prefix}-a`, [{ value: "3", partition: 1 }]);
    await vi.waitFor(() => expect(reader.seen.map(({ body }) => body)).toEqual(["1", "2", "3"]), within);
  });

  test("latest: what comes after the first join is not lost to a restart before the first delivery", async () => {
    const { topic, groupId } = await fresh();
    await write(brokers, topic, [{ value: "before" }]);
    const first = new Reader(brokers, { topics: [topic], groupId, autoOffsetReset: "latest" });
    await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual([1]), within);
    await first.stop();
    await write(brokers, topic, [{ value: "meanwhile" }]);
    await using second = new Reader(brokers, { topics: [topic], groupId, autoOffsetReset: "latest" });
    await vi.waitFor(() => expect(second.seen.map(({ body }) => body)).toEqual(["meanwhile"]), within);
  });

  test("a static member that comes back within its session has the same partitions, without the others noticing", async () => {
    const { topic, groupId } = await fresh(4);
    const member = (name: string) => new Reader(brokers, { topics: [topic], groupId, groupInstanceId: name });
    const reads = (reader: Reader) => reader.messages.filter((text) => text.startsWith("reads "));
    await using other = member("a");
    const first = member("b");
    await vi.waitFor(() => {
      for (const reader of [other, first]) {
        expect(
          reads(reader)
            .at(-1)
            ?.match(new RegExp(`${topic}-\\d`, "g")),
        ).toHaveLength(2);
      }
    }, within);
    const before = other.messages.length;
    await first.stop();
    await using second = member("b");
    await vi.waitFor(() => expect(reads(second)).toEqual([reads(first).at(-1)]), within);
    await write(
      brokers,
      topic,
      Array.from({ length: 40 }, (_, i) => ({ value: `v${i}`, partition: i % 4 })),
    );
    await vi.waitFor(() => expect(other.seen.length + second.seen.length).toBe(40), within);
    expect(other.messages).toHaveLength(before);
  });

  test("stopped for longer than its session, it joins anew, and others have taken over meanwhile", async () => {
    const { topic, groupId } = await fresh(2);
    const writing = new Writing(brokers, topic, 2);
    const child = spawn(process.execPath, [processFile, brokers, topic, groupId], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    const lines = () => output.split("\n").slice(0, -1);
    await vi.waitFor(() => expect(lines().length).toBeGreaterThan(100), within);
    const other = new Reader(brokers, { topics: [topic], groupId });
    await vi.waitFor(() => expect(other.seen.length).toBeGreaterThan(0), within);
    child.kill("SIGSTOP");
    await vi.waitFor(
      () => expect(new Set(other.seen.map(({ partition }) => partition)).size).toBe(2),
      within,
    );
    const before = lines().length;
    child.kill("SIGCONT");
    await vi.waitFor(() => expect(lines().length).toBeGreaterThan(before + 100), within);
    await writing.stop();
    const ends = await endsOf(brokers, topic);
    await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual(ends), within);
    const exit = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    await other.stop();
    const ledger = new OffsetLedger();
    for (const line of lines()) ledger.add(Number(line.split(" ")[0]), Number(line.split(" ")[1]));
    for (const { partition, offset } of other.seen) ledger.add(partition, offset);
    expect(ledger.missing(ends)).toEqual([]);
  });

  test("the broker restarts, and is killed", async () => {
    const { topic, groupId } = await fresh(2);
    const writing = new Writing(brokers, topic, 2);
    await using reader = new Reader(brokers, { topics: [topic], groupId });
    for (const fault of ["stop", "kill"] as const) {
      const before = reader.seen.length;
      await vi.waitFor(() => expect(reader.seen.length).toBeGreaterThan(before + 100), within);
      await kafka[fault]();
      await vi.waitFor(
        () => expect(reader.messages.some((text) => text.startsWith("cannot reach Kafka"))).toBe(true),
        within,
      );
      await kafka.start();
      const then = reader.seen.length;
      await vi.waitFor(() => expect(reader.seen.length).toBeGreaterThan(then + 100), within);
    }
    await writing.stop();
    const ends = await endsOf(brokers, topic);
    await vi.waitFor(async () => expect(await committedOf(brokers, groupId, topic)).toEqual(ends), within);
    const ledger = new OffsetLedger();
    for (const { partition, offset } of reader.seen) ledger.add(partition, offset);
    expect(ledger.missing(ends)).toEqual([]);
    expect(
      reader.messages.filter((text) => text.startsWith("Kafka gives events again")).length,
    ).toBeGreaterThan(0);
  });
});
