import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type HdfsCluster, startHdfs } from "../../../scripts/servers/hdfs.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { Flow, FlowKafka } from "./flow.ts";

// A pair of NameNodes and three DataNodes under whole programs: one of them goes, the others are enough.

let hdfs: HdfsCluster;
let kafka: FlowKafka;

beforeAll(async () => {
  hdfs = await startHdfs({
    highAvailability: true,
    dataNodes: 3,
    properties: {
      "dfs.blocksize": 262_144,
      // Three on two cores are never equally busy: place a replica on each all the same.
      "dfs.namenode.redundancy.considerLoad": false,
      // A DataNode that recovers a block looks for a dead one for 2 s, where Hadoop's default makes that 10.
      "ipc.client.connect.max.retries": 40,
    },
  });
  kafka = await FlowKafka.start(); // not at the same time: five machines of Java are enough
});

afterEach(async () => {
  for (const daemon of [...hdfs.dataNodes, ...hdfs.nameNodes]) await daemon.start();
  if ((await hdfs.activeNameNode()) === undefined) await hdfs.transitionToActive(hdfs.nameNode);
  await hdfs.waitUntilReady();
});

afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
});

test("fail-overs of the NameNodes while files are written, one ordered and one by a kill", async () => {
  const random = seeded("fail-over");
  const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
    overrides: { "sinks.sink1.hdfs.rollCount": random(200, 2_000) },
  });
  const [first, second] = hdfs.nameNodes;
  await using program = await flow.start();
  const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, { perSecond: 2_000 });
  await flow.waitForCommitted(random(1, 4_000), program);
  await hdfs.transitionToActive(second!);
  await flow.waitForCommitted((await flow.committed()) + random(2_000, 5_000), program);
  await second!.kill();
  await writer.waitForAcknowledged(writer.acknowledged + random(1, 2_000));
  await hdfs.transitionToActive(first!);
  await flow.waitForCommitted((await flow.committed()) + random(2_000, 5_000), program);
  await writer.finish();
  await flow.waitForCommitted(writer.acknowledged, program);
  await flow.stopWell(program);
  expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
  console.log(`two fail-overs: ${writer.acknowledged} records, each once`);
});

test("one of three DataNodes is killed in mid-write: records go on at once, with two replicas", async () => {
  const random = seeded("one of three DataNodes");
  const flow = await Flow.build(hdfs, kafka, "kafka-channel-hdfs", {
    overrides: { "sinks.sink1.hdfs.rollCount": random(500, 3_000) },
  });
  await using program = await flow.start();
  const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, { perSecond: 2_000 });
  await flow.waitForCommitted(random(1, 4_000), program);
  const victim = hdfs.dataNodes[random(0, 2)]!;
  await victim.kill();
  // As long as it is away.
  await flow.waitForCommitted((await flow.committed()) + random(4_000, 8_000), program);
  await victim.start();
  await writer.finish();
  await flow.waitForCommitted(writer.acknowledged, program);
  await flow.stopWell(program);
  expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
  console.log(`one of three DataNodes killed: ${writer.acknowledged} records, each once`);
});
