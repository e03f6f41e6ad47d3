import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connected } from "../../scripts/servers/connected.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { ServerProcess } from "../../scripts/servers/server-process.ts";

const main = new URL("../../cli/main.ts", import.meta.url).pathname;

/** netcat into files of the local disk, as an HDFS sink writes them. */
const conf = (port: number, directory: string) => `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1
agent1.sources.source1.type = netcat
agent1.sources.source1.bind = 127.0.0.1
agent1.sources.source1.port = ${port}
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = memory
agent1.sinks.sink1.type = hdfs
agent1.sinks.sink1.hdfs.path = file://${directory}
agent1.sinks.sink1.hdfs.fileType = DataStream
agent1.sinks.sink1.hdfs.rollInterval = 0
agent1.sinks.sink1.hdfs.rollSize = 0
agent1.sinks.sink1.hdfs.rollCount = 0
agent1.sinks.sink1.channel = channel1
`;

const run = async (cwd: string, confFile: string, home: string, args: readonly string[] = []) => {
  const logFile = join(cwd, "run.log");
  const { FLAFKAC_STATE_DIR: _, ...env } = process.env;
  const server = await ServerProcess.start({
    name: "flafkac run",
    command: process.execPath,
    args: [main, "run", confFile, ...args],
    cwd,
    env: { ...env, XDG_STATE_HOME: home },
    logFile,
  });
  onTestFinished(() => server.kill());
  return { server, log: () => readFile(logFile, "utf8") };
};

test("a killed `flafkac run` finishes its files at the next one, wherever that is started", async () => {
  const [home, folder, out] = [
    await temporaryDirectory("state"),
    await temporaryDirectory("run"),
    join(await temporaryDirectory("files"), "out"),
  ];
  const port = await freePort();
  const names = ["first", "second"].map((name) => join(folder, name));
  for (const name of names) await mkdir(name);
  const confFile = join(folder, "flume.conf");
  await writeFile(confFile, conf(port, out));
  const inUse = async () => (await readdir(out).catch(() => [])).filter((name) => name.endsWith(".tmp"));

  const first = await run(names[0]!, confFile, home);
  const client = await connected(port);
  client.write("a line that is delivered\n");
  await first.server.waitUntil(async () => {
    const [name] = await inUse();
    return name !== undefined && (await readFile(join(out, name), "utf8")) !== "";
  });
  await first.server.kill();
  client.destroy();
  const [left] = await inUse();
  expect(await readdir(names[0]!)).toEqual(["run.log"]);

  // Another folder, and another name of the file.
  await symlink(confFile, join(folder, "same.conf"));
  const second = await run(names[1]!, "../same.conf", home);
  await second.server.waitUntil(async () => (await second.log()).includes("which was left open"));
  expect(await inUse()).toEqual([]);
  expect(await readFile(join(out, left!.replace(/\.tmp$/, "")), "utf8")).toBe("a line that is delivered\n");
  second.server.signal("SIGTERM");
  expect(await second.server.ended).toEqual({ code: 0, signal: undefined });
  const [state] = await readdir(join(home, "flafkac"));
  expect(state).toMatch(/^[0-9a-f]{16}$/);
  expect(await readdir(join(home, "flafkac", state!))).toEqual([]);
});

test("a program without such files makes no folder", async () => {
  const [home, folder] = [await temporaryDirectory("state"), await temporaryDirectory("run")];
  await mkdir(home, { recursive: true });
  const confFile = join(folder, "flume.conf");
  const toLogger = conf(await freePort(), "/nowhere")
    .replace("sink1.type = hdfs", "sink1.type = logger")
    .replace(/^.*hdfs\..*\n/gm, "");
  await writeFile(confFile, toLogger);
  const { server, log } = await run(folder, confFile, home);
  await server.waitUntil(async () => (await log()).includes("running"));
  server.signal("SIGTERM");
  expect(await server.ended).toEqual({ code: 0, signal: undefined });
  expect(await readdir(home)).toEqual([]);
});
