import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { connected } from "../../scripts/servers/connected.ts";
import { startFlume } from "../../scripts/servers/flume.ts";
import { startHdfs } from "../../scripts/servers/hdfs.ts";
import {
  deleteHdfs,
  growHdfs,
  hdfsText,
  listHdfs,
  openHdfsFiles,
  readHdfs,
  readHdfsFiles,
  writeHdfs,
} from "../../scripts/servers/hdfs-files.ts";
import { isAlive } from "../../scripts/servers/lock.ts";
import { freePort } from "../../scripts/servers/ports.ts";

test("one NameNode and one DataNode keep files over kills, and say what is in them", async () => {
  const hdfs = await startHdfs();
  const daemons = [hdfs.nameNode, hdfs.dataNode];
  try {
    expect(hdfs.uri).toBe(`hdfs://localhost:${hdfs.nameNode.port}`);
    const site = await readFile(join(hdfs.configurationDirectory, "core-site.xml"), "utf8");
    expect(site).toContain(`<name>fs.defaultFS</name><value>${hdfs.uri}</value>`);
    await writeHdfs(hdfs, "/logs/a/one%.txt", "first\n");
    await writeHdfs(hdfs, "/logs/two.gz", gzipSync("packed\n"));
    for (const daemon of daemons) {
      const { pid } = daemon;
      await daemon.kill();
      expect(isAlive(pid)).toBe(false);
      await daemon.start();
      await hdfs.waitUntilReady();
    }
    expect(await readHdfsFiles(hdfs, "/logs")).toEqual(
      new Map([
        ["/logs/a/one%.txt", Buffer.from("first\n")],
        ["/logs/two.gz", gzipSync("packed\n")],
      ]),
    );
    expect(await listHdfs(hdfs, "/nothing")).toEqual([]);
    expect(await hdfsText(hdfs, ["/logs/two.gz", "/logs/a/one%.txt"])).toEqual(["packed\n", "first\n"]);
    await expect(hdfsText(hdfs, ["/nothing"])).rejects.toThrow(/No such file/);
    await hdfs.enterSafeMode();
    await expect(writeHdfs(hdfs, "/logs/three", "")).rejects.toThrow(/safe mode/);
    await hdfs.leaveSafeMode();
    await hdfs.setQuota("/logs/a", 2);
    await expect(writeHdfs(hdfs, "/logs/a/more", "")).rejects.toThrow(/NSQuotaExceeded/);
    await hdfs.setQuota("/logs/a", undefined);
    await writeHdfs(hdfs, "/logs/a/more", "");
    expect(await deleteHdfs(hdfs, "/logs/a")).toBe(true);
    expect((await listHdfs(hdfs, "/")).map(({ path }) => path)).toEqual(["/logs/two.gz"]);
    // A file that grows: what is flushed can be read, and its writer is known.
    await using growing = await growHdfs(hdfs, "/logs/growing");
    await until(async () => (await openHdfsFiles(hdfs, "/logs")).length > 0);
    expect(await openHdfsFiles(hdfs, "/logs")).toEqual(["/logs/growing"]);
    await growing.finish("end\n");
    expect(await openHdfsFiles(hdfs, "/logs")).toEqual([]);
    expect((await readHdfs(hdfs, "/logs/growing")).toString()).toBe("end\n");
  } finally {
    await hdfs.close();
  }
  expect(daemons.map((daemon) => daemon.running)).toEqual([false, false]);
  expect(existsSync(dirname(hdfs.configurationDirectory))).toBe(false);
});

test("Flume 1.11 writes what it gets into files of HDFS", async () => {
  await using hdfs = await startHdfs();
  const port = await freePort();
  const conf = [
    "agent1.sources = source1",
    "agent1.channels = channel1",
    "agent1.sinks = sink1",
    "agent1.sources.source1.type = netcat",
    "agent1.sources.source1.bind = 127.0.0.1",
    `agent1.sources.source1.port = ${port}`,
    "agent1.sources.source1.channels = channel1",
    "agent1.channels.channel1.type = memory",
    "agent1.sinks.sink1.type = hdfs",
    "agent1.sinks.sink1.channel = channel1",
    // Without scheme: where core-site.xml says.
    "agent1.sinks.sink1.hdfs.path = /flume/calls",
    "agent1.sinks.sink1.hdfs.fileSuffix = .seq",
    "agent1.sinks.sink1.hdfs.writeFormat = Text",
    "agent1.sinks.sink1.hdfs.rollInterval = 0",
  ];
  await using flume = await startFlume({
    conf: conf.join("\n"),
    hadoopConfigurationDirectory: hdfs.configurationDirectory,
  });
  const socket = await connected(port);
  socket.resume().end("one\ntwo\n");
  await until(async () => (await flume.counters())["SINK.sink1"]?.EventDrainSuccessCount === "2");
  await flume.stop();
  const paths = (await listHdfs(hdfs, "/flume")).map(({ path }) => path);
  expect(paths).toEqual([expect.stringMatching(/^\/flume\/calls\/FlumeData\.\d{13}\.seq$/)]);
  // Key and value: the time, a tab, the body.
  expect(await hdfsText(hdfs, paths)).toEqual([expect.stringMatching(/^\d{13}\tone\n\d{13}\ttwo\n$/)]);
});

test("of a pair of NameNodes the other one takes over", async () => {
  await using hdfs = await startHdfs({ highAvailability: true });
  const [first, second] = hdfs.nameNodes;
  expect(hdfs.uri).toBe("hdfs://flafkac");
  await writeHdfs(hdfs, "/before", "1");
  await hdfs.transitionToActive(second!);
  expect(await hdfs.activeNameNode()).toBe(second);
  await writeHdfs(hdfs, "/between", "2");
  await second!.kill();
  expect(await hdfs.activeNameNode()).toBeUndefined();
  await hdfs.transitionToActive(first!);
  await hdfs.waitUntilReady();
  await writeHdfs(hdfs, "/after", "3");
  expect((await listHdfs(hdfs, "/")).map(({ path }) => path)).toEqual(["/after", "/before", "/between"]);
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition()) && performance.now() < deadline) await delay(20);
}
