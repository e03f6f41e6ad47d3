import { createServer, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebHdfsFileSystem } from "../../runtime/hdfs/web-hdfs.ts";
import { FileFinisher } from "../../runtime/sinks/hdfs/file-finisher.ts";
import { OpenFiles } from "../../runtime/sinks/hdfs/open-files.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { jmxBean } from "../../scripts/servers/hdfs-daemon.ts";
import { listHdfs } from "../../scripts/servers/hdfs-files.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { logged, sinkContext } from "../runtime/contexts.ts";
import { hdfsSinkOptions, temporaryFolder } from "../runtime/hdfs-sink-rig.ts";
import { HdfsWriter } from "../runtime/hdfs-writers.ts";
import { contentOf } from "./client.ts";

let cluster: HdfsCluster;
const clients: WebHdfsFileSystem[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  cluster = await startHdfs();
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const server of servers.splice(0)) server.close();
});

afterAll(async () => {
  await cluster?.close();
});

function client(
  ports: readonly number[] = [cluster.nameNode.httpPort],
  callTimeout = 10_000,
): WebHdfsFileSystem {
  const hdfs = new WebHdfsFileSystem({
    uri: cluster.webHdfsUri,
    secure: false,
    nameNodes: ports.map((port) => ({ host: "localhost", port })),
    user: { effective: cluster.superuser, real: undefined },
    callTimeout,
  });
  clients.push(hdfs);
  return hdfs;
}

/** Bytes that differ from place to place. */
function bytesOf(length: number, from = 0): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) bytes[at] = Math.imul(at + from, 2_654_435_761) >>> 24;
  return bytes;
}

/** A NameNode's HTTP address of which the first answer to some operation is changed or lost. */
async function faultyNameNode(
  change: (operation: string, location: string | undefined) => string | "lost" | undefined,
) {
  const port = await freePort();
  const server = createServer(async (request, response) => {
    const url = `http://localhost:${cluster.nameNode.httpPort}${request.url}`;
    const answer = await fetch(url, { method: request.method ?? "GET", redirect: "manual" });
    const location = answer.headers.get("location") ?? undefined;
    const operation = new URL(url).searchParams.get("op") ?? "";
    const changed = change(operation, location);
    if (changed === "lost") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, location === undefined ? {} : { location: changed ?? location });
    response.end(await answer.text());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return port;
}

describe("WebHDFS", () => {
  test("a file is there when it is closed, byte for byte", async () => {
    const hdfs = client();
    expect(hdfs.commitsOnClose).toBe(true);
    const path = "/web/a name with %41, + and ü?&#";
    const file = await hdfs.create(path);
    let written = 0;
    for (const length of [1, 511, 513, 0, 100_000, 3_000_000]) {
      const bytes = bytesOf(length, written);
      await file.write(bytes);
      bytes.fill(0);
      written += length;
      await file.hflush();
    }
    expect(file.length).toBe(written);
    expect(file.replicas).toBeUndefined();
    await file.close();
    expect((await contentOf(cluster, path)).equals(bytesOf(written))).toBe(true);
    expect(await hdfs.list("/web/")).toEqual([{ path, isDirectory: false, length: written }]);
    await expect(file.write(Buffer.of(1))).rejects.toThrow("is closed");
    await (await hdfs.create("/web/empty")).close();
    expect(await hdfs.list("/web/empty")).toEqual([{ path: "/web/empty", isDirectory: false, length: 0 }]);
  });

  test("names: what exists stays, rename and delete say whether they did something", async () => {
    const hdfs = client();
    for (const path of ["/names/a", "/names/b"]) await (await hdfs.create(path)).close();
    await expect(hdfs.create("/names/a")).rejects.toMatchObject({ exception: "FileAlreadyExistsException" });
    expect(await hdfs.rename("/names/a", "/names/b")).toBe(false);
    expect(await hdfs.rename("/names/none", "/names/c")).toBe(false);
    expect(await hdfs.rename("/names/a", "/names/c")).toBe(true);
    expect(await hdfs.exists("/names/a")).toBe(false);
    expect(await hdfs.exists("/names/c")).toBe(true);
    expect(await hdfs.delete("/names")).toBe(true);
    expect(await hdfs.delete("/names")).toBe(false);
    expect(await hdfs.list("/names")).toEqual([]);
  });

  test("two that make the same file at the same time: one of them is told", async () => {
    const hdfs = client();
    const files = await Promise.allSettled([hdfs.create("/race"), hdfs.create("/race")]);
    const ends = await Promise.allSettled(
      files.map(async (file) => {
        if (file.status === "rejected") throw file.reason;
        await file.value.write(Buffer.from("mine"));
        await file.value.close();
      }),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = ends.find((end) => end.status === "rejected");
    expect(refused?.reason).toMatchObject({ exception: expect.stringMatching(/Already/) });
    expect(String(await contentOf(cluster, "/race"))).toBe("mine");
  });

  test("whoever may not write is told so when the file is made", async () => {
    const stranger = new WebHdfsFileSystem({
      uri: cluster.webHdfsUri,
      secure: false,
      nameNodes: [{ host: "localhost", port: cluster.nameNode.httpPort }],
      user: { effective: "stranger", real: undefined },
      callTimeout: 10_000,
    });
    clients.push(stranger);
    await expect(
      stranger.create("/forbidden").then(async (file) => {
        await file.close();
      }),
    ).rejects.toMatchObject({ exception: "AccessControlException" });
  });

  test("a file that is given up is gone", async () => {
    const hdfs = client();
    const file = await hdfs.create("/given-up");
    await file.write(bytesOf(200_000));
    await file.abandon();
    await file.abandon();
    expect(await hdfs.exists("/given-up")).toBe(false);
    await expect(file.close()).rejects.toThrow("was given up");
  });

  test("the DataNode is killed in mid-write: the file fails, and is gone when it was given up", async () => {
    const hdfs = client();
    const file = await hdfs.create("/killed");
    await file.write(bytesOf(200_000));
    await cluster.dataNode.kill();
    await expect(
      (async () => {
        for (let piece = 0; piece < 100; piece++) await file.write(bytesOf(200_000));
        await file.close();
      })(),
    ).rejects.toThrow();
    await file.abandon();
    expect(await hdfs.exists("/killed")).toBe(false);
    await cluster.dataNode.start();
    await cluster.waitUntilReady();
  });

  test("a DataNode that cannot be reached is not asked again", async () => {
    const dead = await freePort();
    const excluded: string[] = [];
    let first = true;
    const port = await faultyNameNode((operation, location) => {
      if (operation !== "CREATE" || !first || location === undefined) return undefined;
      first = false;
      excluded.push(location);
      return location.replace(/:\d+\//, `:${dead}/`);
    });
    const hdfs = client([port]);
    // The only DataNode is left out then, and the NameNode says that there is no other.
    await expect(hdfs.create("/unreachable")).rejects.toThrow(/find datanode|DataNode/i);
    expect(excluded).toHaveLength(1);
  });

  test("the answer to a rename is lost: it was done, and says so", async () => {
    let lost = 0;
    const port = await faultyNameNode((operation) =>
      operation === "RENAME" && lost++ === 0 ? "lost" : undefined,
    );
    const hdfs = client([port]);
    await (await hdfs.create("/lost/from")).close();
    expect(await hdfs.rename("/lost/from", "/lost/to")).toBe(true);
    expect(lost).toBe(1);
  });

  test("a NameNode that is down: the other one is asked; none: the call fails in time", async () => {
    const down = await freePort();
    expect(await client([down, cluster.nameNode.httpPort]).exists("/")).toBe(true);
    await expect(client([down], 300).exists("/")).rejects.toThrow(/NameNode localhost:.*ECONNREFUSED/);
    const silent = createTcpServer(() => undefined);
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, "localhost", resolve));
    await expect(client([port], 300).exists("/")).rejects.toThrow(/NameNode localhost/);
    silent.close();
  });
});

describe("what a killed run leaves over WebHDFS", () => {
  const inUse = async (directory: string) =>
    (await listHdfs(cluster, directory)).filter(({ path }) => path.endsWith(".tmp"));

  /** Bytes that the DataNode has taken so far. */
  const written = async () => {
    const activity = await jmxBean(
      cluster.dataNode.httpPort,
      "Hadoop:service=DataNode,name=DataNodeActivity*",
    );
    return Number(activity?.BytesWritten);
  };

  test("is deleted by the next one: nothing of a file that is not closed was delivered", async () => {
    const state = await temporaryFolder();
    const before = await written();
    const killed = new HdfsWriter(cluster.webHdfsUri, "/left", state, 0, 4_000, 1);
    // Its two files stay open: they are rolled after 3,000 lines, and it has 2,000 for each, 110 bytes on the average.
    await cluster.nameNode.waitUntil(async () => (await inUse("/left")).length === 2);
    await cluster.dataNode.waitUntil(async () => (await written()) - before > 200_000);
    await killed.kill();
    expect(killed.delivered).toBe(0);
    // The DataNode closes them with what it has.
    await cluster.nameNode.waitUntil(async () => (await inUse("/left")).some(({ length }) => length > 0));
    const left = await inUse("/left");
    expect(left).toHaveLength(2);
    const next = new HdfsWriter(cluster.webHdfsUri, "/left", state, 4_000, 10, 0);
    await next.until(() => next.log.split("nothing in it was delivered").length > 2);
    expect(await next.stop(), next.log).toBe(0);
    for (const { path } of left) expect(next.log).toContain(`deleted ${path}, which was left open`);
    expect(await listHdfs(cluster, "/left")).toEqual([]);
  });

  test("is renamed where it was closed and delivered, but the rename was not reached", async () => {
    const hdfs = client();
    const log = logged();
    const openFiles = new OpenFiles("", "", () => undefined);
    const finisher = new FileFinisher(sinkContext(log), hdfs, hdfsSinkOptions(""), openFiles);
    const file = await hdfs.create("/renamed/file.tmp");
    await file.write(Buffer.from("delivered\n"));
    await file.close();
    finisher.recover({
      ...openFiles.opened({ inUsePath: "/renamed/file.tmp", finalPath: "/renamed/file" }),
      committed: file.length,
    });
    await cluster.nameNode.waitUntil(async () => openFiles.size === 0);
    expect(String(await contentOf(cluster, "/renamed/file"))).toBe("delivered\n");
    expect(await inUse("/renamed")).toEqual([]);
  });
});
