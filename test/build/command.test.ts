import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runProgram } from "../../cli/program.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { MemoryTerminal } from "../lint/memory-terminal.ts";

const CONF = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = netcat
a1.sources.r1.bind = localhost
a1.sources.r1.port = 20100
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = null
a1.sinks.k1.channel = c1
`;

let folder: string;
let conf: string;
let out: string;

beforeEach(async () => {
  folder = await temporaryDirectory("build-command");
  conf = join(folder, "a1.conf");
  out = join(folder, "out");
  await writeFile(conf, CONF);
});

async function flafkac(...args: string[]): Promise<MemoryTerminal> {
  const terminal = new MemoryTerminal();
  await runProgram(args, terminal);
  return terminal;
}

async function buildText(text: string, ...args: string[]): Promise<MemoryTerminal> {
  await writeFile(conf, text);
  return flafkac("build", conf, "-o", out, ...args);
}

test("build says what it wrote and how to run it", async () => {
  const terminal = await flafkac("build", conf, "-o", out);
  expect(terminal.errors).toBe("");
  expect(terminal.exitCode).toBe(0);
  expect(terminal.output).toMatch(/Built a1 into .*a1\.ts \(\d+ lines\) and \d+ files in lib/);
  expect(terminal.output).toContain(`cd ${out} && node a1.ts`);
  expect(await readFile(join(out, "a1.ts"), "utf8")).toContain('host: "127.0.0.1"');
});

test("without -o there is nothing to do", async () => {
  const terminal = await flafkac("build", conf);
  expect([terminal.exitCode, terminal.errors]).toEqual([2, expect.stringContaining("-o DIR is missing")]);
});

test("a file that is not there, and an agent that is not in it", async () => {
  const missing = await flafkac("build", join(folder, "none.conf"), "-o", out);
  expect([missing.exitCode, missing.errors]).toEqual([2, expect.stringContaining("there is no such file")]);
  const wrong = await flafkac("build", conf, "-o", out, "--agent", "a2");
  expect([wrong.exitCode, wrong.errors]).toEqual([2, expect.stringContaining("There is a1.")]);
});

test("of several agents one has to be chosen", async () => {
  const both = `${CONF}${CONF.replaceAll("a1.", "a2.")}`;
  const unclear = await buildText(both);
  expect([unclear.exitCode, unclear.errors]).toEqual([
    2,
    expect.stringContaining("the agents a1, a2: choose one"),
  ]);
  expect((await flafkac("build", conf, "-o", out, "--agent", "a2")).exitCode).toBe(0);
  expect(await readFile(join(out, "a2.ts"), "utf8")).toContain('new Agent("a2"');
});

test("all errors are told, and nothing is written", async () => {
  const broken = CONF.replace("port = 20100", "port = x")
    .replace("type = null", "type = nul")
    .replace("k1.channel = c1", "k1.channel = c9");
  const terminal = await buildText(broken);
  expect(terminal.exitCode).toBe(1);
  expect(terminal.errors).toMatch(/a1\.conf:6:/);
  expect(terminal.errors).toMatch(/a1\.conf:9:/);
  expect(terminal.errors).toMatch(/a1\.conf:10:/);
  await expect(readFile(join(out, "a1.ts"))).rejects.toThrow("ENOENT");
});

describe("what cannot be compiled is refused with the way out", () => {
  const kafka = CONF.replace(
    "a1.sinks.k1.type = null",
    "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = b:9092",
  );
  test.each([
    ["a pending component", CONF.replace("type = netcat", "type = avro"), "build cannot compile it"],
    ["a reference in a type", CONF.replace("type = memory", "type = ${env:TYPE}"), "Write the"],
    [
      "a reference in a list",
      CONF.replace("channels = c1\na1.channels", "channels = ${env:C}\na1.channels"),
      "Write the name",
    ],
    [
      "GSSAPI",
      `${kafka}a1.sinks.k1.kafka.producer.security.protocol = SASL_PLAINTEXT\na1.sinks.k1.kafka.producer.sasl.jaas.config = \${env:J}\n`,
      "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
    ],
    [
      "a JKS store",
      `${kafka}a1.sinks.k1.kafka.producer.security.protocol = SSL\na1.sinks.k1.kafka.producer.ssl.truststore.location = /t.jks\na1.sinks.k1.kafka.producer.ssl.truststore.type = JKS\n`,
      "keytool -importkeystore",
    ],
    ["a look-up of the JVM's", CONF.replace("bind = localhost", "bind = ${sys:host}"), "${env:NAME}"],
    [
      "a variable that no shell can set",
      CONF.replace("bind = localhost", "bind = ${env:a b}"),
      "letters, digits and _",
    ],
    ["a topic by time", `${kafka}a1.sinks.k1.kafka.topic = t-%Y\n`, "Only %{header}"],
    [
      "a flag that shapes the program",
      `${kafka}a1.sinks.k1.useFlumeEventFormat = \${env:F}\n`,
      "has to be known when it is built",
    ],
  ])("%s", async (_, text, way) => {
    const terminal = await buildText(text);
    expect(terminal.exitCode).toBe(1);
    expect(terminal.errors.replace(/\s+/g, " ")).toContain(way);
    await expect(readFile(join(out, "a1.ts"))).rejects.toThrow("ENOENT");
  });
});

test("--set overrides, and the program blames --set", async () => {
  await flafkac("build", conf, "-o", out, "--set", "a1.sources.r1.port=20444");
  const program = await readFile(join(out, "a1.ts"), "utf8");
  expect(program).toContain("port: 20_444");
  expect(program).toContain('lines: { bind: 5, port: "--set" }');
});

test("a reference to another property is resolved when building", async () => {
  await buildText(`${CONF.replace("port = 20100", "port = ${common.port}")}common.port = 20333\n`);
  expect(await readFile(join(out, "a1.ts"), "utf8")).toContain("port: 20_333");
});

test("build says what each flow delivers, and refuses what is less than required", async () => {
  const terminal = await flafkac("build", conf, "-o", out);
  expect(terminal.output).toContain("Delivery of a1:\n  r1 → c1 → k1: at-most-once: k1 throws events away\n");
  const refused = await flafkac("build", conf, "-o", out, "--require", "at-least-once");
  expect(refused.exitCode).toBe(1);
  expect(refused.errors).toContain("delivery-below-required");
  expect(refused.errors).toContain("Not built:");
  expect(refused.output).toBe("");
});

test("--check passes on what was built, and tells which files differ and what to run", async () => {
  await flafkac("build", conf, "-o", out);
  const same = await flafkac("build", conf, "-o", out, "--check");
  expect([same.exitCode, same.errors]).toEqual([0, ""]);

  await writeFile(join(out, "a1.ts"), "edited");
  await rm(join(out, "lib", "agent", "agent.ts"));
  await mkdir(join(out, "lib", "kafka"), { recursive: true });
  await writeFile(join(out, "lib", "kafka", "crc32c.ts"), "from an earlier build");
  const changed = await flafkac("build", conf, "-o", out, "--check", "--set", "a1.sources.r1.port=20 1");
  expect(changed.exitCode).toBe(1);

  const other = await flafkac("build", conf, "-o", out, "--check");
  expect(other.exitCode).toBe(1);
  expect(other.errors).toContain("a1.ts: differs");
  expect(other.errors).toContain("lib/agent/agent.ts: missing");
  expect(other.errors).toContain("lib/kafka/crc32c.ts: no longer needed");
  expect(other.errors).toContain(`flafkac build ${conf} -o ${out}`);
  expect(await readFile(join(out, "a1.ts"), "utf8")).toBe("edited");

  await flafkac("build", conf, "-o", out);
  expect((await flafkac("build", conf, "-o", out, "--check")).exitCode).toBe(0);
});

test("a folder of another project, or of another agent, is not written over", async () => {
  await mkdir(out);
  await writeFile(join(out, "package.json"), '{ "name": "mine" }');
  const taken = await flafkac("build", conf, "-o", out);
  expect([taken.exitCode, taken.errors]).toEqual([2, expect.stringContaining("belongs to another project")]);

  const notes = join(folder, "notes");
  await mkdir(notes);
  await writeFile(join(notes, "tsconfig.json"), "{}");
  const foreign = await flafkac("build", conf, "-o", notes);
  expect([foreign.exitCode, foreign.errors]).toEqual([2, expect.stringContaining("not from flafkac")]);
  expect(await readFile(join(notes, "tsconfig.json"), "utf8")).toBe("{}");
  expect(await readFile(join(out, "package.json"), "utf8")).toBe('{ "name": "mine" }');

  await rm(join(out, "package.json"));
  await flafkac("build", conf, "-o", out);
  const second = await buildText(CONF.replaceAll("a1.", "a2."));
  expect([second.exitCode, second.errors]).toEqual([
    2,
    expect.stringContaining("holds another program: a1 of a1.conf"),
  ]);
});

test("--print-plan prints the plan, the same each time", async () => {
  const plan = await flafkac("build", conf, "--print-plan");
  expect(plan.exitCode).toBe(0);
  expect(plan.output).toMatchInlineSnapshot(`
    "agent "a1" from "a1.conf"

    source source1 "r1" of type "netcat" (line 4)
      NetcatSource from lib/sources/netcat.ts
        host = "127.0.0.1" (line 5)
        port = 20_100 (line 6)
        maxLineLength = 512 (default)
        ackEveryEvent = true (default)
        encoding = "utf-8" (default)
      event: a line, acknowledged
      to channel1

    channel channel1 "c1" of type "memory" (line 8)
      MemoryChannel from lib/channels/memory.ts
        capacity = 100 (default)
        byteCapacity = 268_435_456 (flafkac)
        keepAlive = 3_000 (default)
      holds events

    sink sink1 "k1" of type "null" (line 9)
      NullSink from lib/sinks/null.ts
        logEveryNEvents = 10_000 (default)
      takes from channel1, at most 100
      reads no header
      an event is counted and thrown away
    "
  `);
  expect((await flafkac("build", conf, "--print-plan")).output).toBe(plan.output);
});

test("a file above the size that is read is refused in a sentence", async () => {
  await writeFile(conf, Buffer.alloc(16_777_217, "#"));
  const refused = await flafkac("build", conf, "-o", out);
  expect([refused.exitCode, refused.errors]).toEqual([
    2,
    `flafkac: ${conf}: The file has 16,777,217 bytes; flafkac reads at most 16,777,216.\n`,
  ]);
});

test("what the system says against a folder is no fault of flafkac", async () => {
  const file = await flafkac("build", conf, "-o", conf);
  expect([file.exitCode, file.errors]).toEqual([2, expect.stringContaining("cannot be written: ENOTDIR")]);
  const checked = await flafkac("build", conf, "-o", conf, "--check");
  expect([checked.exitCode, checked.errors]).toEqual([2, expect.stringContaining("cannot be read: ENOTDIR")]);
  const folderAsFile = await flafkac("build", folder, "-o", out);
  expect([folderAsFile.exitCode, folderAsFile.errors]).toEqual([
    2,
    expect.stringContaining("it is a directory"),
  ]);
});

test.each([
  ["--print-plan", "--check"],
  ["--print-plan", "--bundle"],
  ["-o", ""],
])("%s %s has no folder to work on", async (...flags) => {
  const terminal = await flafkac("build", conf, ...flags);
  expect([terminal.exitCode, terminal.errors]).toEqual([2, expect.stringContaining("-o DIR is missing")]);
});

test("a program of the same name in the working directory is not in the way of a bundle", async () => {
  const before = process.cwd();
  try {
    process.chdir(folder);
    for (let time = 1; time <= 2; time++) {
      const terminal = await flafkac("build", conf, "-o", ".", "--bundle");
      expect([terminal.exitCode, terminal.errors]).toEqual([0, ""]);
    }
  } finally {
    process.chdir(before);
  }
});

test("a type that lint refuses is told once", async () => {
  const more = "a1.sources.r1.interceptors = i\na1.sources.r1.interceptors.i.type = timstamp\n";
  const terminal = await buildText(CONF + more);
  expect(terminal.errors).toContain("unknown-type");
  expect(terminal.errors).not.toContain("cannot-compile");
});

test("a topic of a look-up and a header is refused, not taken as text", async () => {
  const kafka = CONF.replace(
    "type = null",
    "type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = h:1\na1.sinks.k1.kafka.topic = ${env:T}-%{h}",
  );
  const terminal = await buildText(kafka);
  expect([terminal.exitCode, terminal.errors]).toEqual([
    1,
    expect.stringContaining("A look-up and an escape such as %{header} together"),
  ]);
});

test("a bundle of an earlier build does not stay beside a program that is newer", async () => {
  await flafkac("build", conf, "-o", out, "--bundle");
  const checked = await flafkac("build", conf, "-o", out, "--check", "--set", "a1.sources.r1.port=20101");
  expect(checked.errors).toContain("a1.mjs: no longer needed");
  await flafkac("build", conf, "-o", out, "--set", "a1.sources.r1.port=20101");
  await expect(readFile(join(out, "a1.mjs"))).rejects.toThrow("ENOENT");
});
