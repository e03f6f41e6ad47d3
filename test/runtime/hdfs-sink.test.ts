import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventOf } from "../../runtime/events/event.ts";
import { LocalFileSystem } from "../../runtime/hdfs/local-file-system.ts";
import { textSerializer } from "../../runtime/serializers/file-serializer.ts";
import { dataStream } from "../../runtime/sinks/hdfs/file-format.ts";
import { HdfsSink, type HdfsSinkOptions } from "../../runtime/sinks/hdfs/hdfs-sink.ts";
import { logged, sinkContext } from "./contexts.ts";

const lines = dataStream(textSerializer({ appendNewline: true }));

async function rig(changed: Partial<HdfsSinkOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "hdfs-sink-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const log = logged();
  const context = sinkContext(log);
  const options: HdfsSinkOptions = {
    path: `${directory}/out`,
    filePrefix: "FlumeData",
    inUsePrefix: "",
    inUseSuffix: ".tmp",
    fileSuffix: "",
    rollInterval: 0,
    rollSize: 0,
    rollCount: 0,
    idleTimeout: 0,
    maxOpenFiles: 5000,
    callTimeout: 30_000,
    closeTries: Number.POSITIVE_INFINITY,
    retryInterval: 180_000,
    stateDirectory: `${directory}/state`,
    ...changed,
  };
  const sink = new HdfsSink(context, new LocalFileSystem(), options, lines);
  sink.start();
  return { directory, sink, context, log, files: () => contentsOf(`${directory}/out`) };
}

async function contentsOf(directory: string): Promise<[name: string, text: string][]> {
  const names = (await readdir(directory)).sort();
  return Promise.all(
    names.map(
      async (name): Promise<[string, string]> => [name, await readFile(join(directory, name), "utf8")],
    ),
  );
}

const events = (...texts: string[]) => texts.map((text) => eventOf(Buffer.from(text)));

describe("HDFS sink", () => {
  it("writes under the in-use name, and renames at the stop", async () => {
    const { sink, files, directory } = await rig();
    expect(await sink.deliver(events("a", "b"))).toBeUndefined();
    expect(await files()).toEqual([[expect.stringMatching(/^FlumeData\.\d{13}\.tmp$/), "a\nb\n"]]);
    await sink.stop();
    expect(await files()).toEqual([[expect.stringMatching(/^FlumeData\.\d{13}$/), "a\nb\n"]]);
    expect(await readdir(`${directory}/state`)).toEqual([]);
  });

  it("rolls by count before the next event", async () => {
    const { sink, files } = await rig({ rollCount: 2, fileSuffix: ".csv" });
    await sink.deliver(events("1", "2", "3", "4", "5"));
    await sink.deliver(events("6"));
    await sink.stop();
    const all = await files();
    expect(all.map(([, text]) => text)).toEqual(["1\n2\n", "3\n4\n", "5\n6\n"]);
    const counters = all.map(([name]) => Number(/^FlumeData\.(\d+)\.csv$/.exec(name)![1]));
    expect(counters).toEqual([counters[0], counters[0]! + 1, counters[0]! + 2]);
  });
});
