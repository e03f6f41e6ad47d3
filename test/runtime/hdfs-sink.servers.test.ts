import { randomInt } from "node:crypto";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Event, eventOf } from "../../runtime/events/event.ts";
import { hadoopFileSystem } from "../../runtime/hdfs/hadoop.ts";
import { textSerializer } from "../../runtime/serializers/file-serializer.ts";
import { dataStream } from "../../runtime/sinks/hdfs/file-format.ts";
import { HdfsSink, type HdfsSinkOptions } from "../../runtime/sinks/hdfs/hdfs-sink.ts";
import { randomNumbers } from "../../scripts/jdk-properties/random-file.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { listHdfs, readHdfs } from "../../scripts/servers/hdfs-files.ts";
import { logged, sinkContext } from "./contexts.ts";
import { hdfsSinkOptions, temporaryFolder } from "./hdfs-sink-rig.ts";
import { HdfsWriter, readNumbers } from "./hdfs-writers.ts";

let cluster: HdfsCluster;

beforeAll(async () => {
  cluster = await startHdfs();
});
afterAll(() => cluster.close());

const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));
console.log(`HDFS sink: FLAFKAC_SEED=${seed}`);
const next = randomNumbers(seed);

async function textsIn(directory: string): Promise<{ names: string[]; texts: string[] }> {
  const names = (await listHdfs(cluster, directory)).map(({ path }) => path);
  const texts: string[] = [];
  for (const name of names) texts.push((await readHdfs(cluster, name)).toString("utf8"));
  return { names, texts };
}

test("kill -9, again and again: nothing delivered is lost, nothing is torn, no file keeps its in-use name", async () => {
  const state = await temporaryFolder();
  let first = 0;
  const delivered: [from: number, to: number][] = [];
  for (let kill = 0; kill < 6; kill++) {
    const writer = new HdfsWriter(cluster.uri, "/killed", state, first, 1 + next(2000));
    await writer.until(() => writer.delivered > first);
    await sleep(next(400));
    await writer.kill();
    delivered.push([first, writer.delivered]);
    // Numbers that were never delivered are not used again: what of them is there nobody asked for.
    first = writer.delivered + 100_000;
  }
  const last = new HdfsWriter(cluster.uri, "/killed", state, first, 10, 1);
  await last.until(() => last.delivered === first + 10);
  const inUse = async () => (await listHdfs(cluster, "/killed")).filter(({ path }) => path.endsWith(".tmp"));
  // Its own two are open.
  while ((await inUse()).length > 2) await sleep(100);
  expect(await last.stop(), last.log).toBe(0);
  const { names, texts } = await textsIn("/killed");
  expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  const { torn, seen } = readNumbers(texts);
  expect(torn).toEqual([]);
  let lines = 10;
  for (const [from, to] of delivered) {
    lines += to - from;
    for (let number = from; number < to; number++) expect(seen.get(number), String(number)).toBe(1);
  }
  console.log(`HDFS sink: ${lines} lines delivered, ${seen.size - lines} more, 6 kills`);
  expect(await readdir(state)).toEqual([]);
});

test("two programs in one directory never collide", async () => {
  const state = await temporaryFolder();
  const writers = [0, 1_000_000].map(
    (first) => new HdfsWriter(cluster.uri, "/shared", state, first, 700, 30),
  );
  await Promise.all(
    writers.map((writer, i) => writer.until(() => writer.delivered === i * 1_000_000 + 21_000)),
  );
  for (const writer of writers) expect(await writer.stop(), writer.log).toBe(0);
  const { names, texts } = await textsIn("/shared");
  expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  const { torn, seen } = readNumbers(texts);
  expect(torn).toEqual([]);
  expect(seen.size).toBe(42_000);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
});

const into = (dir: string, ...texts: string[]): Event[] =>
  texts.map((text) => ({ ...eventOf(Buffer.from(text)), headers: new Map([["dir", dir]]) }));

async function start(root: string, changed: Partial<HdfsSinkOptions> = {}) {
  const log = logged();
  const context = sinkContext(log);
  const options = { ...hdfsSinkOptions(await temporaryFolder()), ...changed };
  const path = (event: Event) => `${root}/${event.headers.get("dir")}`;
  const fileSystem = hadoopFileSystem(context, { uri: cluster.uri, user: "flume", callTimeout: 30_000 });
  const sink = new HdfsSink(
    context,
    fileSystem,
    { ...options, path },
    dataStream(textSerializer({ appendNewline: true })),
  );
  sink.start();
  return { sink, log };
}

test("a directory without permission stalls no other", async () => {
  await cluster.mkdirs("/permission/bad");
  await cluster.mkdirs("/permission/good");
  await cluster.chown("/permission/good", "flume");
  await cluster.chmod("/permission/bad", "755");
  const { sink, log } = await start("/permission");
  const waiting: Promise<void>[] = [];
  for (let i = 0; i < 20; i++) {
    const heldBack = await sink.deliver([...into("bad", `bad ${i}`), ...into("good", `good ${i}`)]);
    expect(heldBack?.waiting.size).toBe(1);
    waiting.push(heldBack!.later);
  }
  const good = await textsIn("/permission/good");
  expect(good.texts.join("")).toBe(Array.from({ length: 20 }, (_, i) => `good ${i}\n`).join(""));
  await cluster.chown("/permission/bad", "flume");
  await Promise.all(waiting);
  await sink.stop();
  const bad = await textsIn("/permission/bad");
  expect(bad.texts.join("")).toBe(Array.from({ length: 20 }, (_, i) => `bad ${i}\n`).join(""));
  const errors = log.lines.filter(({ level }) => level === "error").map(({ message }) => message);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("/permission/bad");
});

test("a directory without space stalls no other, and is written to when there is some", async () => {
  for (const dir of ["full", "free"]) {
    await cluster.mkdirs(`/quota/${dir}`);
    await cluster.chown(`/quota/${dir}`, "flume");
  }
  const { sink } = await start("/quota");
  expect(await sink.deliver([...into("full", "0"), ...into("free", "0")])).toBeUndefined();
  await cluster.setSpaceQuota("/quota/full", 1);
  // The open file has its block: the quota is met by the next one.
  const { sink: other } = await start("/quota", { filePrefix: "Other" });
  const heldBack = await other.deliver([...into("full", "1", "2"), ...into("free", "1")]);
  expect(heldBack?.waiting.size).toBe(2);
  await cluster.setSpaceQuota("/quota/full", undefined);
  await heldBack!.later;
  await Promise.all([sink.stop(), other.stop()]);
  const { names, texts } = await textsIn("/quota/full");
  expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect(texts.join("")).toBe("0\n1\n2\n");
});
