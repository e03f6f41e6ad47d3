import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Log, LogOutput } from "../../runtime/agent/log.ts";
import type { OutputFile } from "../../runtime/hdfs/file-system.ts";
import type { HdfsFileSystem } from "../../runtime/hdfs/hdfs-file-system.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { reap } from "../../scripts/servers/reaper.ts";
import { FaultyRelay } from "../servers/faulty-relay.ts";
import { seeded } from "../servers/seed.ts";
import { clientOf, contentOf } from "./client.ts";

// One NameNode, one DataNode, and each of them, or the writer, ended at the worst moment.

let cluster: HdfsCluster;
const clients: HdfsFileSystem[] = [];

beforeAll(async () => {
  // Daemons hang up on silent peers after 2 s instead of 60.
  cluster = await startHdfs({ properties: { "dfs.client.socket-timeout": 2_000 } });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  // Whatever a test has left of it, the next one finds it whole.
  cluster.dataNode.signal("SIGCONT");
  await Promise.all([cluster.nameNode.start(), cluster.dataNode.start()]);
  await cluster.waitUntilReady();
});

afterAll(async () => {
  await cluster?.close();
});

function client(options: Parameters<typeof clientOf>[1] = {}): HdfsFileSystem {
  const hdfs = clientOf(cluster, { socketTimeout: 2_000, ...options });
  clients.push(hdfs);
  return hdfs;
}

/** A log, and the lines that it gets, without their time. */
function captured(): { log: Log; said: string[] } {
  const said: string[] = [];
  return {
    log: new Log(
      new LogOutput("info", "text", (line) => said.push(line.slice(25).trim())),
      "sink1",
      undefined,
    ),
    said,
  };
}

/** Numbered lines: what is lost or torn shows. */
class Lines {
  #next = 0;
  #text = "";

  next(count: number): Buffer {
    let text = "";
    for (let line = 0; line < count; line++) text += `line ${this.#next++} ${"x".repeat(this.#next % 90)}\n`;
    this.#text += text;
    return Buffer.from(text);
  }

  get all(): Buffer {
    return Buffer.from(this.#text);
  }
}

/** Writes and flushes until that fails; returns how many bytes were flushed by then. */
async function writeUntilItFails(
  file: OutputFile,
  lines: Lines,
  flushed: (bytes: number) => void,
): Promise<number> {
  let durable = 0;
  try {
    for (;;) {
      await file.write(lines.next(200));
      const { length } = file;
      await file.hflush();
      durable = length;
      flushed(durable);
    }
  } catch {
    return durable;
  }
}

/** The file holds at least what was flushed, and nothing that was not written. */
async function expectFlushed(path: string, lines: Lines, flushed: number): Promise<void> {
  const content = await contentOf(cluster, path);
  expect(content.length).toBeGreaterThanOrEqual(flushed);
  expect(content.equals(lines.all.subarray(0, content.length)), path).toBe(true);
}

async function untilClosed(hdfs: HdfsFileSystem, path: string): Promise<void> {
  await cluster.nameNode.waitUntil(() => hdfs.recoverLease(path));
}

describe("the writer is killed", () => {
  test("and another process closes its file, with all that was flushed", async () => {
    const random = seeded("kill -9 of the writer");
    const hdfs = client();
    for (let round = 0; round < 5; round++) {
      const path = `/killed/${round}`;
      const flushes = round === 0 ? 1 : random(2, 200);
      const lines = await killedAfter(path, flushes);
      await untilClosed(hdfs, path);
      const content = String(await contentOf(cluster, path)).split("\n");
      const expected = (number: number) => `line ${number} of the writer that will be killed`;
      // A block ends in the midst of a line: its rest may have been on its way.
      const torn = content.pop()!;
      expect(expected(content.length).startsWith(torn), torn).toBe(true);
      expect(content.length).toBeGreaterThanOrEqual(lines);
      content.forEach((line, number) => {
        expect(line).toBe(expected(number));
      });
      expect(await hdfs.rename(path, `${path}.done`)).toBe(true);
    }
  });

  /** Resolves with how many lines the writer said were flushed, once it is dead. */
  async function killedAfter(path: string, flushes: number): Promise<number> {
    const writer: ChildProcess = spawn(
      process.execPath,
      [
        fileURLToPath(new URL("writer.ts", import.meta.url)),
        String(cluster.nameNode.port),
        cluster.superuser,
        path,
        "100",
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    reap.process(writer.pid!);
    const ended = once(writer, "exit");
    let lines = 0;
    let count = 0;
    for await (const line of createInterface({ input: writer.stdout! })) {
      lines = Number(line);
      if (++count === flushes) writer.kill("SIGKILL");
    }
    await ended;
    reap.ended(writer.pid!);
    return lines;
  }
});

describe("the DataNode is killed", () => {
  test("in the middle of writing: what was flushed is there once it is back and the file was given up", async () => {
    const hdfs = client({ callTimeout: 60_000 });
    const lines = new Lines();
    const file = await hdfs.create("/datanode/killed", { blockSize: 64 * 1_024 });
    let killed: Promise<void> | undefined;
    const flushed = await writeUntilItFails(file, lines, (bytes) => {
      if (bytes > 200_000) killed ??= cluster.dataNode.kill();
    });
    await killed;
    expect(flushed).toBeGreaterThan(200_000);
    await expect(file.write(Buffer.from("more"))).rejects.toThrow(/DataNodes|DataNode/);
    const abandoned = file.abandon();
    await cluster.dataNode.start();
    await abandoned;
    await expectFlushed("/datanode/killed", lines, flushed);
    await hdfs.delete("/datanode");
  });

  test("before anything was flushed: giving the file up does not wait for it", async () => {
    const hdfs = client();
    const file = await hdfs.create("/datanode/early");
    await file.write(Buffer.alloc(100_000));
    await cluster.dataNode.kill();
    await expect(file.hflush()).rejects.toThrow();
    await file.abandon();
    expect(await hdfs.list("/datanode")).toMatchObject([{ length: 0 }]);
    await cluster.dataNode.start();
    await cluster.waitUntilReady();
  });

  test("and a new file fails in time, and is written as soon as it is back", async () => {
    const hdfs = client({ callTimeout: 5_000 });
    await cluster.dataNode.kill();
    const file = await hdfs.create("/datanode/none");
    await file.write(Buffer.from("one"));
    await expect(file.hflush()).rejects.toThrow(/could only be written.*DataNode .*ECONNREFUSED/);
    await file.abandon();
    await cluster.dataNode.start();
    await cluster.waitUntilReady();
    const again = await hdfs.create("/datanode/again");
    await again.write(Buffer.from("two"));
    await again.hflush();
    await again.close();
    expect(String(await contentOf(cluster, "/datanode/again"))).toBe("two");
  });

  test("hangs: the flush fails after the call's time, and giving up lets go of it", async () => {
    const hdfs = client({ callTimeout: 5_000 });
    const file = await hdfs.create("/datanode/hangs");
    const lines = new Lines();
    await file.write(lines.next(100));
    await file.hflush();
    const flushed = file.length;
    cluster.dataNode.signal("SIGSTOP");
    await file.write(lines.next(100));
    await expect(file.hflush()).rejects.toThrow("no acknowledgement within 5000 ms");
    const abandoned = expect(file.abandon()).rejects.toThrow("cannot be closed yet");
    await abandoned;
    cluster.dataNode.signal("SIGCONT");
    await cluster.nameNode.waitUntil(() =>
      file.abandon().then(
        () => true,
        () => false,
      ),
    );
    await expectFlushed("/datanode/hangs", lines, flushed);
  });
});

describe("silence", () => {
  test("a file to which nothing is written for longer than a DataNode waits stays open", async () => {
    const hdfs = client();
    const lines = new Lines();
    const file = await hdfs.create("/silence");
    await file.write(lines.next(10));
    await file.hflush();
    const from = performance.now();
    await cluster.dataNode.waitUntil(async () => performance.now() - from > 7_000); // three times its patience
    await file.write(lines.next(10));
    await file.hflush();
    await file.close();
    expect((await contentOf(cluster, "/silence")).equals(lines.all)).toBe(true);
  });
});

describe("the NameNode is killed", () => {
  test("and comes back while a file is written, over ends of blocks: nothing fails", async () => {
    const { log, said } = captured();
    const hdfs = client({ callTimeout: 60_000, log });
    const lines = new Lines();
    const file = await hdfs.create("/namenode/while", { blockSize: 64 * 1_024 });
    await file.write(lines.next(500));
    await file.hflush();
    await cluster.nameNode.kill();
    const written = (async () => {
      for (let flush = 0; flush < 50; flush++) {
        await file.write(lines.next(100));
        await file.hflush();
      }
      await file.close();
    })();
    await cluster.nameNode.start();
    await written;
    await cluster.waitUntilReady();
    expect((await contentOf(cluster, "/namenode/while")).equals(lines.all)).toBe(true);
    expect(said).toEqual([
      expect.stringMatching(
        /^ERROR .* does not answer: NameNode localhost:\d+: .*; trying again until it does$/,
      ),
      expect.stringMatching(/^INFO .* answers again, after \d+ s$/),
    ]);
  });

  test("leases that cannot be renewed are told of once, and once when they are again", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const { log, said } = captured();
      const hdfs = client({ callTimeout: 3_000, log });
      const of = (what: string) => said.filter((line) => line.includes(`: leases of open files ${what}`));
      const file = await hdfs.create("/namenode/leases");
      await cluster.nameNode.kill();
      vi.advanceTimersByTime(30_000);
      await cluster.dataNode.waitUntil(async () => of("cannot be renewed").length === 1);
      vi.advanceTimersByTime(30_000);
      await cluster.nameNode.start();
      await cluster.waitUntilReady();
      await cluster.dataNode.waitUntil(async () => {
        vi.advanceTimersByTime(30_000);
        return of("are renewed again").length === 1;
      });
      expect(of("cannot be renewed")).toHaveLength(1);
      await file.close();
    } finally {
      vi.useRealTimers();
    }
  });

  test("together with the writer, right after the first flush: its bytes are there", async () => {
    const hdfs = client();
    const file = await hdfs.create("/namenode/first-flush");
    await file.write(Buffer.from("the first bytes"));
    await file.hflush();
    await cluster.nameNode.kill();
    await hdfs.close();
    await cluster.nameNode.start();
    await cluster.waitUntilReady();
    const other = client();
    await untilClosed(other, "/namenode/first-flush");
    expect(String(await contentOf(cluster, "/namenode/first-flush"))).toBe("the first bytes");
  });

  test("a rename that was under way is done once, and says so", async () => {
    const hdfs = client({ callTimeout: 60_000 });
    await (await hdfs.create("/namenode/from")).close();
    await cluster.nameNode.kill();
    const renamed = hdfs.rename("/namenode/from", "/namenode/to");
    await cluster.nameNode.start();
    // The NameNode is in safe mode at first: an answer, with which the caller may come again.
    const done = await renamed.catch((error: { exception: string }) => error.exception);
    expect([true, "SafeModeException"]).toContain(done);
    await cluster.waitUntilReady();
    if (done !== true) expect(await hdfs.rename("/namenode/from", "/namenode/to")).toBe(true);
    expect(await hdfs.exists("/namenode/to")).toBe(true);
  });

  test.each(["half", "reset"] as const)(
    "answers are lost (%s): a call that was done is not done again",
    async (fault) => {
      const port = await freePort();
      const relay = await FaultyRelay.start(port, cluster.nameNode.port);
      const direct = client();
      const hdfs = client({ nameNodes: [{ host: "127.0.0.1", port }] });
      const file = await hdfs.create(`/namenode/${fault}/file`);
      await file.write(Buffer.from("all"));
      await file.close();
      relay.fault = fault;
      const calls = [
        hdfs.rename(`/namenode/${fault}/file`, `/namenode/${fault}/renamed`),
        hdfs.create(`/namenode/${fault}/created`),
      ] as const;
      if (fault === "half") {
        for (const name of ["renamed", "created"]) {
          await cluster.nameNode.waitUntil(() => direct.exists(`/namenode/${fault}/${name}`));
        }
      }
      relay.fault = undefined;
      const [renamed, created] = await Promise.all(calls);
      expect(renamed).toBe(true);
      await created.write(Buffer.from("whole"));
      await created.close();
      expect(String(await contentOf(cluster, `/namenode/${fault}/created`))).toBe("whole");
      relay.close();
    },
  );

  test("in safe mode changes are refused by that name", async () => {
    const hdfs = client();
    await cluster.enterSafeMode();
    await expect(hdfs.create("/namenode/safe")).rejects.toMatchObject({ exception: "SafeModeException" });
    await cluster.leaveSafeMode();
    await (await hdfs.create("/namenode/safe")).close();
  });

  test("for good: calls fail when their time is over", async () => {
    const hdfs = client({ callTimeout: 1_000 });
    await cluster.nameNode.kill();
    await expect(hdfs.exists("/namenode")).rejects.toThrow(/NameNode .*ECONNREFUSED/);
    const waiting = client({ callTimeout: 0 });
    const call = expect(waiting.exists("/namenode")).rejects.toThrow("was closed");
    await waiting.close();
    await call;
    await cluster.nameNode.start();
    await cluster.waitUntilReady();
  });
});

describe("giving up", () => {
  test("a file that was never written to", async () => {
    const hdfs = client();
    const file = await hdfs.create("/given-up/empty");
    await file.abandon();
    await file.abandon();
    await expect(file.hflush()).rejects.toThrow("was given up");
    expect(await hdfs.rename("/given-up/empty", "/given-up/done")).toBe(true);
  });

  test("a file that somebody has deleted", async () => {
    const hdfs = client();
    const file = await hdfs.create("/given-up/deleted");
    await file.write(Buffer.from("something"));
    await file.hflush();
    await hdfs.delete("/given-up");
    await expect(file.close()).rejects.toMatchObject({
      exception: expect.stringMatching(/Lease|FileNotFound/),
    });
    await file.abandon();
  });

  test("a file that another client has taken", async () => {
    const hdfs = client();
    const other = client();
    const file = await hdfs.create("/given-up/taken");
    await file.write(Buffer.from("something"));
    await file.hflush();
    await untilClosed(other, "/given-up/taken");
    await expect(
      (async () => {
        await file.write(Buffer.from(" else"));
        await file.hflush();
        await file.close();
      })(),
    ).rejects.toThrow();
    await file.abandon();
    expect(String(await contentOf(cluster, "/given-up/taken"))).toMatch(/^something( else)?$/);
  });
});
