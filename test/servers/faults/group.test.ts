import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startFlume } from "../../../scripts/servers/flume.ts";
import { type KafkaServer, startKafka } from "../../../scripts/servers/kafka.ts";
import { countRecords } from "../../../scripts/servers/topic.ts";
import type { Delivered } from "../ledger.ts";
import { judge } from "../ledger.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { drained } from "./drained.ts";
import { Flow } from "./flow.ts";

import { committedOffsets, groupState } from "./topics.ts";

// Programs, and a Flume agent, that share a consumer group.

const partitions = 4;

// Programs, writers and servers share the machine, and whatever else runs on it.
vi.setConfig({ testTimeout: 300_000 });

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka({ properties: { "group.min.session.timeout.ms": 500 } });
});
afterAll(() => kafka?.close());

/** Two builds of one configuration, each into a folder of its own, in one group. */
async function pair(sessionTimeout?: number): Promise<[Flow, Flow]> {
  const options = sessionTimeout === undefined ? {} : { sessionTimeout };
  const first = await Flow.build(kafka.bootstrapServers, "kafka-source", {
    ...options,
    topicOptions: { partitions },
  });
  const { topic, groupId } = first;
  const second = await Flow.build(kafka.bootstrapServers, "kafka-source", { ...options, topic, groupId });
  return [first, second];
}

/** What all of some flows have written. */
async function linesOf(...flows: readonly Flow[]): Promise<Delivered[]> {
  return (await Promise.all(flows.map((flow) => flow.lines()))).flatMap(({ lines }) => lines);
}

/** Whether every record of the topic is delivered and committed by the group. */
async function isAllCommitted({ groupId, topic }: Flow): Promise<boolean> {
  const offsets = await committedOffsets(kafka.bootstrapServers, groupId, topic);
  const committed = offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0);
  return committed === (await countRecords(kafka.bootstrapServers, topic));
}

test("a second program that joins and leaves under load, again and again: nothing is lost, nothing comes twice", async () => {
  const random = seeded("a second program joins and leaves");
  const [stays, comes] = await pair();
  const writer = await RecordWriter.start(kafka.bootstrapServers, stays.topic, {
    partitions,
    perSecond: 5_000,
  });
  await using first = await stays.start();
  await first.waitUntil(async () => (await drained(first)) > 0);
  for (let visit = 1; visit <= 4; visit++) {
    await using second = await comes.start();
    const enough = random(1, 3_000);
    await second.waitUntil(async () => (await drained(second)) >= enough);
    expect(await second.stop()).toEqual({ code: 0, signal: undefined });
  }
  await writer.finish();
  await first.waitUntil(() => isAllCommitted(stays));
  expect(await first.stop()).toEqual({ code: 0, signal: undefined });
  const [own, others] = await Promise.all([linesOf(stays), linesOf(comes)]);
  console.log(`${writer.acknowledged} records, ${own.length} and ${others.length} delivered by the two`);
  expect(others.length).toBeGreaterThan(0);
  // A file of the visitor holds what it read before and after others had the partition: in order all the same.
  expect(judge(writer.ledgers, [...own, ...others])).toEqual(flawless);
});

test("a program that is stopped for longer than its session: the other takes over, it comes back, nothing is lost", async () => {
  const random = seeded("SIGSTOP longer than the session");
  const [sleeper, other] = await pair(1_500);
  const brokers = kafka.bootstrapServers;
  const writer = await RecordWriter.start(brokers, sleeper.topic, { partitions, perSecond: 5_000 });
  await using first = await sleeper.start();
  await using second = await other.start();
  const membersAre = (count: number) => async () => {
    const { state, members } = await groupState(brokers, sleeper.groupId);
    return state === "Stable" && members === count;
  };
  for (let stop = 1; stop <= 2; stop++) {
    await second.waitUntil(membersAre(2));
    const before = await drained(first);
    const enough = before + random(1, 3_000);
    await first.waitUntil(async () => (await drained(first)) >= enough);
    first.signal("SIGSTOP");
    try {
      await second.waitUntil(membersAre(1));
      // The other one reads all partitions now.
      const more = (await drained(second)) + 5_000;
      await second.waitUntil(async () => (await drained(second)) >= more);
    } finally {
      first.signal("SIGCONT");
    }
    const back = await drained(first);
    await second.waitUntil(membersAre(2));
    await first.waitUntil(async () => (await drained(first)) > back);
  }
  await writer.finish();
  await first.waitUntil(() => isAllCommitted(sleeper));
  for (const program of [first, second]) expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  const verdict = judge(writer.ledgers, await linesOf(sleeper, other));
  console.log(`${writer.acknowledged} records, ${verdict.duplicated} delivered twice by 2 stops`);
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  // What it was writing, and had not committed, when it was stopped.
  expect(verdict.duplicated).toBeLessThanOrEqual(2 * 10_000);
});

test("beside a Flume agent in one group: each joins and leaves, offsets are where both look, nothing is lost", async () => {
  const random = seeded("beside Flume in one group");
  const brokers = kafka.bootstrapServers;
  const options = { topicOptions: { partitions } };
  const ours = await Flow.build(brokers, "kafka-channel", options);
  const { topic, groupId } = ours;
  // The same configuration, but for the folder.
  const flumes = await Flow.build(brokers, "kafka-channel", { topic, groupId });
  const writer = await RecordWriter.start(brokers, topic, { partitions, perSecond: 3_000 });
  const grows = async (flow: Flow) => {
    const enough = (await flow.countLines()) + random(1, 2_000);
    return async () => (await flow.countLines()) >= enough;
  };
  await using agent = await startFlume({ conf: flumes.conf });
  {
    // Ours comes and goes beside Flume.
    await using program = await ours.start();
    await program.waitUntil(await grows(ours));
    await program.waitUntil(await grows(flumes));
    await program.waitUntil(async () => (await groupState(brokers, groupId)).state === "Stable");
    expect(await groupState(brokers, groupId)).toMatchObject({ protocol: "range", members: 2 });
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  }
  await using program = await ours.start();
  await program.waitUntil(await grows(ours));
  await program.waitUntil(await grows(flumes));
  // Flume leaves, and ours reads all.
  await agent.stop();
  await program.waitUntil(async () => {
    const { state, members } = await groupState(brokers, groupId);
    return state === "Stable" && members === 1;
  });
  await program.waitUntil(await grows(ours));
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  // Back to Flume, which finds where ours has stopped.
  const before = await linesOf(flumes, ours);
  const until = await committedOffsets(brokers, groupId, topic);
  expect(until.every((offset) => offset > 0)).toBe(true);
  await writer.finish();
  await using again = await startFlume({ conf: flumes.conf });
  while (!(await isAllCommitted(ours))) expect(again.running).toBe(true);
  await again.stop();
  const lines = await linesOf(flumes, ours);
  const verdict = judge(writer.ledgers, lines);
  console.log(
    `${writer.acknowledged} records, ${verdict.duplicated} delivered twice while Flume and the program came and went`,
  );
  expect({ ...verdict, duplicated: 0, reordered: 0 }).toEqual(flawless);
  // Nothing of what was committed came again.
  const rest = writer.acknowledged - until.reduce((sum, offset) => sum + offset, 0);
  expect(lines.length - before.length).toBe(rest);
});
