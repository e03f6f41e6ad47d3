import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type HdfsCluster, startHdfs } from "../../../scripts/servers/hdfs.ts";
import { type KafkaServer, startKafka } from "../../../scripts/servers/kafka.ts";
import { countRecords } from "../../../scripts/servers/topic.ts";
import { judge } from "../ledger.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { drained } from "./drained.ts";
import { type Feed, Flow, type FlowOptions } from "./flow.ts";
import { killRounds } from "./kill-rounds.ts";
import { Load } from "./load.ts";
import { peakMemory } from "./peak-memory.ts";
import { committedOffsets } from "./topics.ts";

// The program fails, or is stopped, between Kafka and files.

// Programs, writers and servers share the machine, and whatever else runs on it.
vi.setConfig({ testTimeout: 300_000 });

let kafka: KafkaServer;
let hdfs: HdfsCluster;

beforeAll(async () => {
  // A member that was killed keeps the others of its group waiting for its session.
  const properties = { "group.min.session.timeout.ms": 500 };
  [kafka, hdfs] = await Promise.all([startKafka({ properties }), startHdfs()]);
});
afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
});

const sessionTimeout = 2_000; // ms

/** Every flow that reads Kafka, and where it leads. */
const flows: readonly (readonly [Feed, "files" | "HDFS"])[] = [
  ["kafka-source", "files"],
  ["kafka-source", "HDFS"],
  ["netcat-kafka-channel", "HDFS"],
  ["kafka-channel", "HDFS"],
];

function buildFlow(feed: Feed, to: "files" | "HDFS", options: FlowOptions = {}): Promise<Flow> {
  return Flow.build(kafka.bootstrapServers, feed, {
    sessionTimeout,
    topicOptions: { partitions: partitionsOf(feed) },
    ...(to === "HDFS" ? { hdfs } : {}),
    ...options,
  });
}

/** Lines of one connection keep their order in one partition only. */
function partitionsOf(feed: Feed): number {
  return feed === "netcat-kafka-channel" ? 1 : 2;
}

/** Everything that lies in the topic is committed: nothing would come again. */
async function expectAllCommitted(flow: Flow): Promise<void> {
  const offsets = await committedOffsets(kafka.bootstrapServers, flow.groupId, flow.topic);
  const committed = offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0);
  expect(committed).toBe(await countRecords(kafka.bootstrapServers, flow.topic));
}

test("kill -9, five times: nothing of Kafka is lost, nor a line that was said OK to, and no closed file is torn", async () => {
  const kills = 5;
  await Promise.all(
    flows.map(async ([feed, to]) => {
      const random = seeded(`kill -9, ${feed} → ${to}`);
      const flow = await buildFlow(feed, to);
      const load = await Load.start(flow, kafka.bootstrapServers, partitionsOf(feed));
      const { acknowledged, verdict, inUseFiles, exitCode } = await killRounds(flow, load, { kills, random });
      console.log(
        `${feed} → ${to}: ${acknowledged} acknowledged, ${verdict.lost} lost, ${verdict.torn} torn,` +
          ` ${verdict.duplicated} delivered twice by ${kills} × kill -9`,
      );
      // A line of the local disk that a kill cut in two comes again; HDFS cuts such files back before it closes them.
      const torn = to === "files" ? verdict.torn : 0;
      expect(verdict, flow.feed).toEqual({ ...flawless, duplicated: verdict.duplicated, torn });
      expect(torn).toBeLessThanOrEqual(kills);
      expect(inUseFiles).toEqual([]);
      expect(exitCode).toBe(0);
      await expectAllCommitted(flow);
    }),
  );
});

test("SIGTERM under load, three times: files closed, offsets committed, exit code 0, and nothing comes twice", async () => {
  await Promise.all(
    flows.map(async ([feed, to]) => {
      const random = seeded(`SIGTERM, ${feed} → ${to}`);
      const flow = await buildFlow(feed, to);
      const load = await Load.start(flow, kafka.bootstrapServers, partitionsOf(feed));
      for (let life = 1; life <= 3; life++) {
        await using program = await flow.start();
        await load.reconnect();
        const enough = random(1, 4_000);
        await program.waitUntil(async () => (await drained(program)) >= enough);
        if (life === 3) {
          await load.finish();
          await program.waitUntil(() => load.isDelivered());
        }
        expect(await program.stop(), await program.output()).toEqual({ code: 0, signal: undefined });
        await load.disconnected();
        expect((await flow.lines()).inUseFiles).toEqual([]);
      }
      expect(await load.verdict(), `${feed} → ${to}`).toEqual(flawless);
      await expectAllCommitted(flow);
    }),
  );
});

test("a sink that hangs keeps memory flat and the rest in Kafka; a second SIGTERM ends the program; nothing is lost", async () => {
  const brokers = kafka.bootstrapServers;
  const stuck = await buildFlow("kafka-source", "HDFS");
  const records = 20_000;
  const length = 10_000; // bytes: 200 MB in all
  const writer = await RecordWriter.start(brokers, stuck.topic, { records, partitions: 2, length });
  await using program = await stuck.start();
  await program.waitUntil(async () => (await drained(program)) > 0);
  hdfs.dataNode.signal("SIGSTOP");
  try {
    // Another group reads the whole topic meanwhile: there was time to fetch it all.
    const other = await buildFlow("kafka-channel", "files", { topic: stuck.topic });
    await using beside = await other.start();
    await writer.finished;
    await beside.waitUntil(async () => (await drained(beside)) >= records);
    expect(await drained(program)).toBeLessThan(records);
    const peak = await peakMemory(program.pid);
    console.log(
      `a sink that hangs before 200 MB: ${peak} MB of memory at most, beside it ${await peakMemory(beside.pid)} MB`,
    );
    expect(peak).toBeLessThan(200);
    expect(await beside.stop()).toEqual({ code: 0, signal: undefined });
    program.signal("SIGTERM");
    await program.waitForOutput(/SIGTERM/);
    expect(program.running).toBe(true);
    const again = performance.now();
    expect((await program.stop()).code).toBeGreaterThan(0);
    expect(performance.now() - again).toBeLessThan(2_000);
  } finally {
    hdfs.dataNode.signal("SIGCONT");
  }
  await using next = await stuck.start();
  await next.waitUntil(async () => {
    const committed = await committedOffsets(brokers, stuck.groupId, stuck.topic);
    return committed.reduce((sum, offset) => sum + offset, 0) === records;
  });
  expect(await next.stop()).toEqual({ code: 0, signal: undefined });
  const { lines, inUseFiles } = await stuck.lines();
  const verdict = judge(writer.ledgers, lines);
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  expect(inUseFiles).toEqual([]);
});
