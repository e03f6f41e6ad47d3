import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { avroFlumeEvent } from "../../../runtime/kafka/avro-event.ts";
import { type KafkaServer, startKafka } from "../../../scripts/servers/kafka.ts";
import { readTopic, writeTopic } from "../../../scripts/servers/topic.ts";
import type { EmittedProgram } from "../emitted-program.ts";
import { Flow } from "./flow.ts";
import { committedOffsets, groupState } from "./topics.ts";

// Records that are not what a sink hopes for.

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka({ properties: { "log.cleaner.backoff.ms": 50 } });
});
afterAll(() => kafka?.close());

/** The lines of all files, in the order of the files' names. */
async function texts({ directory }: Flow): Promise<string[]> {
  const names = (await readdir(directory)).sort();
  const files = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  return files.flatMap((text) => text.split("\n").slice(0, -1));
}

async function committed({ groupId, topic }: Flow): Promise<number[]> {
  return committedOffsets(kafka.bootstrapServers, groupId, topic);
}

/** Waits until the group's offset in the one partition is that. */
async function untilCommitted(flow: Flow, offset: number, program: EmittedProgram): Promise<void> {
  await program.waitUntil(async () => (await committed(flow))[0] === offset);
}

test("tombstones, records without a key, and a compacted topic: empty bodies, no key header, gaps are passed", async () => {
  const brokers = kafka.bootstrapServers;
  const source = await Flow.build(brokers, "kafka-source", {
    sinkProperties: { "sink.serializer": "HEADER_AND_TEXT" },
    feedProperties: { setTopicHeader: "false" },
  });
  const channel = await Flow.build(brokers, "kafka-channel", {
    topicOptions: {
      config: {
        "cleanup.policy": "compact",
        "segment.ms": "50",
        "min.cleanable.dirty.ratio": "0.001",
        "delete.retention.ms": "600000",
      },
    },
  });
  await writeTopic(brokers, source.topic, [
    { key: "k", value: "a", timestamp: "1" },
    { key: null, value: "b", timestamp: "2" },
    { key: "gone", value: null, timestamp: "3" },
    { key: "", value: "", timestamp: "4" },
    { key: null, value: null, timestamp: "5" },
    { key: "k", value: "c", timestamp: "6" },
  ]);
  // Until of many records with the same few keys only the last ones are left, and the last segment.
  let written = 0;
  let left = Number.POSITIVE_INFINITY;
  while (left >= written / 2) {
    const messages = Array.from({ length: 30 }, (_, i) => ({
      key: `k${i % 3}`,
      value: i === 28 ? null : `v${written + i}`,
    }));
    await writeTopic(brokers, channel.topic, messages);
    written += messages.length;
    left = (await readTopic(brokers, channel.topic)).length;
  }
  await using first = await source.start();
  await using second = await channel.start();
  await untilCommitted(source, 6, first);
  await untilCommitted(channel, written, second);
  for (const program of [first, second]) expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(await texts(source)).toEqual([
    "{partition=0, offset=0, key=k, timestamp=1} a",
    "{partition=0, offset=1, timestamp=2} b",
    "{partition=0, offset=2, key=gone, timestamp=3} ",
    "{partition=0, offset=3, key=, timestamp=4} ",
    "{partition=0, offset=4, timestamp=5} ",
    "{partition=0, offset=5, key=k, timestamp=6} c",
  ]);
  const bodies = await texts(channel);
  expect(bodies.length).toBeLessThan(written);
  // The cleaner may have gone on meanwhile, but the last of each key stays.
  expect(bodies).toEqual(expect.arrayContaining([`v${written - 3}`, `v${written - 1}`, ""]));
  const numbers = bodies.filter((body) => body !== "").map((body) => Number(body.slice(1)));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test("records that are no Avro: --on-poison stops at the place, leaves them out, or keeps them in a topic", async () => {
  const brokers = kafka.bootstrapServers;
  const event = (body: string) => ({
    value: avroFlumeEvent({ headers: new Map(), body: Buffer.from(body) }),
  });
  const avro = { feedProperties: { parseAsFlumeEvent: "true" } };
  const stops = await Flow.build(brokers, "kafka-channel", avro);
  const { topic } = stops;
  const deadLetters = `${topic}-dead`;
  await writeTopic(brokers, topic, [
    event("one"),
    event("two"),
    { key: "k", value: "no Avro at all", headers: { from: "elsewhere" } },
    event("three"),
    { key: "gone", value: null },
    event("four"),
  ]);
  const poisoned = `${topic}-0 at offset 2: no AvroFlumeEvent`;
  // Started again it ends at the same place, and repeats nothing: no loop.
  for (let start = 1; start <= 2; start++) {
    await using program = await stops.start();
    expect(await program.ended).toEqual({ code: 65, signal: undefined });
    const output = await program.output();
    expect(output.split("\n").filter((line) => line.includes(poisoned))).toHaveLength(1);
    expect(await texts(stops)).toEqual(["one", "two"]);
    expect(await committed(stops)).toEqual([2]);
    // It said goodbye: nobody has to wait for its session.
    expect(await groupState(brokers, stops.groupId)).toMatchObject({ state: "Empty", members: 0 });
  }
  const { groupId } = stops;
  // Whoever then decides to leave such records out goes on from there.
  const skips = await Flow.build(brokers, "kafka-channel", {
    ...avro,
    topic,
    groupId,
    buildOptions: ["--on-poison", "skip"],
  });
  {
    await using program = await skips.start();
    await untilCommitted(skips, 6, program);
    expect((await program.counters())["CHANNEL.channel1"]).toMatchObject({ PoisonEventCount: "2" });
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
    expect(await texts(skips)).toEqual(["three", "four"]);
  }
  const keeps = await Flow.build(brokers, "kafka-channel", {
    ...avro,
    topic,
    buildOptions: ["--on-poison", deadLetters],
  });
  await using program = await keeps.start();
  await untilCommitted(keeps, 6, program);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(await texts(keeps)).toEqual(["one", "two", "three", "four"]);
  const dead = await readTopic(brokers, deadLetters);
  expect(dead.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual([
    ["k", "no Avro at all"],
    ["gone", undefined],
  ]);
  expect(dead[0]!.headers).toEqual(
    expect.arrayContaining([
      ["flafkac.offset", "2"],
      ["flafkac.topic", topic],
      ["from", "elsewhere"],
    ]),
  );
});
