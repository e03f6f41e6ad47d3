import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HdfsFileSystem } from "../../runtime/hdfs/hdfs-file-system.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { seeded } from "../servers/seed.ts";
import { clientOf, contentOf } from "./client.ts";

let cluster: HdfsCluster;
let hdfs: HdfsFileSystem;

beforeAll(async () => {
  cluster = await startHdfs();
  hdfs = clientOf(cluster);
});

afterAll(async () => {
  await hdfs?.close();
  await cluster?.close();
});

/** Bytes that differ from place to place. */
function bytesOf(length: number, from = 0): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) bytes[at] = Math.imul(at + from, 2_654_435_761) >>> 24;
  return bytes;
}

/** Writes pieces of the given lengths, with a flush after each, and compares what Hadoop's client reads. */
async function writeFlushed(path: string, lengths: readonly number[], blockSize?: number): Promise<void> {
  const file = await hdfs.create(path, blockSize === undefined ? {} : { blockSize });
  let written = 0;
  for (const length of lengths) {
    const bytes = bytesOf(length, written);
    await file.write(bytes);
    bytes.fill(0); // they may be changed once it resolves
    written += length;
    await file.hflush();
  }
  await file.close();
  expect(file.length).toBe(written);
  expect((await contentOf(cluster, path)).equals(bytesOf(written)), path).toBe(true);
}

describe("what is written is what is read", () => {
  test("nothing", async () => {
    const file = await hdfs.create("/nothing");
    await file.hflush();
    await file.hsync();
    await file.close();
    expect(await hdfs.list("/nothing")).toMatchObject([{ length: 0, isDirectory: false }]);
  });

  test("flushes around every boundary of chunks", async () => {
    const around = [0, 512, 1_024, 2_048].flatMap((size) => [-2, -1, 0, 1, 2].map((step) => size + step));
    const lengths = around.filter((length) => length > 0);
    for (const first of lengths) await writeFlushed(`/chunks/${first}`, [first, 1, ...lengths, first, 512]);
  });

  test("every size from 1 to 1,100, one flush after the other in one file", async () => {
    await writeFlushed(
      "/every-size",
      Array.from({ length: 1_100 }, (_, size) => size + 1),
    );
  });

  test("sizes around that of a packet, flushed and not", async () => {
    const packet = 126 * 512;
    const sizes = [-513, -512, -511, -1, 0, 1, 511, 512, 513].map((step) => packet + step);
    await writeFlushed("/packets", [3, ...sizes, 2 * packet, 5 * packet + 7]);
    const file = await hdfs.create("/packets-unflushed");
    const all = bytesOf(sizes.reduce((sum, size) => sum + size));
    for (let at = 0, index = 0; at < all.length; at += sizes[index++]!) {
      await file.write(all.subarray(at, at + sizes[index]!));
    }
    await file.close();
    expect((await contentOf(cluster, "/packets-unflushed")).equals(all)).toBe(true);
  });

  test("over many blocks, flushed on, before and behind their ends", async () => {
    const block = 64 * 1_024;
    await writeFlushed("/blocks", [block, block - 1, 1, block + 1, 3 * block, 100, block - 100, 5], block);
    await writeFlushed("/odd-block-size", [1_500, 1_025, 10_000], 1_025);
  });

  test("random pieces, flushes and syncs", async () => {
    const random = seeded("random pieces");
    for (let round = 0; round < 5; round++) {
      const path = `/random/${round}`;
      const file = await hdfs.create(path, { blockSize: 1_024 * random(1, 300) });
      let written = 0;
      for (let piece = 0; piece < 300; piece++) {
        const length = random(0, 9) === 0 ? random(0, 200_000) : random(0, 1_500);
        await file.write(bytesOf(length, written));
        written += length;
        const then = random(0, 9);
        if (then < 5) await file.hflush();
        if (then === 5) await file.hsync();
      }
      await file.close();
      expect((await contentOf(cluster, path)).equals(bytesOf(written)), path).toBe(true);
    }
  });

  test("what was flushed is read while the file is open", async () => {
    const file = await hdfs.create("/open");
    await file.write(bytesOf(700));
    await file.hflush();
    expect((await contentOf(cluster, "/open")).equals(bytesOf(700))).toBe(true);
    expect(file.replicas).toBe(1);
    await file.write(bytesOf(100, 700));
    await file.hsync();
    await file.hsync();
    expect((await contentOf(cluster, "/open")).equals(bytesOf(800))).toBe(true);
    await file.close();
  });

  test("300 files at once", async () => {
    const paths = Array.from({ length: 300 }, (_, index) => `/many/${index}`);
    await Promise.all(
      paths.map(async (path, index) => {
        const file = await hdfs.create(path);
        await file.write(bytesOf(1_000 + index));
        await file.hflush();
        await file.write(bytesOf(10, 1_000 + index));
        await file.close();
      }),
    );
    const listed = await hdfs.list("/many");
    expect(new Map(listed.map(({ path, length }) => [path, length]))).toEqual(
      new Map(paths.map((path, index) => [path, 1_010 + index])),
    );
    expect((await contentOf(cluster, "/many/299")).equals(bytesOf(1_309))).toBe(true);
  });
});

describe("names", () => {
  test("a file that exists is not written over, be it closed or open", async () => {
    const file = await hdfs.create("/there/once");
    await expect(hdfs.create("/there/once")).rejects.toMatchObject({
      exception: "FileAlreadyExistsException",
    });
    const other = clientOf(cluster);
    await expect(other.create("/there/once")).rejects.toMatchObject({
      exception: "FileAlreadyExistsException",
    });
    await file.close();
    await expect(other.create("/there/once")).rejects.toMatchObject({
      exception: "FileAlreadyExistsException",
    });
    await other.close();
  });

  test("rename says whether it was done, and writes over nothing", async () => {
    for (const path of ["/names/a.tmp", "/names/b"]) await (await hdfs.create(path)).close();
    expect(await hdfs.rename("/names/none", "/names/c")).toBe(false);
    expect(await hdfs.rename("/names/a.tmp", "/names/b")).toBe(false);
    expect(await hdfs.rename("/names/a.tmp", "/names/a")).toBe(true);
    expect(await hdfs.exists("/names/a")).toBe(true);
    expect(await hdfs.exists("/names/a.tmp")).toBe(false);
    expect((await hdfs.list("/names")).map(({ path }) => path)).toEqual(["/names/a", "/names/b"]);
    expect(await hdfs.delete("/names")).toBe(true);
    expect(await hdfs.delete("/names")).toBe(false);
    expect(await hdfs.list("/names")).toEqual([]);
  });

  test("a directory of more files than one answer holds", async () => {
    const few = await startListing(1_005);
    expect(few).toHaveLength(1_005);
    expect(new Set(few.map(({ path }) => path)).size).toBe(1_005);
  });

  async function startListing(count: number) {
    await Promise.all(
      Array.from({ length: count }, async (_, index) => (await hdfs.create(`/listing/${index}`)).close()),
    );
    return await hdfs.list("//listing/");
  }

  test("a closed file is cut in mid-chunk and in mid-block, one that is shorter is left", async () => {
    const file = await hdfs.create("/cut", { blockSize: 4_096 });
    await file.write(bytesOf(10_000));
    await file.close();
    for (const length of [20_000, 10_000, 9_999, 8_192, 700, 0]) {
      await hdfs.truncate("/cut", length);
      expect(
        (await contentOf(cluster, "/cut")).equals(bytesOf(Math.min(length, 10_000))),
        String(length),
      ).toBe(true);
    }
  });
});

describe("users", () => {
  test("whoever may not write is told so", async () => {
    const stranger = clientOf(cluster, { user: { effective: "stranger", real: undefined } });
    await expect(stranger.create("/forbidden/file")).rejects.toMatchObject({
      exception: "AccessControlException",
      message: expect.stringContaining("user=stranger"),
    });
    await stranger.close();
  });

  test("files belong to the user for whom the program acts", async () => {
    await cluster.mkdirs("/of-flume");
    await cluster.chown("/of-flume", "flume");
    const proxy = clientOf(cluster, { user: { effective: "flume", real: cluster.superuser } });
    await (await proxy.create("/of-flume/file")).close();
    await proxy.close();
    expect(String(await cluster.tools.run("dfs", "-stat", "%u", "/of-flume/file")).trim()).toBe("flume");
  });

  test("files have the permissions and the replicas that Hadoop's own client gives them", async () => {
    await (await hdfs.create("/permissions")).close();
    const said = String(await cluster.tools.run("dfs", "-stat", "%a %r %o", "/permissions")).trim();
    expect(said).toBe(`644 1 ${128 * 1_024 * 1_024}`);
  });

  test("a full quota is an error that says so", async () => {
    await cluster.mkdirs("/quota");
    await cluster.setSpaceQuota("/quota", 1_024);
    const file = await hdfs.create("/quota/file", { blockSize: 4_096 });
    await expect(file.write(bytesOf(5_000))).rejects.toMatchObject({ exception: "DSQuotaExceededException" });
    await file.abandon();
    expect(await hdfs.list("/quota")).toMatchObject([{ length: 0 }]);
  });
});
