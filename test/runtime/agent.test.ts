import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fromEnvironment } from "../../runtime/agent/environment.ts";
import { LogOutput } from "../../runtime/agent/log.ts";
import { sinkContext } from "./contexts.ts";
import { fixturePath, Producer, Program } from "./program.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "agent-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

async function until(condition: () => boolean): Promise<void> {
  let over = false;
  onTestFinished(() => {
    over = true;
  });
  while (!condition() && !over) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("a running agent", () => {
  it("loses no acknowledged line when SIGTERM comes under load, and exits 0", async () => {
    const rounds = 3;
    for (let round = 0; round < rounds; round++) {
      const program = new Program("netcat-logger.ts");
      const port = await program.port();
      const producers = ["a", "b", "c"].map((name) => new Producer(port, name));
      await until(() => producers.every((producer) => producer.acknowledged > 200 + round * 331));
      program.child.kill("SIGTERM");
      expect(await program.exit).toBe(0);
      await Promise.all(producers.map((producer) => producer.ended));
      const bodies = program.log.map((line) => / ([abc]-\d+) }$/.exec(line.message)?.[1] ?? "");
      for (const [i, producer] of producers.entries()) {
        const name = "abc"[i]!;
        const delivered = bodies.filter((body) => body[0] === name);
        expect(delivered).toEqual(delivered.map((_, n) => `${name}-${n}`));
        expect(delivered.length).toBeGreaterThanOrEqual(producer.acknowledged);
      }
      expect(program.log.at(-1)?.message).toBe("stopped, everything delivered");
    }
  }, 60_000);

  it("keeps its memory under a line of 100 MB", async () => {
    const program = new Program("netcat-logger.ts");
    const port = await program.port();
    const peak = () => {
      const status = readFileSync(`/proc/${program.child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
    };
    const before = peak();
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let reply = "";
    socket.on("data", (chunk) => {
      reply += chunk;
    });
    let isOver = false;
    const ended = new Promise<void>((resolve) => {
      const over = () => {
        isOver = true;
        resolve();
      };
      socket.on("end", over);
      socket.on("close", over);
      socket.on("error", () => {});
    });
    const block = Buffer.alloc(65_536, "x");
    for (let sent = 0; sent < 100_000_000 && !isOver; sent += block.length) {
      if (socket.write(block)) continue;
      await Promise.race([once(socket, "drain"), ended]);
    }
    await ended;
    socket.destroy();
    expect(reply).toBe("FAILED: Event exceeds the maximum length (512 chars, including newline)\n");
    expect(peak() - before).toBeLessThan(90_000_000);
  });

  it.runIf(process.platform === "linux")("does nothing when idle", async () => {
    const program = new Program("netcat-logger.ts");
    const port = await program.port();
    const client = connect(port, "127.0.0.1").on("error", () => {});
    onTestFinished(() => void client.destroy());
    await program.said(/running/);
    const ticks = () => {
      const fields = readFileSync(`/proc/${program.child.pid}/stat`, "utf8").split(" ");
      return Number(fields[13]) + Number(fields[14]);
    };
    // Let compilers and collectors of the start finish.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = ticks();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    // A tick is 10 ms: 0.5 % of 3 s is 1.5 ticks.
    expect(ticks() - before).toBeLessThanOrEqual(1);
    expect(program.log).toHaveLength(2);
  });

  it("goes on when nobody reads its log any more", async () => {
    const program = new Program("netcat-logger.ts");
    const port = await program.port();
    program.child.stderr?.destroy();
    const producer = new Producer(port, "a", 1000);
    await until(() => producer.acknowledged === 1000);
    expect(program.child.exitCode).toBeNull();
    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(0);
  });

  it("serves Flume's JSON, Prometheus' text, health and readiness where asked to", async () => {
    const program = new Program("netcat-logger.ts", ["--metrics-port", "0"]);
    const producer = new Producer(await program.port(), "a", 12);
    await until(() => producer.acknowledged === 12);
    await program.said(/a-11/);
    const base = (await program.said(/monitoring on (http:\/\/127\.0\.0\.1:\d+)/))[1];
    const get = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${base}${path}`, init);
      return {
        status: response.status,
        type: response.headers.get("content-type"),
        text: await response.text(),
      };
    };
    const flume = JSON.parse((await get("/metrics")).text);
    expect(Object.keys(flume)).toEqual(["SOURCE.source1", "CHANNEL.channel1", "SINK.sink1"]);
    expect(flume["SOURCE.source1"]).toMatchObject({
      EventReceivedCount: "12",
      EventAcceptedCount: "12",
      OpenConnectionCount: "1",
      StopTime: "0",
      Type: "SOURCE",
    });
    expect(flume["CHANNEL.channel1"]).toMatchObject({
      ChannelSize: "0",
      ChannelCapacity: "1000",
      ChannelFillPercentage: "0.0",
      EventTakeSuccessCount: "12",
      Type: "CHANNEL",
    });
    expect(flume["SINK.sink1"]).toMatchObject({ EventDrainSuccessCount: "12", Type: "SINK" });
    const sample = 'flume_source_event_received_total{agent="agent1",component="source1",type="netcat"} 12\n';
    expect((await get("/metrics/prometheus")).text).toContain(sample);
    expect((await get("/metrics/prometheus")).text).toContain("# TYPE flume_channel_channel_size gauge\n");
    const asPrometheus = await get("/metrics", {
      headers: { accept: "text/plain;version=0.0.4;q=0.4,*/*;q=0.1" },
    });
    expect(asPrometheus).toMatchObject({ type: "text/plain; version=0.0.4; charset=utf-8" });
    expect(asPrometheus.text).toContain(sample);
    expect(await get("/healthz")).toMatchObject({ status: 200 });
    expect(await get("/readyz")).toMatchObject({ status: 200 });
    expect(await get("/nothing")).toMatchObject({ status: 404 });
    expect(await get("/metrics", { method: "POST" })).toMatchObject({ status: 405 });
    expect(await get("/metrics", { method: "OPTIONS" })).toMatchObject({ status: 403 });
    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(0);
  });

  it("writes for people where told to", async () => {
    const program = new Program("netcat-logger.ts", ["--log-format", "text", "--log-level", "info"]);
    await program.said(/^\S+Z INFO {2}source1 \(agent1\.conf:8\): listening on 127\.0\.0\.1:\d+$/m);
    program.child.kill("SIGINT");
    expect(await program.exit).toBe(0);
  });
});

describe("an agent that does not get rid of its events", () => {
  it("gives up after the drain timeout, says how many are lost, and exits 75", async () => {
    const program = new Program("faulty.ts", ["--drain-timeout", "1"]);
    await program.said(/running/);
    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(75);
    expect(program.log.at(-1)).toMatchObject({
      level: "error",
      message: "stopped after 1 s with 3 events not delivered; they are lost",
      events: 3,
    });
  });

  it("ends at once on a second signal", async () => {
    const program = new Program("faulty.ts");
    await program.said(/running/);
    program.child.kill("SIGTERM");
    await program.said(/SIGTERM: stopping/);
    program.child.kill("SIGINT");
    expect(await program.exit).toBe(130);
    expect(program.log.at(-1)).toMatchObject({ message: "SIGINT: ending at once", events: 3 });
  });
});

describe("an agent in which not all goes well", () => {
  const delivered = (program: Program) =>
    program.log.flatMap(({ message }) => /^delivered (.*)/.exec(String(message))?.[1] ?? []).join("");

  it("delivers what one source has acknowledged when another one cannot start", async () => {
    const program = new Program("faulty.ts", [], { TEST_FAULT: "start" });
    expect(await program.exit).toBe(78);
    expect(delivered(program)).toBe("abc");
    const errors = program.log.filter(({ level }) => level === "error");
    expect(errors).toMatchObject([
      { component: "source1", message: "source1 (agent1.conf:6): it cannot be" },
    ]);
  });

  it("stops in order over data that it cannot read: what the others hold is delivered, once told, code 65", async () => {
    const program = new Program("faulty.ts", [], { TEST_FAULT: "data" });
    expect(await program.exit).toBe(65);
    expect(delivered(program)).toBe("abc");
    const errors = program.log.filter(({ level }) => level === "error");
    expect(errors).toMatchObject([
      {
        component: "source1",
        place: "agent1.conf:6",
        message: "source1 (agent1.conf:6): no way to read that",
      },
    ]);
  });

  it("delivers what it has when a source and a sink cannot stop, and exits 70", async () => {
    const program = new Program("faulty.ts", [], { TEST_FAULT: "stop" });
    await program.said(/running/);
    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(70);
    expect(delivered(program)).toBe("abc");
    const errors = program.log.filter(({ level }) => level === "error");
    expect(errors.map(({ message }) => message)).toEqual(
      Array(2).fill("trouble in stopping: no way to stop"),
    );
  });
});

describe("an agent that cannot go on", () => {
  it.each([
    ["rejection", "unexpected fault: nobody waits for this"],
    ["exception", "unexpected fault: Expected property name"],
    ["drain", "unexpected fault: a sink stopped taking events from its channel"],
  ])("ends with one line and 70 after an unhandled %s", async (fault, message) => {
    const program = new Program("faulty.ts", [], { TEST_FAULT: fault });
    expect(await program.exit).toBe(70);
    const errors = program.log.filter((line) => line.level === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ component: "agent1", message: expect.stringContaining(message) });
  });

  it("says in one line that a port is in use, and exits 78", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const program = new Program("netcat-logger.ts", [], { TEST_PORT: String(port) });
    expect(await program.exit).toBe(78);
    expect(program.log).toHaveLength(1);
    expect(program.log[0]).toMatchObject({
      level: "error",
      component: "source1",
      place: "agent1.conf:8",
      message: `source1 (agent1.conf:8): port ${port} is already in use`,
    });
  });

  // Somebody without rights, who can read this checkout, on a system that guards its low ports.
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  const path = fixturePath("netcat-logger.ts");
  const guarded = spawnSync(
    process.execPath,
    [
      "-p",
      `const fs = require("fs"); fs.accessSync(process.argv[1]); +fs.readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start")`,
      path,
    ],
    nobody === undefined ? {} : { uid: nobody },
  );
  it.runIf(Number(guarded.stdout) > 80)("says that a port needs rights that it lacks", async () => {
    const program = new Program("netcat-logger.ts", [], { TEST_PORT: "80" }, nobody);
    expect(await program.exit).toBe(78);
    expect(program.log[0]?.message).toBe("source1 (agent1.conf:8): no permission to listen on port 80");
  });

  it("says the same once where people read", async () => {
    const program = new Program("faulty.ts", ["--log-format", "text"], { TEST_FAULT: "environment" });
    expect(await program.exit).toBe(78);
    expect(program.stderr).toMatch(
      /^\S+ ERROR sink1 \(agent1\.conf:20\): kafka\.producer\.ssl\.key\.password needs the environment variable FLAFKAC_PASSWORD, or FLAFKAC_PASSWORD_FILE with the name of a file that holds it\n$/,
    );
  });

  it("explains a command line that it does not understand", async () => {
    const wrong = [
      ["--bogus"],
      ["--metrics-port", "70000"],
      ["--log-level", "loud"],
      ["--drain-timeout", "-1"],
    ];
    for (const args of wrong) {
      const program = new Program("netcat-logger.ts", args);
      expect(await program.exit).toBe(2);
      expect(program.stderr).toMatch(/^netcat-logger\.ts: .+\n\nUsage: node netcat-logger\.ts/);
    }
    const help = new Program("netcat-logger.ts", ["--help"]);
    expect(await help.exit).toBe(0);
    expect(help.stdout).toMatch(/^Usage: node netcat-logger\.ts/);
  });
});

describe("file_roll on a disk that fills up", () => {
  const canLimit = spawnSync("prlimit", ["--version"]).status === 0;

  it.runIf(canLimit)("waits, and loses, tears and repeats nothing once there is room again", async () => {
    const directory = folder();
    const program = new Program("netcat-file-roll.ts", [], { TEST_DIRECTORY: directory });
    const port = await program.port();
    const limit = (bytes: string) =>
      spawnSync("prlimit", ["--pid", String(program.child.pid), `--fsize=${bytes}`]);
    expect(limit("1000:unlimited").status).toBe(0);
    const producer = new Producer(port, "line", 2000);
    await program.said(/cannot deliver, trying again until it works: EFBIG/);
    const [name] = readdirSync(directory);
    const file = () => readFileSync(join(directory, name!), "utf8");
    // Whole batches only, and the source waits: what is acknowledged is on the disk or in the channel.
    await until(() => file().split("\n").length % 10 === 1);
    await until(() => producer.acknowledged === file().split("\n").length - 1 + 50);
    expect(limit("unlimited:unlimited").status).toBe(0);
    await until(() => producer.acknowledged === 2000);
    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(0);
    expect(file()).toBe(Array.from({ length: 2000 }, (_, i) => `line-${i}\n`).join(""));
    expect(program.log.filter((line) => line.level === "error")).toHaveLength(1);
  });
});

describe("values from the environment", () => {
  it("come from a variable, or from the file that another names", () => {
    const path = join(folder(), "secret");
    writeFileSync(path, "from a file\n");
    process.env.FLAFKAC_TEST_VALUE = "direct";
    process.env.FLAFKAC_TEST_OTHER_FILE = path;
    onTestFinished(() => {
      delete process.env.FLAFKAC_TEST_VALUE;
      delete process.env.FLAFKAC_TEST_OTHER_FILE;
    });
    expect(fromEnvironment("FLAFKAC_TEST_VALUE")).toBe("direct");
    expect(fromEnvironment("FLAFKAC_TEST_OTHER")).toBe("from a file");
    process.env.FLAFKAC_TEST_OTHER_FILE = "/no/such/file";
    expect(() =>
      fromEnvironment("FLAFKAC_TEST_OTHER", sinkContext(), "kafka.producer.ssl.key.password"),
    ).toThrow(
      /^sink1 \(agent1\.conf:15\): kafka\.producer\.ssl\.key\.password cannot be read from \/no\/such\/file/,
    );
  });
});

describe("log lines", () => {
  const hostile = 'a\nb\r\u001b[31m\u009b\u2028\u202e"} {"level":"error"';

  it.each(["json", "text"] as const)("cannot be forged or coloured (%s)", (format) => {
    const lines: string[] = [];
    const output = new LogOutput("debug", format, (line) => lines.push(line));
    output.line("info", hostile, hostile, hostile, {
      field: hostile,
      error: new Error(hostile),
      nested: { hostile },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u202e]*\n$/);
    if (format === "json") expect(JSON.parse(lines[0]!)).toMatchObject({ message: hostile, field: hostile });
  });

  it("never throw, whatever the fields", () => {
    const output = new LogOutput("debug", "json", () => {
      throw new Error("disk full");
    });
    const circular: Record<string, unknown> = { big: 1n };
    circular.self = circular;
    expect(() => output.line("info", "a", undefined, "m", { circular })).not.toThrow();
  });
});
