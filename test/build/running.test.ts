import { createSocket } from "node:dgram";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { bundle } from "../../cli/build-bundle.ts";
import { freePort, freePorts } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { ServerProcess } from "../../scripts/servers/server-process.ts";
import { compile } from "./compile.ts";

const main = new URL("../../cli/main.ts", import.meta.url).pathname;

/** A Node program with its log. */
interface Running {
  readonly process: ServerProcess;
  log(): Promise<string>;
  /** Waits for a text in the log. */
  says(text: string | RegExp): Promise<void>;
}

async function start(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Running> {
  const logFile = join(cwd, `${Math.random()}.log`);
  const server = await ServerProcess.start({
    name: args.join(" "),
    command: process.execPath,
    args,
    cwd,
    env: { ...process.env, ...env },
    logFile,
  });
  const log = () => readFile(logFile, "utf8");
  const says = (text: string | RegExp) =>
    server.waitUntil(
      async () => (typeof text === "string" ? (await log()).includes(text) : text.test(await log())),
      15_000,
    );
  return { process: server, log, says };
}

/** Writes the emitted program of a configuration into a folder of its own, which it returns. */
async function build(conf: string): Promise<string> {
  const folder = await temporaryDirectory("running");
  const program = await compile(conf).emit();
  for (const [path, text] of program.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function connected(
  port: number,
): Promise<{ socket: Socket; send(line: string): Promise<string | undefined> }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    socket,
    async send(line) {
      socket.write(`${line}\n`);
      return (await replies.next()).value;
    },
  };
}

const toLogger = (port: number | string) => `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1
agent1.sources.source1.type = netcat
agent1.sources.source1.bind = 127.0.0.1
agent1.sources.source1.port = ${port}
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = memory
agent1.sinks.sink1.type = logger
agent1.sinks.sink1.channel = channel1
`;

const toFiles = (port: number, directory: string, more = "") => `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1
agent1.sources.source1.type = netcat
agent1.sources.source1.bind = localhost
agent1.sources.source1.port = ${port}
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = memory
agent1.sinks.sink1.type = file_roll
agent1.sinks.sink1.sink.directory = ${directory}
agent1.sinks.sink1.sink.rollInterval = 0
agent1.sinks.sink1.channel = channel1
${more}`;

async function written(directory: string): Promise<string> {
  const names = (await readdir(directory)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  return texts.join("");
}

test("netcat to memory to logger: lines are acknowledged and logged, TERM ends with 0", async () => {
  const port = await freePort();
  const program = await start(await build(toLogger(port)), ["agent1.ts"]);
  await program.says(`listening on 127.0.0.1:${port}`);
  const client = await connected(port);
  expect(await client.send("hello")).toBe("OK");
  await program.says("68 65 6C 6C 6F");
  program.process.signal("SIGTERM");
  expect(await program.process.ended).toEqual({ code: 0, signal: undefined });
  expect(await program.log()).toMatch(/"component":"source1","place":"agent\.conf:[46]"/);
});

test("every acknowledged line is in the file after TERM, and after kill -9 and a restart the rest goes on", async () => {
  const [port, directory] = [await freePort(), await temporaryDirectory("files")];
  const folder = await build(toFiles(port, directory));
  const first = await start(folder, ["agent1.ts"]);
  await first.says("running");
  const client = await connected(port);
  const acknowledged: string[] = [];
  for (let i = 0; i < 500; i++) {
    if ((await client.send(`line ${i}`)) === "OK") acknowledged.push(`line ${i}`);
  }
  first.process.signal("SIGTERM");
  expect(await first.process.ended).toEqual({ code: 0, signal: undefined });
  expect((await written(directory)).split("\n")).toEqual([...acknowledged, ""]);
  expect(acknowledged).toHaveLength(500);

  const second = await start(folder, ["agent1.ts"]);
  await second.says("running");
  await (await connected(port)).send("before the kill");
  await second.process.waitUntil(async () => (await written(directory)).includes("before the kill\n"));
  await second.process.kill();
  const third = await start(folder, ["agent1.ts"]);
  await third.says("running");
  await (await connected(port)).send("after the kill");
  await third.process.stop();
  expect((await written(directory)).split("\n").sort()).toEqual(
    [...acknowledged, "before the kill", "after the kill", ""].sort(),
  );
});

test("two sources, selector, interceptors and three sinks in one program", async () => {
  const [tcp, udp] = await freePorts(2);
  const [all, errors] = [await temporaryDirectory("all"), await temporaryDirectory("errors")];
  const conf = `a.sources = lines packets
a.channels = everything wrong shown
a.sinks = archive alarms screen
a.sources.lines.type = netcat
a.sources.lines.bind = 127.0.0.1
a.sources.lines.port = ${tcp}
a.sources.lines.channels = everything wrong shown
a.sources.lines.interceptors = kind host time
a.sources.lines.interceptors.kind.type = static
a.sources.lines.interceptors.kind.key = kind
a.sources.lines.interceptors.kind.value = line
a.sources.lines.interceptors.host.type = host
a.sources.lines.interceptors.host.hostHeader = where
a.sources.lines.interceptors.time.type = timestamp
a.sources.lines.selector.optional = shown
a.sources.packets.type = netcatudp
a.sources.packets.bind = 127.0.0.1
a.sources.packets.port = ${udp}
a.sources.packets.remoteAddress = sender
a.sources.packets.channels = everything wrong
a.sources.packets.interceptors = kind
a.sources.packets.interceptors.kind.type = static
a.sources.packets.interceptors.kind.key = kind
a.sources.packets.interceptors.kind.value = packet
a.sources.packets.selector.type = multiplexing
a.sources.packets.selector.header = kind
a.sources.packets.selector.mapping.packet = everything
a.sources.packets.selector.default = wrong
a.channels.everything.type = memory
a.channels.wrong.type = memory
a.channels.shown.type = memory
a.sinks.archive.type = file_roll
a.sinks.archive.sink.directory = ${all}
a.sinks.archive.sink.serializer = HEADER_AND_TEXT
a.sinks.archive.channel = everything
a.sinks.alarms.type = file_roll
a.sinks.alarms.sink.directory = ${errors}
a.sinks.alarms.channel = wrong
a.sinks.screen.type = logger
a.sinks.screen.channel = shown
`;
  const program = await start(await build(conf), ["a.ts"]);
  await program.says("running");
  const client = await connected(tcp!);
  expect(await client.send("from tcp")).toBe("OK");
  await program.says("66 72 6F 6D 20 74 63 70");
  const socket = createSocket("udp4");
  await program.process.waitUntil(async () => {
    socket.send("from udp\nrest", udp!, "127.0.0.1");
    return (await written(all)).includes("from udp");
  });
  socket.close();
  await program.process.stop();
  const lines = (await written(all)).split("\n");
  expect(lines[0]).toMatch(/^\{kind=line(, where=[\d.:a-f]+)?, timestamp=\d{13}\} from tcp$/);
  expect(lines[1]).toMatch(/^\{sender=\/127\.0\.0\.1:\d+, kind=packet\} from udp$/);
  expect(await written(errors)).toBe("from tcp\n");
});

test("a look-up that is missing stops the start with one line; one in a file is found", async () => {
  const port = await freePort();
  const folder = await build(toLogger("${env:LISTEN_PORT}"));
  const missing = await start(folder, ["agent1.ts"]);
  expect(await missing.process.ended).toEqual({ code: 78, signal: undefined });
  const log = await missing.log();
  expect(log).toMatch(/source1 \(agent\.conf:6\).*LISTEN_PORT/);
  expect(log).not.toContain("    at ");

  await writeFile(join(folder, "port"), `${port}\n`);
  const found = await start(folder, ["agent1.ts"], { LISTEN_PORT_FILE: join(folder, "port") });
  await found.says(`listening on 127.0.0.1:${port}`);
  await found.process.stop();

  const wrong = await start(folder, ["agent1.ts"], { LISTEN_PORT: "many" });
  expect(await wrong.process.ended).toEqual({ code: 78, signal: undefined });
  expect(await wrong.log()).toContain("port must be a whole number");
  const outside = await start(folder, ["agent1.ts"], { LISTEN_PORT: "99999" });
  expect(await outside.process.ended).toEqual({ code: 78, signal: undefined });
  expect(await outside.log()).toContain("port must be at most 65535");
});

test("the bundle runs from an empty folder", async () => {
  const [port, folder] = [await freePort(), await temporaryDirectory("bundle")];
  await writeFile(join(folder, "agent1.mjs"), await bundle(await compile(toLogger(port)).emit()));
  const program = await start(folder, ["agent1.mjs"]);
  await program.says("running");
  expect(await (await connected(port)).send("hello")).toBe("OK");
  program.process.signal("SIGTERM");
  expect((await program.process.ended).code).toBe(0);
});

test("the bundle of a Kafka pipeline has kafkajs in it, and listens although no broker is there", async () => {
  const [port, broker, folder] = [await freePort(), await freePort(), await temporaryDirectory("bundle")];
  const conf = toLogger(port).replace(
    "agent1.sinks.sink1.type = logger",
    `agent1.sinks.sink1.type = org.apache.flume.sink.kafka.KafkaSink\nagent1.sinks.sink1.kafka.bootstrap.servers = 127.0.0.1:${broker}`,
  );
  await writeFile(join(folder, "agent1.mjs"), await bundle(await compile(conf).emit()));
  const program = await start(folder, ["agent1.mjs", "--drain-timeout", "0"]);
  await program.says("running");
  expect(await (await connected(port)).send("hello")).toBe("OK");
  await program.says(/ECONNREFUSED|refused/);
  expect(await program.log()).not.toMatch(/Dynamic require|TimeoutNegativeWarning/);
  program.process.signal("SIGTERM");
  expect((await program.process.ended).code).toBe(75);
});

/** The sample of a Kafka source, a memory channel and HDFS, whose path names no file system. */
const intoHdfs = new URL("../../samples/kafka-memory-hdfs/agent.conf", import.meta.url);

test("a path without a file system is never one on this machine: the program does not start, and says why", async () => {
  const folder = await temporaryDirectory("bundle");
  await writeFile(
    join(folder, "agent1.mjs"),
    await bundle(await compile(await readFile(intoHdfs, "utf8")).emit()),
  );
  const program = await start(folder, ["agent1.mjs"], { HADOOP_CONF_DIR: "" });
  expect(await program.process.ended).toEqual({ code: 78, signal: undefined });
  const log = await program.log();
  expect(log).toContain("sink1 (agent.conf:17): hdfs.path names no file system");
  expect(log).not.toMatch(/ {4}at |Dynamic require|already been declared/);
});

test("with --default-fs it runs, also while there is neither a ZooKeeper nor a broker, and stops", async () => {
  const [zooKeeper, folder] = [await freePort(), await temporaryDirectory("run")];
  await copyFile(intoHdfs, join(folder, "flume.conf"));
  const set = (key: string, value: string) => ["--set", `agent1.${key}=${value}`];
  const program = await start(
    folder,
    [
      ...[main, "run", "flume.conf", "--default-fs", "file:///"],
      ...set("sources.source1.zookeeperConnect", `127.0.0.1:${zooKeeper}`),
      ...set("sinks.sink1.hdfs.path", join(folder, "calls")),
    ],
    { HADOOP_CONF_DIR: "", FLAFKAC_STATE_DIR: folder },
  );
  await program.says("running");
  await program.says(/"component":"source1".*no ZooKeeper answers/);
  program.process.signal("SIGTERM");
  expect(await program.process.ended, await program.log()).toEqual({ code: 0, signal: undefined });
});

test("run compiles in memory and runs; its exit is the program's", async () => {
  const [port, folder] = [await freePort(), await temporaryDirectory("run")];
  await writeFile(join(folder, "flume.conf"), toLogger(1));
  const program = await start(folder, [
    main,
    "run",
    "flume.conf",
    "--set",
    `agent1.sources.source1.port=${port}`,
  ]);
  await program.says("running");
  expect(await (await connected(port)).send("hello")).toBe("OK");
  await program.says("68 65 6C 6C 6F");
  expect(await readdir(folder)).toHaveLength(2);
  program.process.signal("SIGTERM");
  expect((await program.process.ended).code).toBe(0);

  const missing = await start(folder, [
    main,
    "run",
    "flume.conf",
    "--set",
    "agent1.sources.source1.port=${env:NO_SUCH_PORT}",
  ]);
  expect((await missing.process.ended).code).toBe(78);
  expect(await missing.log()).toContain("NO_SUCH_PORT");
  expect(await missing.log()).not.toContain("fault of flafkac");
});

test("run refuses a file with errors, and a name that is not there", async () => {
  const folder = await temporaryDirectory("run");
  await writeFile(join(folder, "flume.conf"), toLogger("many"));
  const broken = await start(folder, [main, "run", "flume.conf"]);
  expect((await broken.process.ended).code).toBe(1);
  expect(await broken.log()).toContain("flume.conf:6:");
  const nobody = await start(folder, [main, "run", "flume.conf", "-n", "agent2"]);
  expect((await nobody.process.ended).code).toBe(2);
});

test.each([["run", "agent"], ["agent"]])("flume-ng's own command line: %s %s", async (...words) => {
  const [[port, metrics], folder] = [await freePorts(2), await temporaryDirectory("flume-ng")];
  await writeFile(join(folder, "flume.conf"), toLogger(port!));
  await copyFile(join(folder, "flume.conf"), join(folder, "other.conf"));
  const program = await start(folder, [
    main,
    ...words.filter((word) => word !== undefined),
    ...["--name", "agent1", "--conf-file", "flume.conf", "--conf", "/etc/flume/conf", "--no-reload-conf"],
    ...["-Xmx512m", "-Dflume.root.logger=INFO,console"],
    ...["-Dflume.monitoring.type=http", `-Dflume.monitoring.port=${metrics}`],
  ]);
  await program.says("running");
  expect(await (await connected(port!)).send("hello")).toBe("OK");
  const counters = (await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).json()) as Record<
    string,
    unknown
  >;
  expect(counters).toMatchObject({ "SOURCE.source1": { EventAcceptedCount: "1" } });
  expect(await program.log()).toMatch(/-Xmx512m is ignored[\s\S]*-Dflume\.root\.logger is ignored/);
  await program.process.stop();

  const short = await start(folder, [
    main,
    ...words.filter((word) => word !== undefined),
    "-n",
    "agent1",
    "-f",
    "flume.conf",
    "-c",
    ".",
  ]);
  await short.says("running");
  await short.process.stop();
});
