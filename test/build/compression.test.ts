import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { bundle } from "../../cli/build-bundle.ts";
import { runCommand } from "../../scripts/servers/command.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { compile, emitted } from "./compile.ts";

function toKafka(compression: string): string {
  return `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = netcat
a1.sources.r1.bind = localhost
a1.sources.r1.port = 20100
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink
a1.sinks.k1.kafka.bootstrap.servers = localhost:9092
a1.sinks.k1.kafka.producer.compression.type = ${compression}
a1.sinks.k1.channel = c1
`;
}

const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
  dependencies: Record<string, string>;
};
/** The codecs, and the one package that they need: by version too, so that nothing floats. */
const CODECS = ["@platformatic/wasm-utils", "@platformatic/dynamic-buffer"];

test.each([
  ["none", undefined, []],
  ["gzip", "gzipRecords", []],
  ["zstd", "zstdRecords", []],
  ["snappy", "snappyRecords", CODECS],
  ["lz4", "lz4Records", CODECS],
])("compression.type = %s brings its own codec alone", async (type, codec, packages) => {
  const { files, entry } = await emitted(toKafka(type));
  const library = files.get("lib/kafka/compression.ts") ?? "";
  expect(library.match(/\b\w+Records(?=\()/g) ?? []).toEqual(codec === undefined ? [] : [codec]);
  expect(files.get(entry)!.match(/compression: (\w+),/)?.[1]).toBe(codec);
  const { dependencies } = JSON.parse(files.get("package.json")!) as { dependencies: object };
  const needed = [...packages, "kafkajs"].map((name) => [name, manifest.dependencies[name]]);
  expect(dependencies).toEqual(Object.fromEntries(needed));
});

test("a program with a codec type-checks against the package", async () => {
  const { files } = await emitted(toKafka("snappy"));
  const folder = await temporaryDirectory("types");
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const modules = new URL("../../node_modules/", import.meta.url).pathname;
  await symlink(modules, join(folder, "node_modules"));
  await runCommand(join(modules, ".bin", "tsc"), ["-p", folder]);
});

test.each(["snappy", "lz4"])("a bundle has %s in it, and starts with nothing installed", async (type) => {
  const folder = await temporaryDirectory("bundle");
  const text = await bundle(await compile(toKafka(type)).emit());
  expect(text).not.toMatch(/from ["'](?!node:)/);
  await writeFile(join(folder, "a1.mjs"), text);
  const { stdout } = await runCommand(process.execPath, ["a1.mjs", "--help"], { cwd: folder });
  expect(stdout).toContain("--drain-timeout");
});
