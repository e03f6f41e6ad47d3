import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandFailed, runCommand } from "../../scripts/servers/command.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { ServerProcess } from "../../scripts/servers/server-process.ts";
import { createTopic, readTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import { teachKafkajsCodecs } from "../kafka/plain-codecs.ts";
import { sampleConf } from "../servers/emitted-program.ts";
import { judge } from "../servers/ledger.ts";
import { LineWriter } from "../servers/line-writer.ts";
import { flawless } from "../servers/pipeline.ts";

const root = new URL("../..", import.meta.url).pathname;

// The Node of this process first on the path, as a user of the package has a new enough one.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };

teachKafkajsCodecs();

let home: string;
let kafka: KafkaServer;

beforeAll(async () => {
  const tarballs = await temporaryDirectory("tarball");
  home = await temporaryDirectory("installed");
  await runCommand("npm", ["pack", "--pack-destination", tarballs], { cwd: root, env });
  const [tarball = ""] = await readdir(tarballs);
  await runCommand("npm", ["init", "-y"], { cwd: home, env });
  // What npm ci has fetched for this checkout is in npm's cache.
  await runCommand(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", join(tarballs, tarball)],
    { cwd: home, env },
  );
  await copyFile(sampleConf, join(home, "agent.conf"));
  kafka = await startKafka();
});

afterAll(async () => {
  await kafka?.close();
});

const flafkac = (...args: string[]) => runCommand("npx", ["--no", "flafkac", ...args], { cwd: home, env });

/** Runs a command between a port and a topic, writes lines, reads them back, ends it with TERM. */
async function moves(
  topic: string,
  port: number,
  directory: string,
  command: string,
  args: string[],
  check?: () => Promise<void>,
) {
  await createTopic(kafka.bootstrapServers, topic);
  const program = await ServerProcess.start({
    name: command,
    command,
    args,
    cwd: directory,
    env,
    logFile: join(home, `${topic}.log`),
  });
  try {
    const writer = await LineWriter.start(port, { lines: 1_000 });
    await writer.closed;
    expect(writer.acknowledged.size).toBe(1_000);
    await waitForRecords(kafka.bootstrapServers, topic, 1_000);
    await check?.();
    program.signal("SIGTERM");
    expect((await program.ended).code).toBe(0);
    expect(judge([writer], await readTopic(kafka.bootstrapServers, topic))).toEqual(flawless);
  } finally {
    await program.kill();
  }
}

function overrides(topic: string, port: number): string[] {
  return [
    ...["--set", `agent1.sources.source1.port=${port}`],
    ...["--set", `agent1.sinks.sink1.topic=${topic}`],
    ...["--set", `agent1.sinks.sink1.brokerList=${kafka.bootstrapServers}`],
  ];
}

test("the tarball holds what its users need and nothing of the project's own works", async () => {
  const installed = join(home, "node_modules", "flafkac");
  const files = await readdir(installed);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "NOTICE", "README.md", "dist", "package.json"]));
  for (const own of ["test", "scripts", "bench", ".ci", "node_modules"]) expect(files).not.toContain(own);
});

test("the installed command line lints", async () => {
  await flafkac("lint", "agent.conf");
  const { stdout } = await flafkac("lint", "--format", "json", "agent.conf");
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, summary: { errors: 0 } });
  const wrong = await flafkac("lint", "package.json").catch((error: unknown) => error);
  expect(wrong).not.toMatchObject({ stdout: expect.stringMatching(/fault of flafkac/) });
  const missing = await flafkac("lint", "no-such.conf").catch((error: unknown) => error);
  expect(missing).toBeInstanceOf(CommandFailed);
  expect((missing as CommandFailed).exitCode).toBe(2);
});

test("the installed command line builds a program that npm install completes", async () => {
  const port = await freePort();
  const topic = "built";
  await flafkac("build", "agent.conf", "-o", "out", ...overrides(topic, port));
  const out = join(home, "out");
  await runCommand("npm", ["install", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"], {
    cwd: out,
    env,
  });
  const { dependencies } = JSON.parse(await readFile(join(out, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(dependencies).toEqual({ kafkajs: "2.2.4" });
  await moves(topic, port, out, process.execPath, ["agent1.ts"]);
  await flafkac("build", "agent.conf", "-o", "out", "--check", ...overrides(topic, port));
});

test("a bundled program runs alone in an empty folder", async () => {
  const port = await freePort();
  const topic = "bundled";
  await flafkac("build", "agent.conf", "-o", "bundled", "--bundle", ...overrides(topic, port));
  const alone = await temporaryDirectory("alone");
  await mkdir(alone, { recursive: true });
  await copyFile(join(home, "bundled", "agent1.mjs"), join(alone, "agent1.mjs"));
  await moves(topic, port, alone, process.execPath, ["agent1.mjs"]);
});

test("the installed command line runs a configuration", async () => {
  const bin = join(home, "node_modules", ".bin", "flafkac");
  const port = await freePort();
  await moves("ran", port, home, bin, ["run", "agent.conf", "-n", "agent1", ...overrides("ran", port)]);
});

test("programs that compress have their codec: installed, bundled and run", async () => {
  const compressing = (topic: string, port: number, type: string) => [
    ...overrides(topic, port),
    ...["--set", `agent1.sinks.sink1.kafka.producer.compression.type=${type}`],
  ];
  const port = await freePort();
  await flafkac("build", "agent.conf", "-o", "snappy", ...compressing("snappy", port, "snappy"));
  const folder = join(home, "snappy");
  const install = ["install", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"];
  await runCommand("npm", install, { cwd: folder, env });
  await moves("snappy", port, folder, process.execPath, ["agent1.ts"]);

  await flafkac("build", "agent.conf", "-o", "lz4", "--bundle", ...compressing("lz4", port, "lz4"));
  const alone = await temporaryDirectory("alone");
  await copyFile(join(home, "lz4", "agent1.mjs"), join(alone, "agent1.mjs"));
  await moves("lz4", port, alone, process.execPath, ["agent1.mjs"]);

  const bin = join(home, "node_modules", ".bin", "flafkac");
  await moves("ran-lz4", port, home, bin, ["run", "agent.conf", ...compressing("ran-lz4", port, "lz4")]);
});

test("it takes flume-ng's own command line, monitoring included", async () => {
  const bin = join(home, "node_modules", ".bin", "flafkac");
  const [port, monitoringPort] = [await freePort(), await freePort()];
  const conf = (await readFile(join(home, "agent.conf"), "utf8"))
    .replace("44444", String(port))
    .replace("app_events", "as-flume-ng")
    .replace("localhost:9092", kafka.bootstrapServers);
  await writeFile(join(home, "flume.conf"), conf);
  const counters = async () => {
    const response = await fetch(`http://127.0.0.1:${monitoringPort}/metrics`);
    expect(await response.json()).toMatchObject({ "SOURCE.source1": { EventAcceptedCount: "1000" } });
  };
  const args = [
    ...[
      "agent",
      "-n",
      "agent1",
      "-f",
      "flume.conf",
      "-c",
      "conf",
      "-Xmx1g",
      "-Dflume.root.logger=INFO,console",
    ],
    ...["-Dflume.monitoring.type=http", `-Dflume.monitoring.port=${monitoringPort}`],
  ];
  await moves("as-flume-ng", port, home, bin, args, counters);
});
