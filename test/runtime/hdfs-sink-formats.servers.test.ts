import { randomInt } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventOf } from "../../runtime/events/event.ts";
import type { FileSystem } from "../../runtime/hdfs/file-system.ts";
import { hadoopFileSystem } from "../../runtime/hdfs/hadoop.ts";
import { LocalFileSystem } from "../../runtime/hdfs/local-file-system.ts";
import { avroDeflate, avroEventSerializer } from "../../runtime/serializers/avro-container.ts";
import { avroSnappy } from "../../runtime/serializers/avro-snappy.ts";
import { textSerializer } from "../../runtime/serializers/file-serializer.ts";
import { lz4Codec, snappyCodec } from "../../runtime/sinks/hdfs/block-codecs.ts";
import { defaultCodec, deflateCodec, gzipCodec } from "../../runtime/sinks/hdfs/codecs.ts";
import { compressedStream } from "../../runtime/sinks/hdfs/compressed-stream.ts";
import { dataStream, type FileFormat } from "../../runtime/sinks/hdfs/file-format.ts";
import { HdfsSink } from "../../runtime/sinks/hdfs/hdfs-sink.ts";
import { sequenceFile } from "../../runtime/sinks/hdfs/sequence-file.ts";
import { randomNumbers } from "../../scripts/jdk-properties/random-file.ts";
import { flumeArtifacts, hdfsArtifacts } from "../../scripts/servers/artifacts.ts";
import { classPath } from "../../scripts/servers/class-path.ts";
import { runCommand } from "../../scripts/servers/command.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { listHdfs } from "../../scripts/servers/hdfs-files.ts";
import { sinkContext } from "./contexts.ts";
import { hdfsSinkOptions, temporaryFolder } from "./hdfs-sink-rig.ts";

let cluster: HdfsCluster;

beforeAll(async () => {
  cluster = await startHdfs();
});
afterAll(() => cluster.close());

const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));
console.log(`formats: FLAFKAC_SEED=${seed}`);
const next = randomNumbers(seed);

/** Lines of a length that gives several blocks of every codec, half of them hard to compress. */
const texts = Array.from({ length: 6000 }, (_, i) => {
  if (i % 2 === 0) return `line ${i} ${"x".repeat(next(200))}`;
  return `line ${i} ${Array.from({ length: 1 + next(60) }, () => String.fromCharCode(33 + next(90))).join("")}`;
});
texts.push("", "é".repeat(100_000));

const text = textSerializer({ appendNewline: true });

async function write(path: string, format: FileFormat): Promise<string> {
  const fileSystem = hadoopFileSystem(sinkContext(), { uri: cluster.uri, callTimeout: 30_000 });
  await deliverAll(fileSystem, path, format);
  const [file, ...others] = await listHdfs(cluster, path);
  expect(others).toEqual([]);
  expect(file!.path.endsWith(format.extension)).toBe(true);
  return file!.path;
}

/** In batches of all sizes, so that files have many flushes. */
async function deliverAll(fileSystem: FileSystem, path: string, format: FileFormat): Promise<void> {
  const options = { ...hdfsSinkOptions(await temporaryFolder()), path, fileSuffix: format.extension };
  const sink = new HdfsSink(sinkContext(), fileSystem, options, format);
  sink.start();
  for (let at = 0; at < texts.length; ) {
    const size = 1 + next(1500);
    const events = texts.slice(at, at + size).map((line, i) => {
      return { ...eventOf(Buffer.from(line)), headers: new Map([["timestamp", String(1e12 + at + i)]]) };
    });
    expect(await sink.deliver(events)).toBeUndefined();
    at += size;
  }
  await sink.stop();
}

const bodies = texts.map((line) => `${line}\n`).join("");
const timesAndBodies = texts.map((line, i) => `${1e12 + i}\t${line}\n`).join("");
const hex = (line: string) =>
  [...Buffer.from(line)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
const timesAndHex = texts.map((line, i) => `${1e12 + i}\t${hex(line)}\n`).join("");

test.each<[string, FileFormat, string]>([
  ["DataStream", dataStream(text), bodies],
  ["CompressedStream gzip", compressedStream(gzipCodec, text), bodies],
  ["CompressedStream deflate", compressedStream(deflateCodec, text), bodies],
  ["CompressedStream default", compressedStream(defaultCodec, text), bodies],
  ["CompressedStream snappy", compressedStream(snappyCodec, text), bodies],
  ["SequenceFile Text", sequenceFile("Text"), timesAndBodies],
  ["SequenceFile Writable", sequenceFile("Writable"), timesAndHex],
  ["SequenceFile Text gzip", sequenceFile("Text", gzipCodec), timesAndBodies],
  ["SequenceFile Text default", sequenceFile("Text", defaultCodec), timesAndBodies],
  ["SequenceFile Writable deflate", sequenceFile("Writable", deflateCodec), timesAndHex],
  ["SequenceFile Text snappy", sequenceFile("Text", snappyCodec), timesAndBodies],
])("hdfs dfs -text reads %s", async (name, format, expected) => {
  const path = await write(`/${name.replaceAll(" ", "-")}`, format);
  const read = (await cluster.tools.run("dfs", "-text", path)).toString("utf8");
  // A comparison that vitest would print takes minutes.
  expect(read.length).toBe(expected.length);
  expect(read === expected).toBe(true);
});

test.each([
  ["null", avroEventSerializer({ syncIntervalBytes: 2_048_000 })],
  ["deflate", avroEventSerializer({ syncIntervalBytes: 5000, codec: avroDeflate })],
  ["snappy", avroEventSerializer({ syncIntervalBytes: 5000, codec: avroSnappy })],
])("hdfs dfs -text reads AVRO_EVENT with codec %s", async (name, serializer) => {
  // Its reader goes by the extension.
  const path = await write(`/avro-${name}`, { ...dataStream(serializer), extension: ".avro" });
  const lines = (await cluster.tools.run("dfs", "-text", path)).toString("utf8").trimEnd().split("\n");
  const read = lines.map((line) => Buffer.from(JSON.parse(line).body, "latin1").toString("utf8"));
  expect(read.length).toBe(texts.length);
  expect(read.every((line, i) => line === texts[i])).toBe(true);
});

test.each<[string, FileFormat, string]>([
  ["CompressedStream", compressedStream(lz4Codec, text), bodies],
  ["SequenceFile", sequenceFile("Text", lz4Codec), timesAndBodies],
])("Hadoop with lz4-java, which it comes without, reads a %s of lz4", async (_, format, expected) => {
  const directory = await temporaryFolder();
  await deliverAll(new LocalFileSystem(), directory, format);
  const jars = dirname(await classPath(flumeArtifacts));
  const lz4 = (await readdir(jars)).find((name) => name.startsWith("lz4-java"))!;
  const classes = [cluster.configurationDirectory, await classPath(hdfsArtifacts), join(jars, lz4)].join(":");
  const java = ["-cp", classes, "org.apache.hadoop.fs.FsShell"];
  const [name] = await readdir(directory);
  const { stdout } = await runCommand("java", [...java, "-text", `file://${join(directory, name!)}`]);
  expect(stdout.length).toBe(expected.length);
  expect(stdout === expected).toBe(true);
});
