import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type HdfsCluster, startHdfs } from "../../../scripts/servers/hdfs.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { Flow, FlowKafka, type UseCase } from "./flow.ts";

// The use cases that end in HDFS while their HDFS, one NameNode and one DataNode, is in trouble. Nothing may be lost,
// torn, or come twice: the program itself lives, and cuts off what it writes again.

let hdfs: HdfsCluster;
let kafka: FlowKafka;

beforeAll(async () => {
  [hdfs, kafka] = await Promise.all([
    startHdfs({
      properties: {
        // Ends of blocks are met often, and a quota of space is used up by a test's few bytes.
        "dfs.blocksize": 262_144,
        // Daemons hang up on silent peers after 2 s instead of 60.
        "dfs.client.socket-timeout": 2_000,
      },
    }),
    FlowKafka.start(),
  ]);
});

afterEach(async () => {
  // Whatever a test has left of it, the next one finds it whole.
  await Promise.all([hdfs.nameNode.start(), hdfs.dataNode.start()]);
  await hdfs.leaveSafeMode();
  await hdfs.waitUntilReady();
});

afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
});

describe("the NameNode goes and comes back while files are written", () => {
  test.each<[string, UseCase]>([
    ["stopped", "kafka-memory-hdfs"],
    ["killed", "kafka-channel-hdfs"],
  ])("%s, %s", async (how, useCase) => {
    const random = seeded(`NameNode ${how}`);
    const flow = await Flow.build(hdfs, kafka, useCase, {
      overrides: { "sinks.sink1.hdfs.rollCount": random(200, 2_000) },
    });
    await using program = await flow.start();
    const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, { perSecond: 1_500 });
    for (let round = 1; round <= 2; round++) {
      await flow.waitForCommitted((await flow.committed()) + random(1, 3_000), program);
      await (how === "killed" ? hdfs.nameNode.kill() : hdfs.nameNode.stop());
      await writer.waitForAcknowledged(writer.acknowledged + random(1, 6_000));
      await hdfs.nameNode.start();
    }
    await writer.finish();
    await flow.waitForCommitted(writer.acknowledged, program);
    await flow.stopWell(program);
    expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
    console.log(`NameNode ${how} twice: ${writer.acknowledged} records, each once`);
  });
});

test("safe mode: the program waits without spinning, drops nothing, and goes on by itself", async () => {
  const random = seeded("safe mode");
  const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
    overrides: { "sinks.sink1.hdfs.rollCount": 500 },
  });
  await using program = await flow.start();
  const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, { perSecond: 3_000 });
  await flow.waitForCommitted(random(1, 8_000), program);
  await hdfs.enterSafeMode();
  await program.waitForOutput(/safe mode/i);
  await writer.waitForAcknowledged(writer.acknowledged + 5_000);
  await writer.finish();
  const [cpu, lines] = [await program.cpuTime(), (await program.output()).split("\n").length];
  await delay(4_000); // what is measured
  expect((await program.cpuTime()) - cpu).toBeLessThan(1_000);
  expect((await program.output()).split("\n").length - lines).toBeLessThan(8);
  expect(await flow.committed()).toBeLessThan(writer.acknowledged);
  await hdfs.leaveSafeMode();
  await flow.waitForCommitted(writer.acknowledged, program);
  await flow.stopWell(program);
  expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
});

test("the DataNode is killed in mid-write, twice, and comes back", async () => {
  const random = seeded("DataNode killed");
  const flow = await Flow.build(hdfs, kafka, "kafka-channel-hdfs", {
    overrides: { "sinks.sink1.hdfs.rollCount": random(500, 5_000) },
  });
  await using program = await flow.start();
  const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, { perSecond: 3_000 });
  for (let round = 1; round <= 2; round++) {
    await flow.waitForCommitted((await flow.committed()) + random(1, 4_000), program);
    await hdfs.dataNode.kill();
    await writer.waitForAcknowledged(writer.acknowledged + random(1, 4_000));
    await hdfs.dataNode.start();
  }
  await writer.finish();
  await flow.waitForCommitted(writer.acknowledged, program);
  await flow.stopWell(program);
  expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
  console.log(`DataNode killed twice: ${writer.acknowledged} records, each once`);
});

test("the space is used up, and there is more later", async () => {
  const random = seeded("space quota");
  const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
    overrides: { "sinks.sink1.hdfs.rollCount": random(2_000, 6_000) },
  });
  await hdfs.mkdirs(flow.directory);
  await hdfs.setSpaceQuota(flow.directory, random(600_000, 1_200_000));
  await using program = await flow.start();
  const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, {
    perSecond: 5_000,
    records: 20_000,
  });
  await program.waitForOutput(/quota/i);
  await writer.finished;
  expect(await flow.committed()).toBeLessThan(20_000);
  await hdfs.setSpaceQuota(flow.directory, undefined);
  await flow.waitForCommitted(20_000, program);
  await flow.stopWell(program);
  expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
});
