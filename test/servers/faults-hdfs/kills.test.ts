import { afterAll, beforeAll, expect, test } from "vitest";
import { type HdfsCluster, startHdfs } from "../../../scripts/servers/hdfs.ts";
import { growHdfs } from "../../../scripts/servers/hdfs-files.ts";
import type { ConnectionLedger } from "../ledger.ts";
import { LineWriter } from "../line-writer.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { Flow, FlowKafka, type UseCase } from "./flow.ts";

// kill -9 of programs that write to HDFS: their files and leases are left behind, and the next ones finish them.

const total = 8_000; // records
let hdfs: HdfsCluster;
let kafka: FlowKafka;

beforeAll(async () => {
  [hdfs, kafka] = await Promise.all([startHdfs(), FlowKafka.start()]);
});

afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
});

test.each<[UseCase, string, number]>([
  ["kafka-memory-hdfs", "in rolls", 100],
  ["kafka-channel-hdfs", "in mid-file", 0],
  ["netcat-kafka-channel-hdfs", "in rolls", 100],
])(
  "%s, killed %s: nothing is lost or torn, and the next start finishes what is left open",
  async (useCase, _, rollCount) => {
    const random = seeded(`kill -9 of ${useCase}`);
    const flow = await Flow.build(hdfs, kafka, useCase, {
      partitions: 2,
      sessionTimeout: 3_000,
      overrides: { "sinks.sink1.hdfs.rollCount": rollCount },
    });
    // A file of somebody who lives; its name is one that the sink may come to.
    const others = `${flow.directory}/FlumeData.${Date.now() + 5_000}.csv.tmp`;
    await using _other = await growHdfs(hdfs, others);
    const records =
      useCase === "netcat-kafka-channel-hdfs"
        ? undefined
        : await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, {
            partitions: 2,
            perSecond: 3_000,
            records: total,
          });
    const ledgers: ConnectionLedger[] = [...(records?.ledgers ?? [])];
    let again = 0;
    for (let kill = 1; kill <= 2; kill++) {
      const program = await flow.start();
      const line = records === undefined ? await LineWriter.start(flow.port, { lines: 3_000 }) : undefined;
      if (line !== undefined) ledgers.push(line);
      const before = await flow.committed();
      await flow.waitForCommitted(Math.min(before + random(1, 2_000), total), program);
      again += await flow.kill(program);
      await line?.closed;
    }
    await records?.finished;
    await using program = await flow.start();
    await flow.waitForCommitted(await flow.records(), program);
    await flow.stopWell(program, [others]);
    const verdict = await flow.verdict(ledgers);
    const { duplicated } = verdict;
    const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.acknowledged.size, 0);
    console.log(
      `${useCase}, 2 × kill -9: ${acknowledged} acknowledged, ${duplicated} came again, ${again} might`,
    );
    expect(verdict).toEqual({ ...flawless, duplicated });
    expect(duplicated).toBeLessThanOrEqual(again);
  },
);

test("two runs of one program in one directory: names never meet, and who lives finishes the files of who was killed", async () => {
  const random = seeded("two in one directory");
  const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
    partitions: 2,
    sessionTimeout: 3_000,
    overrides: { "sinks.sink1.hdfs.rollCount": random(100, 500) },
  });
  const [survivor, victim] = await Promise.all([flow.start(), flow.start()]);
  await using _ = survivor;
  const writer = await RecordWriter.start(kafka.server.bootstrapServers, flow.topic, {
    partitions: 2,
    perSecond: 1_500,
  });
  // A partition each.
  for (const program of [survivor, victim]) await program.waitForOutput(/reads [^ ,]+ as a member/);
  await flow.waitForCommitted(random(2_000, 5_000), survivor);
  const before = await flow.committed();
  await victim.kill();
  const again = (await flow.records()) - before;
  await writer.waitForAcknowledged(writer.acknowledged + random(1, 4_000));
  await writer.finish();
  await flow.waitForCommitted(writer.acknowledged, survivor);
  await flow.stopWell(survivor);
  const verdict = await flow.verdict(writer.ledgers);
  console.log(
    `one of two killed: ${writer.acknowledged} records, ${verdict.duplicated} came again, ${again} might`,
  );
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  expect(verdict.duplicated).toBeLessThanOrEqual(again);
});
