import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { SourceComponent } from "../../runtime/agent/component.ts";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import type { RefusedLines } from "../../runtime/channels/stored-lines.ts";
import { eventOf } from "../../runtime/events/event.ts";
import type { PutLine } from "../../runtime/sources/line-splitter.ts";
import { NetcatSource } from "../../runtime/sources/netcat.ts";
import type { LinesStored } from "../../runtime/sources/netcat-connection.ts";
import { channelContext, type Logged, logged, sourceContext } from "./contexts.ts";
import { Program } from "./program.ts";

const FULL =
  "FAILED: Space for commit to queue couldn't be acquired. Sinks are likely not keeping up with sources, or the buffer size is too tight\n";

interface Rig {
  readonly source: SourceComponent;
  readonly netcat: NetcatSource;
  readonly channel: MemoryChannel;
  readonly log: Logged;
  /** Bodies in the channel, taken and committed. */
  take(max?: number): Promise<string[]>;
}

interface RigOptions {
  readonly capacity?: number;
  readonly keepAlive?: number;
  readonly ackEveryEvent?: boolean;
  readonly encoding?: string;
  readonly maxLineLength?: number;
  readonly put?: PutLine;
  readonly stored?: LinesStored;
}

/** Memory that a process has at present, bytes. */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

const open: { stop(): Promise<void> }[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map((one) => one.stop()));
});

async function rig(options: RigOptions = {}): Promise<Rig> {
  const log = logged();
  const source = sourceContext(log);
  const channel = new MemoryChannel(channelContext(log), {
    capacity: options.capacity ?? 100_000,
    byteCapacity: 100_000_000,
    keepAlive: options.keepAlive ?? 0,
  });
  const put: PutLine =
    options.put ??
    ((bytes, start, end) => (channel.put(eventOf(bytes.subarray(start, end))) ? undefined : channel));
  const netcat = new NetcatSource(
    source,
    {
      host: "127.0.0.1",
      port: 0,
      maxLineLength: options.maxLineLength ?? 512,
      ackEveryEvent: options.ackEveryEvent ?? true,
      encoding: options.encoding ?? "utf-8",
    },
    put,
    options.stored,
  );
  await netcat.start();
  open.push(netcat);
  const take = async (max = 1_000_000) => {
    const events = (await channel.take(max)) ?? [];
    channel.commit(events);
    return events.map((event) => event.body.toString());
  };
  return { source, netcat, channel, log, take };
}

class Client {
  readonly socket: Socket;
  replies = "";
  ended = false;
  closed = false;
  #watchers: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    sockets.push(this.socket);
    const woken = () => {
      for (const watcher of this.#watchers) watcher();
    };
    this.socket.on("data", (chunk) => {
      this.replies += chunk.toString("latin1");
      woken();
    });
    this.socket.on("end", () => {
      this.ended = true;
      woken();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
      woken();
    });
  }

  send(data: string | Uint8Array): this {
    this.socket.write(data);
    return this;
  }

  /** Resolves once `condition` holds of what the server said and did. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = () => {
        if (!condition()) return;
        this.#watchers = this.#watchers.filter((other) => other !== watcher);
        resolve();
      };
      this.#watchers.push(watcher);
      watcher();
    });
  }

  async answers(count: number): Promise<string> {
    await this.until(() => this.replies.split("\n").length > count);
    return this.replies;
  }
}

/** Waits for a state that no event tells of; a test's timeout ends it. */
async function eventually(condition: () => boolean): Promise<void> {
  let over = false;
  onTestFinished(() => {
    over = true;
  });
  while (!condition() && !over) await new Promise((resolve) => setImmediate(resolve));
}

describe("netcat source", () => {
  it("stores each line, carriage returns and empty lines too, and says OK", async () => {
    const { netcat, take, source } = await rig();
    const client = new Client(netcat.port).send("first\nsecond\r\n\nlast\n");
    expect(await client.answers(4)).toBe("OK\nOK\nOK\nOK\n");
    expect(await take()).toEqual(["first", "second\r", "", "last"]);
    expect(source.counters).toMatchObject({
      EventReceivedCount: 4,
      EventAcceptedCount: 4,
      OpenConnectionCount: 1,
    });
  });

  it("says nothing where ack-every-event is false", async () => {
    const { netcat, take } = await rig({ ackEveryEvent: false });
    const client = new Client(netcat.port).send("a\nb\n");
    client.socket.end();
    await client.until(() => client.ended);
    expect(client.replies).toBe("");
    expect(await take()).toEqual(["a", "b"]);
  });

  it("answers who closes its side at once, and drops what has no newline", async () => {
    const { netcat, take, source } = await rig();
    const client = new Client(netcat.port).send("a\nb\nunfinished");
    client.socket.end();
    await client.until(() => client.closed);
    expect(client.replies).toBe("OK\nOK\n");
    expect(await take()).toEqual(["a", "b"]);
    await eventually(() => source.counters.OpenConnectionCount === 0);
    expect(source.counters.EventReadFail).toBe(0);
  });

  it("stores the lines before a reset and not the one it cuts", async () => {
    const { netcat, take, source } = await rig();
    const client = new Client(netcat.port).send("whole\ncu");
    await client.answers(1);
    client.socket.resetAndDestroy();
    await eventually(() => source.counters.OpenConnectionCount === 0);
    expect(await take()).toEqual(["whole"]);
  });

  it("refuses a line longer than max-line-length in Flume's words, and closes", async () => {
    const { netcat, take, source, log } = await rig();
    const client = new Client(netcat.port).send(`ok\n${"x".repeat(511)}\n${"y".repeat(512)}\nnever\n`);
    await client.until(() => client.ended);
    expect(client.replies).toBe(
      "OK\nOK\nFAILED: Event exceeds the maximum length (512 chars, including newline)\n",
    );
    expect(await take()).toEqual(["ok", "x".repeat(511)]);
    expect(source.counters.EventReadFail).toBe(1);
    expect(log.lines.filter((line) => line.level === "warn")).toMatchObject([{ place: "agent1.conf:9" }]);
  });

  it("closes on bytes that are not valid, with a log line and a counter, after the lines before them", async () => {
    const { netcat, take, source, log } = await rig();
    const client = new Client(netcat.port).send(Buffer.from("good\nb\xffd\nnever\n", "latin1"));
    await client.until(() => client.ended);
    expect(client.replies).toBe("OK\n");
    expect(await take()).toEqual(["good"]);
    expect(source.counters.EventReadFail).toBe(1);
    expect(log.lines.filter((line) => line.level === "warn")).toMatchObject([
      { place: "agent1.conf:10", message: "connection closed: bytes that are not valid in the encoding" },
    ]);
  });

  it("answers in the encoding", async () => {
    const { netcat, take } = await rig({ encoding: "UTF-16LE" });
    const client = new Client(netcat.port).send(Buffer.from("grüße\n", "utf16le"));
    await client.until(() => client.replies.length >= 6);
    expect(client.replies).toBe("O\0K\0\n\0");
    expect(await take()).toEqual(["grüße"]);
  });

  it("fails a line that finds no room within keep-alive, and goes on with the next", async () => {
    const { netcat, take, source } = await rig({ capacity: 2, keepAlive: 50 });
    const client = new Client(netcat.port).send("a\nb\nc\nd\n");
    expect(await client.answers(4)).toBe(`OK\nOK\n${FULL}${FULL}`);
    expect(await take()).toEqual(["a", "b"]);
    client.send("e\n");
    expect(await client.answers(5)).toBe(`OK\nOK\n${FULL}${FULL}OK\n`);
    expect(await take()).toEqual(["e"]);
    expect(source.counters).toMatchObject({
      EventReceivedCount: 5,
      EventAcceptedCount: 3,
      ChannelWriteFail: 2,
    });
  });

  it("counts each line that is refused, and fills no log with them", async () => {
    const { netcat, source, channel, log } = await rig({ capacity: 1 });
    const client = new Client(netcat.port).send("x\n".repeat(1_000));
    expect(await client.answers(1_000)).toBe(`OK\n${FULL.repeat(999)}`);
    expect(source.counters).toMatchObject({
      EventReceivedCount: 1_000,
      EventAcceptedCount: 1,
      ChannelWriteFail: 999,
    });
    expect(channel.size).toBe(1);
    await netcat.stop();
    const warnings = log.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(warnings).toEqual([expect.stringMatching(/^line refused: Space for/), "998 more: lines refused"]);
  });

  it("keeps order and loses nothing while several clients wait for a full channel", async () => {
    const { netcat, take } = await rig({ capacity: 10, keepAlive: 10_000 });
    const clients = ["a", "b", "c"].map((name) => {
      const lines = Array.from({ length: 2000 }, (_, i) => `${name}${i}\n`).join("");
      return new Client(netcat.port).send(lines);
    });
    const bodies: string[] = [];
    while (bodies.length < 6000) bodies.push(...(await take(7)));
    for (const [i, client] of clients.entries()) {
      expect(await client.answers(2000)).toBe("OK\n".repeat(2000));
      const own = bodies.filter((body) => body[0] === "abc"[i]);
      expect(own).toEqual(Array.from({ length: 2000 }, (_, n) => `${"abc"[i]}${n}`));
    }
  });

  it("hands on and answers every line of a client that ended its side while the channel was full", async () => {
    const { netcat, take } = await rig({ capacity: 1, keepAlive: 10_000 });
    const client = new Client(netcat.port);
    client.socket.end("one\ntwo\nthree\n");
    await client.answers(1);
    const bodies: string[] = [];
    while (bodies.length < 3) bodies.push(...(await take(1)));
    expect(bodies).toEqual(["one", "two", "three"]);
    await client.until(() => client.ended);
    expect(client.replies).toBe("OK\n".repeat(3));
  });

  it("stops reading from a client that does not read its replies", async () => {
    const { netcat, source } = await rig({ put: () => undefined });
    const client = new Client(netcat.port);
    client.socket.pause();
    // Empty lines have the most reply for the least input.
    const block = Buffer.alloc(1_000_000, "\n");
    for (let i = 0; i < 8; i++) client.send(block);
    let received = -1;
    // Settled once a good while passes without a line more.
    for (let still = 0; still < 200; ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (source.counters.EventReceivedCount === received) still++;
      else still = 0;
      received = source.counters.EventReceivedCount;
    }
    expect(received).toBeLessThan(8_000_000);
    client.socket.resume();
    await client.until(() => client.replies.length === 24_000_000);
  });

  it("closes the connection and goes on when storing a line throws", async () => {
    let calls = 0;
    const { netcat, source } = await rig({
      put: () => {
        if (calls++ === 1) throw new Error("broken interceptor");
        return undefined;
      },
    });
    const client = new Client(netcat.port).send("a\nb\nc\n");
    await client.until(() => client.ended);
    expect(client.replies).toBe("OK\n");
    expect(source.counters.GenericProcessingFail).toBe(1);
    expect(await new Client(netcat.port).send("d\n").answers(1)).toBe("OK\n");
  });

  it("serves others beside ten thousand idle connections", async () => {
    // In a process of its own: each side needs a descriptor for each connection.
    const program = new Program("netcat-logger.ts");
    const port = await program.port();
    const before = residentBytes(program.child.pid!);
    const idle = Array.from({ length: 10_000 }, () => connect(port, "127.0.0.1").setNoDelay());
    onTestFinished(() => {
      for (const socket of idle) socket.resetAndDestroy(); // leaves no port in TIME_WAIT
    });
    await Promise.all(idle.map((socket) => once(socket, "connect")));
    for (const socket of idle) socket.write("beginning of a line");
    const client = new Client(port).send("served\n");
    expect(await client.answers(1)).toBe("OK\n");
    expect((residentBytes(program.child.pid!) - before) / idle.length).toBeLessThan(30_000);
  }, 30_000);
});

describe("stopping a netcat source", () => {
  it("sends the replies to what is stored, then closes", async () => {
    const { netcat, take } = await rig();
    const client = new Client(netcat.port).send("a\nb\nc");
    await client.answers(2);
    await netcat.stop();
    await client.until(() => client.ended);
    expect(client.replies).toBe("OK\nOK\n");
    expect(await take()).toEqual(["a", "b"]);
  });

  it("acknowledges no line that waits for room", async () => {
    const { netcat, take, channel } = await rig({ capacity: 1, keepAlive: 60_000 });
    const client = new Client(netcat.port).send("a\nb\n");
    await client.answers(1);
    await netcat.stop();
    await client.until(() => client.ended);
    expect(client.replies).toBe("OK\n");
    expect(await take()).toEqual(["a"]);
    expect(channel.size).toBe(0);
  });

  it("does not wait for a client that never reads", async () => {
    const { netcat } = await rig({ put: () => undefined });
    const client = new Client(netcat.port);
    client.socket.pause();
    for (let i = 0; i < 20; i++) client.send(Buffer.alloc(1_000_000, "\n"));
    await new Promise((resolve) => client.socket.once("connect", resolve));
    const begin = performance.now();
    await netcat.stop();
    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it("refuses new connections", async () => {
    const { netcat } = await rig();
    const { port } = netcat;
    await netcat.stop();
    const client = new Client(port);
    await client.until(() => client.closed);
    expect(client.replies).toBe("");
  });
});

describe("a netcat source that cannot start", () => {
  it("names the port's line when it is in use", async () => {
    const { netcat } = await rig();
    const options = {
      host: "127.0.0.1",
      port: netcat.port,
      maxLineLength: 512,
      ackEveryEvent: true,
      encoding: "utf-8",
    };
    const second = new NetcatSource(sourceContext(), options, () => undefined);
    await expect(second.start()).rejects.toThrow(
      `source1 (agent1.conf:8): port ${netcat.port} is already in use`,
    );
  });

  it.each([
    ["no-such-host.invalid", "utf-8", 'source1 (agent1.conf:7): unknown host "no-such-host.invalid"'],
    ["192.0.2.1", "utf-8", 'source1 (agent1.conf:7): "192.0.2.1" is not an address of this machine'],
    ["127.0.0.1", "utf-9", 'source1 (agent1.conf:10): unknown encoding "utf-9"'],
  ])("says why: host %s, encoding %s", async (host, encoding, message) => {
    const options = { host, port: 0, maxLineLength: 512, ackEveryEvent: true, encoding };
    await expect(new NetcatSource(sourceContext(), options, () => undefined).start()).rejects.toThrow(
      message,
    );
  });
});

describe("netcat before a channel that stores later", () => {
  /** Storing that succeeds when it is told to: what each call waits for, in order. */
  function storing() {
    const calls: PromiseWithResolvers<RefusedLines | undefined>[] = [];
    const stored = () => {
      const call = Promise.withResolvers<RefusedLines | undefined>();
      calls.push(call);
      return call.promise;
    };
    return { calls, stored };
  }

  it("says OK when lines are stored, in their order, and takes more meanwhile", async () => {
    const { calls, stored } = storing();
    const { netcat, channel } = await rig({ stored });
    const client = new Client(netcat.port).send("a\nb\n");
    await eventually(() => calls.length === 1);
    client.send("c\n");
    await eventually(() => calls.length === 2);
    expect(channel.size).toBe(3);
    // Out of order: what a source with two such channels may see.
    calls[1]!.resolve(undefined);
    client.send("d\n");
    await eventually(() => calls.length === 3);
    expect(client.replies).toBe("");
    calls[0]!.resolve(undefined);
    expect(await client.answers(3)).toBe("OK\nOK\nOK\n");
    calls[2]!.resolve(undefined);
    expect(await client.answers(4)).toBe("OK\nOK\nOK\nOK\n");
  });

  it("says FAILED in its place between the OKs", async () => {
    const { calls, stored } = storing();
    const put: PutLine = (bytes, start, end) =>
      bytes.toString("utf8", start, end) === "bad"
        ? { keepAlive: 0, fullMessage: "no", waitForRoom: async () => false }
        : undefined;
    const { netcat } = await rig({ stored, put });
    const client = new Client(netcat.port).send("a\nbad\nb\nbad\n");
    await eventually(() => calls.length === 2);
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.replies).toBe("");
    calls[0]!.resolve(undefined);
    expect(await client.answers(2)).toBe("OK\nFAILED: no\n");
    calls[1]!.resolve(undefined);
    expect(await client.answers(4)).toBe("OK\nFAILED: no\nOK\nFAILED: no\n");
    client.send("bad\n");
    expect(await client.answers(5)).toMatch(/OK\nFAILED: no\nFAILED: no\n$/);
  });

  it("says FAILED of lines that were refused after all, and OK of the others", async () => {
    const asked: number[] = [];
    const call = Promise.withResolvers<RefusedLines | undefined>();
    const { netcat, source } = await rig({
      stored: (lines) => {
        asked.push(lines);
        return call.promise;
      },
    });
    const client = new Client(netcat.port).send("a\nb\nc\nd\ne\n");
    await eventually(() => asked.length > 0);
    expect(asked).toEqual([5]);
    call.resolve(
      new Map([
        [3, "too large"],
        [0, "no"],
      ]),
    );
    expect(await client.answers(5)).toBe("FAILED: no\nOK\nOK\nFAILED: too large\nOK\n");
    expect(source.counters).toMatchObject({
      EventReceivedCount: 5,
      EventAcceptedCount: 3,
      ChannelWriteFail: 2,
    });
  });

  it("reads no further when too many replies wait, and goes on when they are said", async () => {
    const { calls, stored } = storing();
    const { netcat, source } = await rig({ stored });
    const client = new Client(netcat.port);
    const lines = 1_500;
    let sent = 0;
    // One line a chunk: the next one goes out when the one before is taken.
    while (sent < lines) {
      client.send(`${sent++}\n`);
      const before = calls.length;
      let turns = 0;
      while (calls.length === before && turns++ < 50) await new Promise((resolve) => setImmediate(resolve));
      if (calls.length === before) break;
    }
    expect(sent).toBe(1025);
    expect(source.counters.EventReceivedCount).toBe(1024);
    client.send(Array.from({ length: lines - sent }, (_, i) => `${sent + i}\n`).join(""));
    for (let call = 0; client.replies.split("\n").length <= lines; call++) {
      await eventually(() => calls.length > call || client.replies.split("\n").length > lines);
      calls[call]?.resolve(undefined);
    }
    expect(client.replies).toBe("OK\n".repeat(lines));
  });

  it("answers who has closed its side, once the lines are stored", async () => {
    const { calls, stored } = storing();
    const { netcat } = await rig({ stored });
    const client = new Client(netcat.port).send("a\nb\n");
    client.socket.end();
    await eventually(() => calls.length === 1);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.ended).toBe(false);
    calls[0]!.resolve(undefined);
    await client.until(() => client.ended);
    expect(client.replies).toBe("OK\nOK\n");
  });

  it("says last words after the OKs of the lines before them", async () => {
    const { calls, stored } = storing();
    const { netcat } = await rig({ stored, maxLineLength: 10 });
    const client = new Client(netcat.port).send(`a\n${"x".repeat(20)}\n`);
    await eventually(() => calls.length === 1);
    calls[0]!.resolve(undefined);
    await client.until(() => client.ended);
    expect(client.replies).toBe(
      "OK\nFAILED: Event exceeds the maximum length (10 chars, including newline)\n",
    );
  });

  it("stops when what was taken is stored and answered; what comes meanwhile is not taken", async () => {
    const { calls, stored } = storing();
    const { netcat, channel } = await rig({ stored });
    const client = new Client(netcat.port).send("a\n");
    await eventually(() => calls.length === 1);
    let stopped = false;
    const stop = netcat.stop().then(() => {
      stopped = true;
    });
    client.send("late\n");
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([stopped, client.replies, channel.size]).toEqual([false, "", 1]);
    calls[0]!.resolve(undefined);
    await stop;
    await client.until(() => client.ended);
    expect([client.replies, channel.size]).toEqual(["OK\n", 1]);
  });

  it("is not kept from stopping by clients that are gone", async () => {
    const { calls, stored } = storing();
    const { netcat, source } = await rig({ stored });
    const client = new Client(netcat.port).send("a\n");
    await eventually(() => calls.length === 1);
    const stop = netcat.stop();
    client.socket.resetAndDestroy();
    await stop;
    expect(source.counters.OpenConnectionCount).toBe(0);
    calls[0]!.resolve(undefined);
  });
});
