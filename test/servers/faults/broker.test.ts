import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type KafkaServer, startKafka } from "../../../scripts/servers/kafka.ts";
import { createTopic, setTopicConfig } from "../../../scripts/servers/topic.ts";
import type { EmittedProgram } from "../emitted-program.ts";
import { judge } from "../ledger.ts";
import { LineWriter } from "../line-writer.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { drainsMore } from "./drained.ts";
import { Flow, feeds } from "./flow.ts";
import { Load } from "./load.ts";
import { deleteTopic } from "./topics.ts";

// The broker fails while the flows that read Kafka are at work, all of them at the same time.

const resumeWithin = 10_000; // ms
/** What may be on its way when the broker fails, twice: a second of what is written. */
const inFlight = 10_000;

// Programs, writers and servers share the machine, and whatever else runs on it.
vi.setConfig({ testTimeout: 300_000 });

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka({ properties: { "auto.create.topics.enable": false } });
});
afterAll(() => kafka?.close());

test("a broker that restarts, and is killed, costs no record and no line that was said OK to", async () => {
  const random = seeded("broker under Kafka sources and channels");
  const brokers = kafka.bootstrapServers;
  const flows = await Promise.all(feeds.map((feed) => Flow.build(brokers, feed)));
  const programs: EmittedProgram[] = [];
  const loads: Load[] = [];
  for (const flow of flows) {
    programs.push(await flow.start());
    const load = await Load.start(flow, brokers);
    await load.reconnect();
    loads.push(load);
  }
  const allDeliver = (more: number) => Promise.all(programs.map((program) => drainsMore(program, more)));
  const resumed: number[] = [];
  for (const fault of ["stop", "kill"] as const) {
    await allDeliver(random(1, 5_000));
    await kafka[fault]();
    await kafka.start();
    const back = performance.now();
    await allDeliver(2_000);
    resumed.push(Math.round(performance.now() - back));
  }
  await Promise.all(loads.map((load) => load.finish()));
  for (const [index, flow] of flows.entries()) {
    const program = programs[index]!;
    const load = loads[index]!;
    await program.waitUntil(() => load.isDelivered());
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
    const verdict = await load.verdictByTopic();
    console.log(
      `${flow.feed}: ${load.acknowledged} acknowledged, ${verdict.duplicated} delivered twice by a restart and a kill`,
    );
    // A netcat line whose request got no answer lies in the topic twice.
    expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
    expect(verdict.duplicated).toBeLessThanOrEqual(inFlight);
  }
  console.log(`all flows go on ${resumed.join(" and ")} ms after the broker is back`);
  for (const time of resumed) expect(time).toBeLessThan(resumeWithin);
});

test("a line that a Kafka channel's topic finds too large is told once; nobody is told OK, nothing is dropped", async () => {
  const brokers = kafka.bootstrapServers;
  const flow = await Flow.build(brokers, "netcat-kafka-channel", {
    topicOptions: { config: { "max.message.bytes": "20000" } },
    sourceProperties: { "max-line-length": 100_000 },
  });
  await using program = await flow.start();
  // More than one batch of this topic may hold: they travel in smaller ones.
  const before = await LineWriter.start(flow.port, { lines: 2_000, window: 2_000 });
  await before.closed;
  expect(before.acknowledged.size).toBe(2_000);
  const large = await LineWriter.start(flow.port, { lines: 1, length: 50_000 });
  await program.waitForOutput(/channel1.*max\.message\.bytes/);
  const after = await LineWriter.start(flow.port, { lines: 1_000 });
  expect([large.acknowledged.size, large.failed.size]).toEqual([0, 0]);
  // As with Flume somebody has to do something about it; the log says what.
  await setTopicConfig(brokers, flow.topic, { "max.message.bytes": "200000" });
  await Promise.all([large.closed, after.closed]);
  expect([large.acknowledged.size, after.acknowledged.size]).toEqual([1, 1_000]);
  const writers = [before, large, after];
  await program.waitUntil(async () => judge(writers, (await flow.lines()).lines).lost === 0);
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(judge(writers, (await flow.lines()).lines)).toEqual(flawless);
  expect((await program.output()).match(/max\.message\.bytes/g)).toHaveLength(1);
});

test("topics that are not there, and that are deleted, are told and waited for; what is written then is delivered", async () => {
  const brokers = kafka.bootstrapServers;
  const flows = await Promise.all(
    feeds.map((feed) => Flow.build(brokers, feed, { topicOptions: undefined })),
  );
  const programs = await Promise.all(flows.map((flow) => flow.start()));
  const ledgers: RecordWriter["ledgers"][number][][] = [];
  const write = async (flow: Flow, count: number) => {
    if (flow.feed !== "netcat-kafka-channel") {
      return (await RecordWriter.write(brokers, flow.topic, { records: count })).ledgers;
    }
    const writer = await LineWriter.start(flow.port, { lines: count });
    await writer.closed;
    return [writer];
  };
  // Fewer the second time: the group's place lies behind the end of the new topic.
  for (const [round, count] of [2_000, 1_000].entries()) {
    await Promise.all(
      flows.map((flow, index) =>
        programs[index]!.waitUntil(async () => {
          const told = (await programs[index]!.output())
            .split("\n")
            .filter((line) => /"(warn|error)"/.test(line) && line.includes(flow.topic));
          return told.length > round;
        }),
      ),
    );
    await Promise.all(
      flows.map(async (flow, index) => {
        await createTopic(brokers, flow.topic);
        const written = [...(ledgers[index] ?? []), ...(await write(flow, count))];
        ledgers[index] = written;
        await programs[index]!.waitUntil(async () => judge(written, (await flow.lines()).lines).lost === 0);
      }),
    );
    if (round === 0) await Promise.all(flows.map((flow) => deleteTopic(brokers, flow.topic)));
  }
  for (const [index, flow] of flows.entries()) {
    expect(await programs[index]!.stop(), flow.feed).toEqual({ code: 0, signal: undefined });
    expect(judge(ledgers[index]!, (await flow.lines()).lines), flow.feed).toEqual(flawless);
  }
});
