import { afterAll, beforeAll, expect, test } from "vitest";
import { type HdfsCluster, startHdfs } from "../../../scripts/servers/hdfs.ts";
import { listHdfs, readHdfs, writeHdfs } from "../../../scripts/servers/hdfs-files.ts";
import { createTopic } from "../../../scripts/servers/topic.ts";
import { hdfsLines } from "../delivered-files.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { Flow, FlowKafka } from "./flow.ts";

// Directories and names in HDFS that are not as a program wants them.

let hdfs: HdfsCluster;
let kafka: FlowKafka;

beforeAll(async () => {
  [hdfs, kafka] = await Promise.all([startHdfs(), FlowKafka.start()]);
});

afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
});

/** A directory that the program's user may write to. */
async function ownDirectory(path: string): Promise<void> {
  await hdfs.mkdirs(path);
  await hdfs.chown(path, "flume");
}

test("one directory of a header is forbidden: the others go on, a kill loses nothing, and it heals", async () => {
  const random = seeded("permission of a header's directory");
  const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
    user: "flume",
    directory: "/by-header",
    path: "/by-header/%{app}",
    overrides: {
      "sources.source1.header.app": "application",
      "sinks.sink1.hdfs.rollCount": random(200, 2_000),
    },
  });
  for (const app of ["forbidden", "free", "other"]) await ownDirectory(`/by-header/${app}`);
  await hdfs.chmod("/by-header/forbidden", "000");
  const applications = ["free", "forbidden", "other"];
  const writer = await RecordWriter.write(kafka.server.bootstrapServers, flow.topic, {
    records: 6_000,
    around: (_, number) => ({ headers: { application: applications[number % 3]! } }),
  });
  const linesIn = async (app: string) => (await hdfsLines(hdfs, `/by-header/${app}`)).lines;
  const distinct = async (app: string) =>
    new Set((await linesIn(app)).map(({ value }) => String(value))).size;
  const freeAreThere = async () => (await distinct("free")) + (await distinct("other")) === 4_000;
  const killed = await flow.start();
  await killed.waitUntil(() => freeAreThere().catch(() => false));
  // What comes before the first record that waits may be committed, and nothing behind it
  expect(await flow.committed()).toBeLessThanOrEqual(1);
  await killed.kill();
  await using program = await flow.start();
  await program.waitForOutput(/cannot write to \/by-header\/forbidden: Permission denied/);
  expect(await linesIn("forbidden")).toEqual([]);
  await hdfs.chmod("/by-header/forbidden", "755");
  await flow.waitForCommitted(6_000, program);
  await flow.stopWell(program);
  const verdict = await flow.verdict(writer.ledgers);
  // As the price of the promise says: offsets cannot pass an event that waits
  expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  expect(verdict.duplicated).toBeLessThanOrEqual(4_000);
  expect((await linesIn("forbidden")).length).toBe(2_000);
  console.log(`a forbidden directory, and a kill: 6000 records, ${verdict.duplicated} of them again`);
});

test("one directory of a topic is forbidden: the other topic's offsets go on", async () => {
  seeded("permission of a topic's directory");
  const { bootstrapServers } = kafka.server;
  const names = [`free-${Date.now()}`, `forbidden-${Date.now()}`] as const;
  const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
    user: "flume",
    directory: "/by-topic",
    path: "/by-topic/%{topic}",
    overrides: { "sources.source1.topic": names.join(",") },
  });
  for (const name of names) {
    await createTopic(bootstrapServers, name);
    await ownDirectory(`/by-topic/${name}`);
  }
  await hdfs.chmod(`/by-topic/${names[1]}`, "555");
  const [free, forbidden] = await Promise.all(
    names.map((name) => RecordWriter.write(bootstrapServers, name, { records: 5_000 })),
  );
  await using program = await flow.start();
  await program.waitUntil(async () => (await flow.committed(names[0])) === 5_000);
  await program.waitForOutput(/cannot write to \/by-topic\/forbidden/);
  // More of both, while one waits
  const more = await RecordWriter.write(bootstrapServers, names[0], { records: 5_000 });
  await program.waitUntil(async () => (await flow.committed(names[0])) === 10_000);
  expect(await flow.committed(names[1])).toBe(0);
  await hdfs.chmod(`/by-topic/${names[1]}`, "755");
  await program.waitUntil(async () => (await flow.committed(names[1])) === 5_000);
  await flow.stopWell(program);
  expect(await flow.verdict([...free!.ledgers, ...forbidden!.ledgers, ...more.ledgers])).toEqual(flawless);
});

test("renames are refused for a while, and a final name is taken by somebody else", async () => {
  const random = seeded("renames");
  const flow = await Flow.build(hdfs, kafka, "kafka-channel-hdfs", {
    user: "flume",
    overrides: {
      "sinks.sink1.hdfs.rollCount": 1_000,
      "sinks.sink1.hdfs.retryInterval": 1,
      "sinks.sink1.hdfs.idleTimeout": 0,
    },
  });
  await ownDirectory(flow.directory);
  await using program = await flow.start();
  const { bootstrapServers } = kafka.server;
  const first = random(1, 999);
  const before = await RecordWriter.write(bootstrapServers, flow.topic, { records: first });
  await flow.waitForCommitted(first, program);
  const [inUse] = await flow.filesInUse();
  const taken = inUse!.replace(/\.tmp$/, "");
  await writeHdfs(hdfs, taken, "somebody else's\n");
  // The file can be closed, and nothing can be renamed or made.
  await hdfs.chmod(flow.directory, "555");
  const after = await RecordWriter.write(bootstrapServers, flow.topic, { records: 5_000 });
  await program.waitForOutput(/cannot rename .*Permission denied/);
  await program.waitForOutput(/cannot write to .*Permission denied/);
  expect(await flow.filesInUse()).toEqual([inUse]);
  await hdfs.chmod(flow.directory, "755");
  await flow.waitForCommitted(first + 5_000, program);
  await program.waitForOutput(/was taken: the file is/);
  expect((await program.stop()).code, await program.output()).toBe(0);
  expect(await flow.filesInUse()).toEqual([]);
  expect(String(await readHdfs(hdfs, taken))).toBe("somebody else's\n");
  expect(await flow.verdict([...before.ledgers, ...after.ledgers])).toEqual({ ...flawless, torn: 1 });
  // The one line that is none of the ledger's is in the file of somebody else.
  const files = await listHdfs(hdfs, flow.directory);
  expect(files.length).toBe(1 + Math.ceil((first + 5_000) / 1_000));
});
