import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HdfsCluster, startHdfs } from "../../../scripts/servers/hdfs.ts";
import { EmittedProgram } from "../emitted-program.ts";
import { flawless } from "../pipeline.ts";
import { RecordWriter } from "../record-writer.ts";
import { seeded } from "../seed.ts";
import { Flow, FlowKafka, type FlowOptions } from "./flow.ts";

// Which file system a path means, in whole programs: HDFS over HTTP too.

let hdfs: HdfsCluster;
let kafka: FlowKafka;

beforeAll(async () => {
  [hdfs, kafka] = await Promise.all([startHdfs(), FlowKafka.start()]);
});

afterAll(async () => {
  await Promise.all([kafka?.close(), hdfs?.close()]);
});

describe("webhdfs://", () => {
  test("offsets are committed when files are closed, and a kill repeats what was in open ones", async () => {
    const random = seeded("WebHDFS, kill -9");
    const directory = "/over-http";
    const flow = await Flow.build(hdfs, kafka, "kafka-memory-hdfs", {
      directory,
      path: `${hdfs.webHdfsUri}${directory}`,
      sessionTimeout: 3_000,
      // No idle file is closed: what is committed is committed by rolls, and at the stop.
      overrides: { "sinks.sink1.hdfs.rollCount": 1_000, "sinks.sink1.hdfs.idleTimeout": 0 },
    });
    const { bootstrapServers } = kafka.server;
    const few = await RecordWriter.write(bootstrapServers, flow.topic, { records: 300 });
    const killed = await flow.start();
    await killed.waitUntil(async () => (await flow.filesInUse()).length === 1);
    const more = await RecordWriter.start(bootstrapServers, flow.topic, { records: 6_000, perSecond: 3_000 });
    expect(await flow.committed()).toBe(0);
    await flow.waitForCommitted(random(1, 4_000), killed);
    await killed.kill();
    const before = await flow.committed();
    await more.finished;
    await using program = await flow.start();
    await program.waitForOutput(/reads .* as a member/);
    const taken = async () => Number((await program.counters())["SINK.sink1"]?.EventDrainAttemptCount ?? 0);
    await program.waitUntil(async () => (await taken()) >= 6_300 - before);
    // The last ones are in a file that is closed by the stop.
    expect((await program.stop()).code, await program.output()).toBe(0);
    expect(await flow.committed()).toBe(6_300);
    const verdict = await flow.verdict([...few.ledgers, ...more.ledgers]);
    console.log(`WebHDFS, a kill: 6300 records, ${verdict.duplicated} came again`);
    expect(verdict).toEqual({ ...flawless, duplicated: verdict.duplicated });
  });
});

describe("paths of HDFS that do not say where it is", () => {
  const build = (path: string, directory: string, more: FlowOptions = {}) =>
    Flow.build(hdfs, kafka, "kafka-memory-hdfs", { directory, path, ...more });

  test.each([
    ["a path without scheme", "HADOOP_CONF_DIR", ""],
    ["hdfs:///", "HADOOP_CONF_DIR", "hdfs://"],
    ["a path without scheme", "--default-fs", ""],
    ["hdfs:///", "--default-fs", "hdfs://"],
  ] as const)("%s, with %s", async (_, how, scheme) => {
    const directory = `/where/${how.replace(/\W/g, "")}${scheme.length}`;
    const flow = await build(`${scheme}${directory}`, directory, {
      buildOptions: how === "--default-fs" ? ["--default-fs", hdfs.uri] : [],
    });
    const writer = await RecordWriter.write(kafka.server.bootstrapServers, flow.topic, { records: 1_000 });
    await using program =
      how === "--default-fs" ? await EmittedProgram.start(flow.program) : await flow.start();
    await flow.waitForCommitted(1_000, program);
    await flow.stopWell(program);
    expect(await flow.verdict(writer.ledgers)).toEqual(flawless);
    expect(existsSync(directory)).toBe(false);
  });

  test.each(["", "hdfs://"])("with neither: %s/… refuses to start, and touches no disk", async (scheme) => {
    const directory = `/nowhere-${Date.now()}/calls`;
    const flow = await build(`${scheme}${directory}`, directory);
    const before = await readdir(flow.program.directory);
    const program = await EmittedProgram.start(flow.program, { env: { HADOOP_CONF_DIR: "" } });
    expect(await program.ended).toEqual({ code: 78, signal: undefined });
    // The line: here it was set on the command line.
    expect(await program.output()).toMatch(
      /"place":"--set".*sink1 \(--set\): hdfs\.path names no (file system|host)/,
    );
    expect(existsSync(directory)).toBe(false);
    const after = (await readdir(flow.program.directory)).filter((name) => !name.endsWith(".log"));
    expect(after).toEqual(before);
    expect(existsSync(join(flow.program.directory, directory))).toBe(false);
    expect(await flow.committed()).toBe(0);
  });
});
