import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Event, eventOf } from "../../runtime/events/event.ts";
import { HdfsError } from "../../runtime/hdfs/file-system.ts";
import { textSerializer } from "../../runtime/serializers/file-serializer.ts";
import { dataStream } from "../../runtime/sinks/hdfs/file-format.ts";
import { HdfsSink, type HdfsSinkOptions } from "../../runtime/sinks/hdfs/hdfs-sink.ts";
import { logged, sinkContext } from "./contexts.ts";
import { FaultyFileSystem, type FileSystemCall } from "./faulty-file-system.ts";
import { contentsOf, hdfsSinkOptions, temporaryFolder } from "./hdfs-sink-rig.ts";

const lines = dataStream(textSerializer({ appendNewline: true }));

async function rig(changed: Partial<HdfsSinkOptions> = {}, commitsOnClose = false) {
  const directory = await temporaryFolder();
  const log = logged();
  const context = sinkContext(log);
  const out = `${directory}/out`;
  const options = { ...hdfsSinkOptions(`${directory}/state`), path: out, ...changed };
  const fileSystem = new FaultyFileSystem(commitsOnClose);
  const start = () => {
    const sink = new HdfsSink(context, fileSystem, options, lines);
    sink.start();
    return sink;
  };
  const logLines = (level: string) =>
    log.lines.filter((line) => line.level === level).map((line) => line.message);
  return {
    directory,
    out,
    options,
    fileSystem,
    sink: start(),
    start,
    context,
    logLines,
    files: () => contentsOf(out),
    texts: async () => (await contentsOf(out)).map(([, text]) => text),
  };
}

const events = (...texts: string[]): Event[] => texts.map((text) => eventOf(Buffer.from(text)));

/** Events whose header `dir` says where they go. */
const into = (dir: string, ...texts: string[]): Event[] =>
  texts.map((text) => ({ headers: new Map([["dir", dir]]), body: Buffer.from(text) }));

/** Timers that a test moves; the file system's own work takes real turns meanwhile. */
function fakeTimers() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Waits for what the sink does by itself, in real time. */
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe("HDFS sink", () => {
  it("writes under the in-use name, and renames at the stop", async () => {
    const { sink, files, directory, context } = await rig();
    expect(await sink.deliver(events("a", "b"))).toBeUndefined();
    expect(await files()).toEqual([[expect.stringMatching(/^FlumeData\.\d{13}\.tmp$/), "a\nb\n"]]);
    await sink.stop();
    expect(await files()).toEqual([[expect.stringMatching(/^FlumeData\.\d{13}$/), "a\nb\n"]]);
    expect(await readdir(`${directory}/state`)).toEqual([]);
    expect(context.counters).toMatchObject({ ConnectionCreatedCount: 1, ConnectionClosedCount: 1 });
  });

  it("counts on from file to file where size or count end them", async () => {
    const { sink, files } = await rig({ rollCount: 2, fileSuffix: ".csv", inUsePrefix: "_" });
    await sink.deliver(events("1", "2", "3", "4", "5"));
    expect((await files()).at(0)![0]).toMatch(/^FlumeData\.\d+\.csv$/);
    expect((await files()).at(-1)![0]).toMatch(/^_FlumeData\.\d+\.csv\.tmp$/);
    await sink.deliver(events("6"));
    await sink.stop();
    const all = await files();
    expect(all.map(([, text]) => text)).toEqual(["1\n2\n", "3\n4\n", "5\n6\n"]);
    const counters = all.map(([name]) => Number(/^FlumeData\.(\d+)\.csv$/.exec(name)![1]));
    expect(counters).toEqual([counters[0], counters[0]! + 1, counters[0]! + 2]);
  });

  it("rolls by time, and then counts from the new time", async () => {
    fakeTimers();
    const { sink, files, fileSystem } = await rig({ rollInterval: 30_000 });
    const began = Date.now();
    await sink.deliver(events("a"));
    await vi.advanceTimersByTimeAsync(29_999);
    await sink.deliver(events("b"));
    expect(fileSystem.open).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await until(async () => (await files())[0]![0].endsWith(String(began + 1)));
    await vi.advanceTimersByTimeAsync(5000);
    await sink.deliver(events("c"));
    await sink.stop();
    expect(await files()).toEqual([
      [`FlumeData.${began + 1}`, "a\nb\n"],
      [`FlumeData.${began + 35_001}`, "c\n"],
    ]);
  });

  it("closes a file that is idle, not one that gets events", async () => {
    fakeTimers();
    const { sink, files, fileSystem } = await rig({ idleTimeout: 10_000 });
    for (const text of ["a", "b", "c"]) {
      await sink.deliver(events(text));
      await vi.advanceTimersByTimeAsync(9_000);
    }
    expect(fileSystem.open).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await until(async () => (await files())[0]![0].match(/\d$/) !== null);
    expect(await files()).toEqual([[expect.stringMatching(/^FlumeData\.\d+$/), "a\nb\nc\n"]]);
    await sink.stop();
  });

  it("has no more files open than it may, and closes the one least recently used", async () => {
    const dirOf = (event: Event) => event.headers.get("dir")!;
    const { sink, out, options, start, fileSystem } = await rig({ maxOpenFiles: 2 });
    await sink.stop();
    const byDirectory = { ...options, path: (event: Event) => `${out}/${dirOf(event)}` };
    Object.assign(options, byDirectory);
    const other = start();
    await other.deliver([...into("a", "1"), ...into("b", "2")]);
    await other.deliver(into("a", "3"));
    await other.deliver(into("c", "4"));
    const open = async () =>
      (await contentsOf(out)).filter(([name]) => name.endsWith(".tmp")).map(([name]) => name[0]);
    expect(await open()).toEqual(["a", "c"]);
    const many = Array.from({ length: 300 }, (_, i) => into(`d${i % 100}`, String(i))).flat();
    for (let at = 0; at < many.length; at += 50) await other.deliver(many.slice(at, at + 50));
    await other.stop();
    expect(fileSystem.mostOpen).toBe(2);
    const all = (await contentsOf(out)).filter(([name]) => name.startsWith("d"));
    expect(all.flatMap(([, text]) => text.trimEnd().split("\n")).sort()).toEqual(
      many.map((one) => one.body.toString()).sort(),
    );
  });

  it("takes the next counter where a name is taken, also for the final name", async () => {
    fakeTimers();
    const { sink, out, files, logLines } = await rig();
    await mkdir(out);
    const now = Date.now();
    await writeFile(`${out}/FlumeData.${now + 1}.tmp`, "another's");
    await writeFile(`${out}/FlumeData.${now + 2}`, "finished by another");
    await sink.deliver(events("mine"));
    await sink.stop();
    expect(await files()).toEqual([
      [`FlumeData.${now + 1}.tmp`, "another's"],
      [`FlumeData.${now + 2}`, "finished by another"],
      [`FlumeData.${now + 3}`, "mine\n"],
    ]);
    expect(logLines("info").join()).toContain("was taken");
  });

  it("works without its list of open files where that cannot be kept, and says so", async () => {
    const { sink, texts, logLines } = await rig({ stateDirectory: "/dev/null/state" });
    await sink.deliver(events("a"));
    await sink.stop();
    expect(await texts()).toEqual(["a\n"]);
    expect(logLines("warn")).toEqual([
      expect.stringMatching(/^cannot keep the list of open files in .*ENOTDIR/),
    ]);
  });

  it("rolls where replicas are missing, but only 30 times in a row", async () => {
    const { sink, fileSystem, texts, logLines } = await rig({ minBlockReplicas: 2 });
    fileSystem.replicas = 1;
    for (let i = 0; i < 40; i++) await sink.deliver(events(String(i)));
    await sink.stop();
    const all = await texts();
    expect(all.length).toBe(31);
    expect(all.join("").trimEnd().split("\n").map(Number)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(logLines("error").length).toBe(1);
  });
});

describe("HDFS sink in trouble", () => {
  /** Fails the calls of one directory while `isDown`. */
  async function withTrouble(call: FileSystemCall, changed: Partial<HdfsSinkOptions> = {}) {
    const rigged = await rig({ ...changed });
    await rigged.sink.stop();
    const { fileSystem, out, options } = rigged;
    Object.assign(options, { path: (event: Event) => `${out}/${event.headers.get("dir")}` });
    const trouble = { isDown: true, met: 0 };
    fileSystem.before = (which, path) => {
      if (!trouble.isDown || which !== call || !path.includes("/bad/")) return;
      trouble.met++;
      throw new Error(`no ${call}`);
    };
    return { ...rigged, sink: rigged.start(), trouble };
  }

  it.each<FileSystemCall>(["create", "write", "hflush"])(
    "goes on with other directories where %s fails in one, and loses nothing there",
    async (call) => {
      fakeTimers();
      const { sink, trouble, out, logLines, fileSystem } = await withTrouble(call);
      trouble.isDown = false;
      expect(await sink.deliver(into("bad", "0"))).toBeUndefined();
      if (call === "create") {
        fileSystem.before("create", "");
        await sink.stop();
        return;
      }
      trouble.isDown = true;
      const batch = [...into("bad", "1", "2"), ...into("good", "a")];
      const heldBack = await sink.deliver(batch);
      expect([...heldBack!.waiting]).toEqual(batch.slice(0, 2));
      let isDelivered = false;
      void heldBack!.later.then(() => {
        isDelivered = true;
      });
      for (let i = 3; i < 8; i++) {
        const next = await sink.deliver([...into("bad", String(i)), ...into("good", String(i))]);
        expect(next!.waiting.size).toBe(1);
        await vi.advanceTimersByTimeAsync(700);
      }
      await until(() => trouble.met >= 2);
      expect(isDelivered).toBe(false);
      trouble.isDown = false;
      while (!isDelivered) {
        await vi.advanceTimersByTimeAsync(1000);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      expect(await sink.deliver(into("bad", "8"))).toBeUndefined();
      await sink.stop();
      const bad = (await contentsOf(`${out}/bad`)).map(([, text]) => text);
      expect(bad.join("")).toBe("0\n1\n2\n3\n4\n5\n6\n7\n8\n");
      expect((await contentsOf(`${out}/good`)).map(([, text]) => text).join("")).toBe("a\n3\n4\n5\n6\n7\n");
      expect(logLines("error")).toEqual([
        `cannot write to ${out}/bad: no ${call}; its events wait, trying again until it works`,
      ]);
      expect(logLines("info").filter((line) => line.startsWith("writing again"))).toHaveLength(1);
    },
  );

  it("takes no more where too much waits, until it is written", async () => {
    fakeTimers();
    const { sink, trouble, logLines } = await withTrouble("create", { heldBackBytes: 10 });
    const shared = Buffer.alloc(8, "12345678");
    const partOf = (at: number): Event[] => [
      { headers: new Map([["dir", "bad"]]), body: shared.subarray(at, at + 2) },
    ];
    // What keeps the same memory counts once.
    for (const at of [0, 2, 4]) expect((await sink.deliver(partOf(at)))!.waiting.size).toBe(1);
    let isTaken = false;
    const second = sink.deliver([{ ...partOf(0)[0]!, body: Buffer.alloc(3, "abc") }]).then((result) => {
      isTaken = true;
      return result;
    });
    await vi.advanceTimersByTimeAsync(3000);
    await until(() => trouble.met > 1);
    expect(isTaken).toBe(false);
    expect(logLines("error").at(-1)).toBe("11 bytes of events wait: taking no more until they are written");
    trouble.isDown = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(await second).toBeUndefined();
    expect(logLines("info")).toContain("taking events again");
    await sink.stop();
  });

  it("leaves no file behind that was made without an answer, whatever is answered next", async () => {
    fakeTimers();
    const { sink, fileSystem, files, context } = await rig();
    const answers = [new Error("no answer"), new HdfsError("SafeModeException", "in safe mode")];
    fileSystem.before = async (call, path) => {
      const answer = call === "create" ? answers.shift() : undefined;
      if (answer === undefined) return;
      // The first time it was done.
      if (answers.length === 1) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, "");
      }
      throw answer;
    };
    const heldBack = await sink.deliver(events("a"));
    let isDelivered = false;
    void heldBack!.later.then(() => {
      isDelivered = true;
    });
    while (!isDelivered) {
      await vi.advanceTimersByTimeAsync(1000);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await sink.stop();
    expect(answers).toEqual([]);
    expect(await files()).toEqual([[expect.stringMatching(/FlumeData\.\d{13}$/), "a\n"]]);
    expect(context.counters).toMatchObject({ ConnectionCreatedCount: 1, ConnectionClosedCount: 1 });
  });

  it("leaves what is delivered in a file that breaks, and cuts off the rest", async () => {
    fakeTimers();
    const { sink, trouble, out, files } = await withTrouble("write", { rollCount: 3 });
    trouble.isDown = false;
    await sink.deliver(into("bad", "1", "2"));
    trouble.isDown = true;
    const heldBack = await sink.deliver(into("bad", "3", "4", "5", "6", "7"));
    trouble.isDown = false;
    await vi.advanceTimersByTimeAsync(1000);
    await heldBack!.later;
    await sink.stop();
    expect((await files()).map(([, text]) => text)).toEqual(["1\n2\n", "3\n4\n5\n", "6\n7\n"]);
    expect(existsSync(out)).toBe(true);
  });

  it("is delivered only when a rolled file is closed", async () => {
    fakeTimers();
    const { sink, trouble, texts } = await withTrouble("close", { rollCount: 2 });
    const heldBack = await sink.deliver(into("bad", "1", "2", "3"));
    expect(heldBack!.waiting.size).toBe(3);
    trouble.isDown = false;
    await vi.advanceTimersByTimeAsync(1000);
    await heldBack!.later;
    await sink.stop();
    expect(await texts()).toEqual(["1\n2\n", "3\n"]);
  });

  it("says at the stop which files keep their in-use names", async () => {
    const { sink, files, logLines, trouble } = await withTrouble("rename");
    await sink.deliver(into("bad", "1"));
    await sink.stop();
    expect(trouble.met).toBe(1);
    expect((await files())[0]![0]).toMatch(/\.tmp$/);
    expect(logLines("warn")).toContain("files that keep their in-use names until the next start: 1");
  });

  it("tries a rename again while it runs, and gives it up after closeTries", async () => {
    fakeTimers();
    const changed = { closeTries: 3, retryInterval: 1500, rollInterval: 1000 };
    const { sink, trouble, files, logLines } = await withTrouble("rename", changed);
    await sink.deliver(into("bad", "1"));
    while (trouble.met < 3) {
      await vi.advanceTimersByTimeAsync(500);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await until(() => logLines("error").length === 1);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(trouble.met).toBe(3);
    expect(logLines("error")[0]).toContain("left for the next start");
    expect((await files())[0]![0]).toMatch(/\.tmp$/);
    await sink.stop();
  });

  it("does not wait for a call longer than callTimeout", async () => {
    fakeTimers();
    const { sink, fileSystem, texts } = await withTrouble("create", { callTimeout: 2000 });
    let hangs = true;
    fileSystem.before = (call) => (hangs && call === "hflush" ? new Promise(() => undefined) : undefined);
    const delivering = sink.deliver(into("x", "1"));
    await until(() => fileSystem.open === 1);
    await vi.advanceTimersByTimeAsync(2000);
    const heldBack = await delivering;
    expect(heldBack!.waiting.size).toBe(1);
    hangs = false;
    await vi.advanceTimersByTimeAsync(1000);
    await heldBack!.later;
    await sink.stop();
    expect(await texts()).toEqual(["1\n"]);
  });

  it("tells once that it is over where several batches failed at the same time", async () => {
    fakeTimers();
    const { sink, trouble, logLines, files } = await withTrouble("create");
    const heldBack = await Promise.all([sink.deliver(into("bad", "1")), sink.deliver(into("bad", "2"))]);
    trouble.isDown = false;
    const tellings = () => logLines("info").filter((line) => line.startsWith("writing again"));
    // In steps that leave the disk its time, so that a try that nobody needs would find the first one done.
    for (let ms = 0; ms < 3000 || tellings().length === 0; ms += 50) {
      await vi.advanceTimersByTimeAsync(50);
      await files();
    }
    await Promise.all(heldBack.map((one) => one!.later));
    expect(await sink.deliver(into("bad", "3"))).toBeUndefined();
    expect(tellings()).toHaveLength(1);
    await sink.stop();
  });

  it("lets go of a file that somebody deletes while it is open", async () => {
    fakeTimers();
    const { sink, trouble, out, logLines, texts } = await withTrouble("hflush");
    trouble.isDown = false;
    await sink.deliver(into("bad", "1"));
    const [name] = await readdir(`${out}/bad`);
    await rm(`${out}/bad/${name}`);
    trouble.isDown = true;
    const heldBack = await sink.deliver(into("bad", "2"));
    await until(() => logLines("warn").length > 0);
    expect(logLines("warn")).toEqual([
      `${out}/bad/${name} is not there any more: renamed without an answer, or deleted by somebody`,
    ]);
    trouble.isDown = false;
    await vi.advanceTimersByTimeAsync(1000);
    await heldBack!.later;
    await sink.stop();
    expect(logLines("warn")).toHaveLength(1);
    expect(await texts()).toEqual(["2\n"]);
  });

  it("tries again at once when nothing more will come", async () => {
    fakeTimers();
    const { sink, trouble, texts } = await withTrouble("create");
    const heldBack = await sink.deliver(into("bad", "1"));
    trouble.isDown = false;
    heldBack!.hurry();
    await heldBack!.later;
    await sink.stop();
    expect(await texts()).toEqual(["1\n"]);
  });
});

describe("HDFS sink where only closing commits", () => {
  it("delivers with the close of the file, by a roll", async () => {
    const { sink, texts } = await rig({ rollCount: 2 }, true);
    const first = await sink.deliver(events("1"));
    expect(first!.waiting.size).toBe(1);
    const second = await sink.deliver(events("2"));
    expect(second!.waiting.size).toBe(1);
    const third = await sink.deliver(events("3"));
    await Promise.all([first!.later, second!.later]);
    expect(third!.waiting.size).toBe(1);
    third!.hurry();
    await third!.later;
    await sink.stop();
    expect(await texts()).toEqual(["1\n2\n", "3\n"]);
  });

  it("closes after half a minute, whatever the rolls say", async () => {
    fakeTimers();
    const { sink, texts, files } = await rig({}, true);
    const heldBack = await sink.deliver(events("1"));
    await vi.advanceTimersByTimeAsync(30_000);
    await heldBack!.later;
    await until(async () => (await files()).every(([name]) => !name.endsWith(".tmp")));
    expect(await texts()).toEqual(["1\n"]);
    await sink.stop();
  });

  it("closes the second file of a directory as well, when the first one's half minute is over", async () => {
    fakeTimers();
    const { sink, texts, files } = await rig({ idleTimeout: 1000 }, true);
    const first = await sink.deliver(events("1"));
    await vi.advanceTimersByTimeAsync(1000);
    await first!.later;
    await until(async () => (await files()).every(([name]) => !name.endsWith(".tmp")));
    await vi.advanceTimersByTimeAsync(28_500);
    await sink.deliver(events("2"));
    await vi.advanceTimersByTimeAsync(700);
    await sink.stop();
    expect(await texts()).toEqual(["1\n", "2\n"]);
    expect((await files()).filter(([name]) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("writes all again where the close fails", async () => {
    fakeTimers();
    const { sink, fileSystem, texts } = await rig({ rollCount: 2 }, true);
    const first = await sink.deliver(events("1", "2"));
    let failures = 1;
    fileSystem.before = (call) => {
      if (call === "close" && failures-- > 0) throw new Error("503");
    };
    const second = await sink.deliver(events("3"));
    await vi.advanceTimersByTimeAsync(1000);
    await first!.later;
    second!.hurry();
    await second!.later;
    await sink.stop();
    expect(await texts()).toEqual(["1\n2\n", "3\n"]);
  });
});
