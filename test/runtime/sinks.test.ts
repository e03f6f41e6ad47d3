import { closeSync, existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { componentOf } from "../../runtime/agent/component.ts";
import { LogOutput } from "../../runtime/agent/log.ts";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import { type Event, eventOf } from "../../runtime/events/event.ts";
import { addHeader, addHost, addTimestamp, localHost } from "../../runtime/interceptors/headers.ts";
import {
  type EventSerializer,
  headerAndTextBodies,
  headerAndTextLines,
  textBodies,
  textLines,
} from "../../runtime/serializers/text.ts";
import { drain } from "../../runtime/sinks/drain.ts";
import { FileRollSink } from "../../runtime/sinks/file-roll.ts";
import { dumpEvent, LoggerSink } from "../../runtime/sinks/logger.ts";
import { NullSink } from "../../runtime/sinks/null.ts";
import {
  DefaultPathManager,
  type PathManager,
  RollTimePathManager,
} from "../../runtime/sinks/path-manager.ts";
import { channelContext, logged, sinkContext } from "./contexts.ts";

const event = (text: string) => eventOf(Buffer.from(text));

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "file-roll-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function contents(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  names.sort((a, b) => Number(a.split("-")[1]) - Number(b.split("-")[1]));
  return Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
}

describe("logger sink", () => {
  it("logs again what nobody read in time, and goes on when nobody will ever read", () => {
    const failure: { code: string | undefined } = { code: "EAGAIN" };
    const written: string[] = [];
    const output = new LogOutput("info", "text", (line) => {
      if (failure.code !== undefined) throw Object.assign(new Error("cannot write"), { code: failure.code });
      written.push(line);
    });
    const logger = new LoggerSink(
      componentOf("sink", "sink1", "a.conf", { type: "logger", line: 1, lines: {} }, output),
    );
    expect(() => logger.deliver([eventOf(Buffer.from("a"))])).toThrow("nobody reads the log");
    failure.code = "EPIPE";
    logger.deliver([eventOf(Buffer.from("a"))]);
    failure.code = undefined;
    logger.deliver([eventOf(Buffer.from("a"))]);
    expect(written).toHaveLength(1);
  });

  it("prints events as Flume's EventHelper does", () => {
    expect(dumpEvent(event("Hello world!\r"))).toBe(
      "{ headers:{} body: 48 65 6C 6C 6F 20 77 6F 72 6C 64 21 0D          Hello world!. }",
    );
    expect(dumpEvent(event("0123456789abcdefg"))).toBe(
      "{ headers:{} body: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 0123456789abcdef }",
    );
    const headers = new Map([
      ["host", "web1"],
      ["timestamp", "1"],
    ]);
    expect(dumpEvent({ headers, body: Buffer.alloc(0) })).toBe("{ headers:{host=web1, timestamp=1} body: }");
  });

  it("cannot be made to write lines of its own by an event", () => {
    const lines: string[] = [];
    const log = logged();
    const sink = sinkContext(log);
    new LoggerSink(sink).deliver([
      {
        headers: new Map([["h", '\n{"level":"error"}\u001b[31m\u009b2J\u2028']]),
        body: Buffer.from("\n\x1b[2J"),
      },
    ]);
    lines.push(...log.lines.map((line) => line.message));
    expect(log.lines).toHaveLength(1);
    expect(lines[0]).toContain("body: 0A 1B 5B 32 4A");
  });
});

describe("drain", () => {
  it("delivers again, in order and whole, what could not be delivered, and tells of it once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const log = logged();
    const sink = sinkContext(log);
    const channel = new MemoryChannel(channelContext(log), { capacity: 10, byteCapacity: 1e6, keepAlive: 0 });
    for (const text of ["a", "b", "c"]) channel.put(event(text));
    let attempts = 0;
    const delivered: string[] = [];
    const running = drain(sink, channel, 2, async (events) => {
      if (attempts++ < 3) throw new Error("disk full");
      delivered.push(...events.map((one) => one.body.toString()));
    });
    channel.close();
    await vi.runAllTimersAsync();
    await running;
    expect(delivered).toEqual(["a", "b", "c"]);
    expect(log.lines.map((line) => [line.level, line.message])).toEqual([
      ["error", "cannot deliver, trying again until it works: disk full"],
      ["info", "delivering again after 3 failed attempts"],
    ]);
    expect(sink.counters).toMatchObject({
      EventDrainAttemptCount: 9,
      EventDrainSuccessCount: 3,
      BatchCompleteCount: 1,
      BatchUnderflowCount: 1,
      EventWriteFail: 3,
    });
    expect(channel.size).toBe(0);
  });
});

describe("null sink", () => {
  it("says how many events it took every so often", () => {
    const log = logged();
    const sink = new NullSink(sinkContext(log), { logEveryNEvents: 3 });
    sink.deliver(["a", "b"].map(event));
    expect(log.lines).toEqual([]);
    sink.deliver(["c", "d", "e", "f", "g"].map(event));
    expect(log.lines.map((line) => line.message)).toEqual(["3 events taken", "6 events taken"]);
  });
});

describe("file_roll sink", () => {
  const plain = { prefix: "", extension: "" };

  async function rig(serialize: EventSerializer = textLines, rollInterval = 0, paths?: PathManager) {
    const directory = await folder();
    const sink = sinkContext();
    const roll = new FileRollSink(
      sink,
      { directory, rollInterval },
      paths ?? new DefaultPathManager(plain),
      serialize,
    );
    await roll.start();
    return { directory, sink, roll };
  }

  it("names files as Flume does", () => {
    const options = { prefix: "app-", extension: "log" };
    const paths = new DefaultPathManager(options);
    const [first, second] = [paths.nextName(), paths.nextName()];
    expect(first).toMatch(/^app-\d{13}-1\.log$/);
    expect(second).toBe(first.replace("-1.log", "-2.log"));
    expect(new RollTimePathManager(plain).nextName()).toMatch(/^20\d{12}-1$/);
  });

  it.each<[string, EventSerializer, string]>([
    ["TEXT", textLines, "a\nb\n"],
    ["TEXT without newlines", textBodies, "ab"],
    ["HEADER_AND_TEXT", headerAndTextLines, "{k=v, l=w} a\n{} b\n"],
    ["HEADER_AND_TEXT without newlines", headerAndTextBodies, "{k=v, l=w} a{} b"],
  ])("writes %s", async (_, serialize, expected) => {
    const { directory, roll } = await rig(serialize);
    const headers = new Map([
      ["k", "v"],
      ["l", "w"],
    ]);
    await roll.deliver([{ headers, body: Buffer.from("a") }, event("b")]);
    await roll.stop();
    expect(await contents(directory)).toEqual([expected]);
  });

  it("begins a new file every interval, also when idle, and loses nothing at the seams", async () => {
    const { directory, roll, sink } = await rig(textLines, 5);
    const expected: string[] = [];
    const batches: Promise<void>[] = [];
    while (sink.counters.ConnectionCreatedCount < 6) {
      const batch = Array.from({ length: 10 }, () => `${expected.length}`);
      for (const _ of batch) expected.push(`line ${expected.length}`);
      batches.push(roll.deliver(expected.slice(-10).map(event)));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const created = sink.counters.ConnectionCreatedCount;
    while (sink.counters.ConnectionCreatedCount < created + 2)
      await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all(batches);
    await roll.stop();
    const files = await contents(directory);
    expect(files.length).toBe(sink.counters.ConnectionCreatedCount);
    expect(sink.counters.ConnectionClosedCount).toBe(files.length);
    expect(files.join("")).toBe(expected.map((line) => `${line}\n`).join(""));
  });

  const ofThisProcess = "/proc/self/fd";
  it.runIf(existsSync(ofThisProcess))(
    "goes on in a new file where one can be neither written nor cut",
    async () => {
      const { directory, roll, sink } = await rig();
      /** As if the disk behind the open file had gone. */
      const loseHandle = async () => {
        for (const descriptor of await readdir(ofThisProcess)) {
          const target = await readlink(join(ofThisProcess, descriptor)).catch(() => "");
          if (target.startsWith(directory)) closeSync(Number(descriptor));
        }
      };
      await loseHandle();
      await expect(roll.deliver([event("a")])).rejects.toThrow("EBADF");
      expect(await contents(directory)).toEqual([]);
      await roll.deliver([event("a")]);
      await loseHandle();
      await expect(roll.deliver([event("b"), event("c")])).rejects.toThrow("EBADF");
      await roll.deliver([event("b"), event("c")]);
      await roll.stop();
      expect(await contents(directory)).toEqual(["a\n", "b\nc\n"]);
      expect(sink.counters).toMatchObject({ ConnectionCreatedCount: 3, ConnectionClosedCount: 3 });
    },
  );

  it("keeps to an interval that is longer than a timer can wait", async () => {
    const { roll, sink } = await rig(textLines, 3_000_000_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await roll.stop();
    expect(sink.counters.ConnectionCreatedCount).toBe(1);
  });

  it("never writes over a file that is there", async () => {
    const directory = await folder();
    await writeFile(join(directory, "x-1"), "precious");
    let index = 0;
    const paths: PathManager = { nextName: () => `x-${++index}` };
    const roll = new FileRollSink(sinkContext(), { directory, rollInterval: 0 }, paths, textLines);
    await roll.start();
    await roll.deliver([event("new")]);
    await roll.stop();
    expect(await contents(directory)).toEqual(["precious", "new\n"]);
  });

  it("says which directory is missing, or none, at its line", async () => {
    const directory = await folder();
    const file = join(directory, "file");
    await writeFile(file, "");
    const start = (path: string) => {
      const options = { directory: path, rollInterval: 0 };
      return new FileRollSink(sinkContext(), options, new DefaultPathManager(plain), textLines).start();
    };
    const missing = join(directory, "missing");
    await expect(start(missing)).rejects.toThrow(
      `sink1 (agent1.conf:16): the directory ${JSON.stringify(missing)} does not exist; file_roll does not create it`,
    );
    await expect(start(file)).rejects.toThrow(
      `sink1 (agent1.conf:16): ${JSON.stringify(file)} is not a directory`,
    );
  });
});

describe("interceptors", () => {
  const withHeaders = (...headers: [string, string][]): Event => ({
    headers: new Map(headers),
    body: Buffer.alloc(0),
  });

  it("set headers, and keep those that are there where asked to", () => {
    const one = withHeaders(["key", "old"]);
    addHeader(one, "key", "new", true);
    expect(one.headers.get("key")).toBe("old");
    addHeader(one, "key", "new", false);
    expect(one.headers.get("key")).toBe("new");
    addHost(one, "host", undefined, false);
    expect(one.headers.has("host")).toBe(false);
    addHost(one, "host", "10.0.0.1", true);
    addHost(one, "host", "10.0.0.2", true);
    expect(one.headers.get("host")).toBe("10.0.0.1");
    const before = Date.now();
    addTimestamp(one, "timestamp", false);
    expect(Number(one.headers.get("timestamp"))).toBeGreaterThanOrEqual(before);
    one.headers.set("timestamp", "1");
    addTimestamp(one, "timestamp", true);
    expect(one.headers.get("timestamp")).toBe("1");
  });

  it("know this machine", async () => {
    expect(await localHost(true)).toMatch(/^[\d.]+$|:/);
    expect(await localHost(false)).toMatch(/\S/);
  });
});
