import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { OutputFile } from "../../runtime/hdfs/file-system.ts";
import { hadoopFileSystem } from "../../runtime/hdfs/hadoop.ts";
import type { HdfsFileSystem } from "../../runtime/hdfs/hdfs-file-system.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { sinkContext } from "../runtime/contexts.ts";
import { clientOf, contentOf } from "./client.ts";

// Two NameNodes and three DataNodes: what a client does while some of them are gone.

let cluster: HdfsCluster;
const clients: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  cluster = await startHdfs({
    highAvailability: true,
    dataNodes: 3,
    properties: {
      // Three on two cores are never equally busy: place a replica on each all the same.
      "dfs.namenode.redundancy.considerLoad": false,
      // A DataNode that recovers a block looks for a dead one for 2 s, where Hadoop's default makes that 10.
      "ipc.client.connect.max.retries": 40,
    },
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const daemon of [...cluster.dataNodes, ...cluster.nameNodes]) await daemon.start();
  if ((await cluster.activeNameNode()) === undefined) await cluster.transitionToActive(cluster.nameNode);
  await cluster.waitUntilReady();
});

afterAll(async () => {
  await cluster?.close();
});

function client(options: Parameters<typeof clientOf>[1] = {}): HdfsFileSystem {
  const hdfs = clientOf(cluster, options);
  clients.push(hdfs);
  return hdfs;
}

const piece = Buffer.from(Array.from({ length: 10_007 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24));

/** Writes and flushes so many pieces. */
async function write(file: OutputFile, pieces: number): Promise<void> {
  for (let count = 0; count < pieces; count++) {
    await file.write(piece);
    await file.hflush();
  }
}

/** The file holds at least so many pieces, and nothing else. */
async function expectPieces(path: string, atLeast: number): Promise<void> {
  const content = await contentOf(cluster, path);
  expect(content.length).toBeGreaterThanOrEqual(atLeast * piece.length);
  const pieces = Math.ceil(content.length / piece.length);
  const all = Buffer.concat(Array.from({ length: pieces }, () => piece));
  expect(content.equals(all.subarray(0, content.length)), path).toBe(true);
}

describe("three replicas", () => {
  test("of every block, over ends of blocks", async () => {
    const hdfs = client();
    const file = await hdfs.create("/replicas/all", { blockSize: 64 * 1_024 });
    await write(file, 20);
    expect(file.replicas).toBe(3);
    await file.hsync();
    await file.close();
    await expectPieces("/replicas/all", 20);
  });

  test.each([0, 1, 2])(
    "DataNode %i is killed in mid-write: the file is given up with all that was flushed",
    async (which) => {
      // The NameNode may send the dead DataNode to recover the block, and waits 30 heartbeats before it sends another.
      const hdfs = client({ callTimeout: 70_000 });
      const path = `/replicas/killed-${which}`;
      const file = await hdfs.create(path);
      await write(file, 20);
      await cluster.dataNodes[which]!.kill();
      await expect(write(file, 1_000)).rejects.toThrow(/^DataNodes/);
      await file.abandon();
      await expectPieces(path, 20);
      // The next file does without it: the NameNode may name it for some time yet.
      const next = await hdfs.create(`${path}-next`);
      await write(next, 5);
      expect(next.replicas).toBe(2);
      await next.close();
      await expectPieces(`${path}-next`, 5);
    },
  );

  test("two of three DataNodes are killed: one is enough", async () => {
    const hdfs = client();
    const file = await hdfs.create("/replicas/two-killed");
    await write(file, 5);
    await Promise.all([cluster.dataNodes[0]!.kill(), cluster.dataNodes[2]!.kill()]);
    await expect(write(file, 1_000)).rejects.toThrow(/^DataNodes/);
    // Who is to recover the block may be one of the dead, for half a minute: nobody waits for that here.
    const next = await hdfs.create("/replicas/one-left");
    await write(next, 5);
    expect(next.replicas).toBe(1);
    await next.close();
  });
});

describe("two NameNodes", () => {
  test("a fail-over while a file is written, over ends of blocks: nothing fails", async () => {
    const hdfs = client({ callTimeout: 60_000 });
    const [first, second] = cluster.nameNodes;
    const file = await hdfs.create("/pair/fail-over", { blockSize: 64 * 1_024 });
    await write(file, 10);
    const written = write(file, 100);
    await cluster.transitionToActive(second!);
    await written;
    await first!.kill();
    await write(file, 10);
    await file.close();
    expect(await hdfs.rename("/pair/fail-over", "/pair/renamed")).toBe(true);
    await first!.start();
    await expectPieces("/pair/renamed", 120);
    await cluster.transitionToActive(first!);
    expect(await hdfs.exists("/pair/renamed")).toBe(true);
  });

  test("both standby for a while: calls wait", async () => {
    const hdfs = client({ callTimeout: 60_000 });
    const file = await hdfs.create("/pair/standby");
    await cluster.transitionToStandby((await cluster.activeNameNode())!);
    const written = write(file, 3).then(() => file.close());
    const impatient = client({ callTimeout: 500 });
    await expect(impatient.exists("/pair/standby")).rejects.toMatchObject({ exception: "StandbyException" });
    await cluster.transitionToActive(cluster.nameNodes[1]!);
    await written;
    await expectPieces("/pair/standby", 3);
  });

  test("are found through HADOOP_CONF_DIR, for a path with the nameservice and for one without scheme", async () => {
    const before = process.env.HADOOP_CONF_DIR;
    process.env.HADOOP_CONF_DIR = cluster.configurationDirectory;
    try {
      for (const uri of [`${cluster.uri}/configured`, "/configured", "hdfs:///configured"]) {
        const hdfs = hadoopFileSystem(sinkContext(), { uri, callTimeout: 20_000 });
        clients.push(hdfs);
        expect(hdfs.uri).toBe(cluster.uri);
        const file = await hdfs.create(`/configured/${encodeURIComponent(uri)}`);
        await write(file, 1);
        expect(file.replicas).toBe(3);
        await file.close();
      }
    } finally {
      if (before === undefined) delete process.env.HADOOP_CONF_DIR;
      else process.env.HADOOP_CONF_DIR = before;
    }
  });
});
