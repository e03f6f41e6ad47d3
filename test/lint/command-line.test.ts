import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../../cli/program.ts";
import type { JsonReport } from "../../compiler/diagnostics/json-report.ts";
import { MemoryTerminal } from "./memory-terminal.ts";
import { inAgent } from "./surrounding-agent.ts";

const root = resolve(import.meta.dirname, "../..");
const good = inAgent("", { text: "" });
const bad = inAgent("a1.sources.r1.port = abc", { text: "" });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flafkac-lint-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function flafkac(
  args: readonly string[],
  options: ConstructorParameters<typeof MemoryTerminal>[0] = {},
) {
  const terminal = new MemoryTerminal(options);
  await runProgram(args, terminal);
  return terminal;
}

describe("exit status", () => {
  test("0 without errors, also with warnings", async () => {
    const warned = inAgent("a1.sources.r1.colour = blue", { text: "" });
    expect((await flafkac(["lint", "-"], { stdin: good })).exitCode).toBe(0);
    const terminal = await flafkac(["lint", "-"], { stdin: warned });
    expect(terminal.exitCode).toBe(0);
    expect(terminal.output).toContain("1 warning in 1 file");
  });

  test("1 with an error in one of several files", async () => {
    const terminal = await flafkac(["lint", file("good.conf", good), file("bad.conf", bad)]);
    expect(terminal.exitCode).toBe(1);
    expect(terminal.output).toContain("bad.conf:1:22");
    expect(terminal.output).toContain("1 error in 2 files");
  });

  test.each([
    ["a file that is not there", ["lint", "/no/such.conf"], "/no/such.conf: there is no such file"],
    ["a directory", ["lint", "/tmp"], "it is a directory"],
    ["no file at all", ["lint"], "missing required argument"],
    ["an unknown option", ["lint", "--fromat", "json", "-"], "(Did you mean --format?)"],
    ["an unknown format", ["lint", "--format", "xml", "-"], "Allowed choices are pretty, json"],
    ["an unknown command", ["lnit", "-"], "(Did you mean lint?)"],
    ["--unsafe without --fix", ["lint", "--unsafe", "-"], "--unsafe goes with --fix"],
    ["--bootstrap-servers without --fix", ["lint", "--bootstrap-servers", "k:1", "-"], "goes with --fix"],
    ["brokers without a port", ["lint", "--fix", "--bootstrap-servers", "k", "-"], "Write host:port"],
    ["a level that is none", ["lint", "--require", "exactly-once", "-"], "Allowed choices are at-least-once"],
    ["--set without a value", ["lint", "--set", "a1.sources", "-"], "Write KEY=VALUE"],
  ])("2 for %s", async (_, args, said) => {
    const terminal = await flafkac(args, { stdin: good });
    expect(terminal.exitCode).toBe(2);
    expect(terminal.errors).toContain(said);
    expect(terminal.output).toBe("");
  });

  test("2 for an agent that is not there, with the one that was meant", async () => {
    const { exitCode, errors } = await flafkac(["lint", "--agent", "agnet1", "-"], {
      stdin: good.replaceAll("a1.", "agent1."),
    });
    expect(exitCode).toBe(2);
    expect(errors).toBe(
      "flafkac: <stdin> has no agent agnet1; Flume would idle for ever. Did you mean agent1?\n",
    );
  });

  test("2 when one of two files cannot be read, and the other is judged", async () => {
    const terminal = await flafkac(["lint", "/no/such.conf", file("bad.conf", bad)]);
    expect(terminal.exitCode).toBe(2);
    expect(terminal.output).toContain("invalid-value");
  });
});

describe("help", () => {
  test("without arguments", async () => {
    const terminal = await flafkac([]);
    expect(terminal.exitCode).toBe(0);
    expect(terminal.output).toContain("Usage: flafkac");
    expect(terminal.output).toMatch(/lint +say everything/);
  });

  test("of a command", async () => {
    for (const args of [
      ["help", "lint"],
      ["lint", "--help"],
    ]) {
      expect((await flafkac(args)).output).toContain("--format <FORMAT>");
    }
  });

  test("the version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect((await flafkac(["--version"])).output).toBe(`${version}\n`);
  });
});

describe("--agent", () => {
  test("leaves the findings of the other agents out", async () => {
    const two = `${bad}${bad.replaceAll("a1.", "b1.")}`;
    const { output } = await flafkac(["lint", "--agent", "b1", "--format", "json", "-"], { stdin: two });
    const report = JSON.parse(output) as JsonReport;
    expect(report.files[0]?.diagnostics.map(({ agent }) => agent)).toEqual(["b1"]);
  });
});

describe("--set", () => {
  test("counts as the last line", async () => {
    const set = (value: string) =>
      flafkac(["lint", "--set", `a1.sources.r1.port=${value}`, "-"], { stdin: bad });
    expect((await set("20444")).exitCode).toBe(0);
    const { exitCode, output } = await set("70000");
    expect(exitCode).toBe(1);
    expect(output).toContain("--set a1.sources.r1.port");
  });
});

describe("--format json", () => {
  test("is the report of version 1", async () => {
    const stdin = "# one\na1.sources.r1.⟦prot⟧ = 44444\n".replace(/[⟦⟧]/g, "");
    const { output } = await flafkac(["lint", "--format", "json", "-"], {
      stdin: inAgent(stdin.trimEnd(), { text: "", without: ["a1.sources.r1.port"] }),
    });
    const start = { offset: 20, line: 2, column: 15 };
    const end = { offset: 24, line: 2, column: 19 };
    expect(JSON.parse(output)).toEqual({
      version: 1,
      files: [
        {
          path: "<stdin>",
          delivery: [{ agent: "a1", unknown: "Its errors have to be mended first.", flows: [] }],
          diagnostics: [
            {
              code: "missing-required",
              severity: "error",
              message: expect.stringContaining('Did you mean "port"?'),
              agent: "a1",
              component: "sources.r1",
              property: "prot",
              range: { start, end },
              related: [],
              fixes: [
                {
                  title: "Rename to port",
                  safe: false,
                  edits: [{ range: { start, end }, newText: "port" }],
                  removesByteOrderMark: false,
                },
              ],
            },
          ],
        },
      ],
      summary: { errors: 1, warnings: 0, infos: 0 },
    });
  });
});

describe("delivery", () => {
  const kafka = inAgent(
    "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\n  a1.sinks.k1.kafka.producer.acks = 1  \na1.channels.c1.capacity = 20000",
    { text: "" },
  );

  test("of each flow is told", async () => {
    const { output, exitCode } = await flafkac(["lint", "-"], { stdin: good });
    expect(exitCode).toBe(0);
    expect(output).toContain(
      "Delivery of a1:\n  r1 → c1 → k1: may lose up to 100 events when the process is killed\n",
    );
  });

  test("below what --require asks for is an error at the line to blame, with what to change", async () => {
    const { output, exitCode } = await flafkac(["lint", "--require", "at-least-once", "-"], { stdin: kafka });
    expect(exitCode).toBe(1);
    expect(output).toContain("<stdin>:3:3  error  delivery-below-required");
    expect(output.replace(/\s+/g, " ")).toContain(
      "r1 → c1 → k1: at-least-once while the partition's leader lives. --require asks for at-least-once. Set kafka.producer.acks of k1 to all.",
    );
    expect(output.replace(/\s+/g, " ")).toContain(
      "r1 → c1 → k1: may lose up to 20,000 events when the process is killed. --require asks for at-least-once. Make c1 a Kafka channel (type = org.apache.flume.channel.kafka.KafkaChannel): it outlives the process.",
    );
    expect(output).toContain("2 errors in 1 file");
  });

  test.each([
    ["may-lose-on-kill", 0],
    ["at-most-once", 0],
    ["at-least-once-while-leader-lives", 1],
  ])("--require %s: exit status %i", async (level, status) => {
    expect((await flafkac(["lint", "--require", level, "-"], { stdin: kafka })).exitCode).toBe(status);
  });

  test("that is not known is below everything", async () => {
    const pending = inAgent("a1.sources.r1.type = exec", { text: "" });
    expect((await flafkac(["lint", "-"], { stdin: pending })).exitCode).toBe(0);
    const { output, exitCode } = await flafkac(["lint", "--require", "at-most-once", "-"], {
      stdin: pending,
    });
    expect(exitCode).toBe(1);
    expect(output).toContain("What a1 delivers is not known");
  });

  test("is in the JSON report, with the lines to blame", async () => {
    const { output } = await flafkac(["lint", "--format", "json", "-"], { stdin: kafka });
    const { files } = JSON.parse(output) as JsonReport;
    expect(files[0]?.delivery).toMatchObject([
      {
        agent: "a1",
        unknown: null,
        flows: [
          {
            sources: ["r1"],
            channel: "c1",
            sinks: ["k1"],
            level: "may-lose-on-kill",
            weaknesses: [
              { component: "channels.c1", property: "type", line: 12 },
              { component: "sinks.k1", property: "kafka.producer.acks", line: 3 },
            ],
          },
        ],
      },
    ]);
  });

  test("of one agent where --agent names one", async () => {
    const two = `${good}${good.replaceAll("a1.", "b1.")}`;
    const { output } = await flafkac(["lint", "--agent", "b1", "-"], { stdin: two });
    expect(output).toContain("Delivery of b1");
    expect(output).not.toContain("Delivery of a1");
  });
});

describe("--fix", () => {
  test("writes the file, and says what is left", async () => {
    const path = file(
      "fix.conf",
      inAgent("a1.channels.c1.transactioncapacity = 50\na1.sources.r1.colour = blue", { text: "" }),
    );
    const terminal = await flafkac(["lint", "--fix", path]);
    expect(readFileSync(path, "utf8")).toContain("a1.channels.c1.transactionCapacity = 50\n");
    expect(terminal.output).toContain("1 warning in 1 file; 1 fix applied");
  });

  test("writes the brokers that it is told", async () => {
    const lines = [
      "a1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource",
      "a1.sources.r1.kafka.topics = t",
      "a1.sources.r1.batchSize = 100",
      "a1.sources.r1.zookeeperConnect = z1:2181/kafka",
    ];
    const text = inAgent(lines.join("\n"), {
      text: "",
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    });
    const path = file("zookeeper.conf", text);
    await flafkac(["lint", "--fix", path]);
    expect(readFileSync(path, "utf8"), "nothing is known to write").toBe(text);
    await flafkac(["lint", "--fix", "--bootstrap-servers", "k1:9092, k2:9092", path]);
    expect(readFileSync(path, "utf8")).toBe(
      text.replace("zookeeperConnect = z1:2181/kafka", "kafka.bootstrap.servers = k1:9092,k2:9092"),
    );
  });

  test("takes a byte order mark away", async () => {
    const path = file("mark.conf", `\ufeff${good}`);
    expect((await flafkac(["lint", path])).exitCode).toBe(1);
    expect((await flafkac(["lint", "--fix", path])).exitCode).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(good);
  });

  test("leaves a file alone when the agent does not exist", async () => {
    const content = inAgent("a1.channels.c1.transactioncapacity = 50", { text: "" });
    const path = file("untouched.conf", content);
    expect((await flafkac(["lint", "--fix", "--agent", "b", path])).exitCode).toBe(2);
    expect(readFileSync(path, "utf8")).toBe(content);
  });

  test("prints standard input as it is but for the fix, whatever its encoding", async () => {
    const latin1 = (text: string) => Buffer.from(text, "latin1");
    const text = (name: string) =>
      `# \xe9t\xe9\r\n${inAgent(`a1.channels.c1.${name} = 50`, { text: "" }).replaceAll("\n", "\r\n")}`;
    const terminal = await flafkac(["lint", "--fix", "-"], { stdin: latin1(text("transactioncapacity")) });
    expect(Buffer.from(terminal.bytes)).toEqual(latin1(text("transactionCapacity")));
    expect(terminal.errors).toContain("1 fix applied");
  });
});

test.each([
  ["a program", readFileSync(process.execPath).subarray(0, 20_000), "is no text"],
  ["UTF-16", Buffer.from(good, "utf16le"), "is UTF-16"],
  ["UTF-16 with a mark", Buffer.from(`\ufeff${good}`, "utf16le"), "is UTF-16"],
])("%s is one finding", async (_, bytes, said) => {
  const { output, exitCode } = await flafkac(["lint", "-"], { stdin: bytes });
  expect(exitCode).toBe(1);
  expect(output).toContain("binary-file");
  expect(output).toContain(said);
  expect(output).toContain("1 error in 1 file");
});

describe("colours", () => {
  const colours = async (env: Readonly<Record<string, string>>, hasColours: boolean) =>
    (await flafkac(["lint", "-"], { stdin: bad, env, hasColours })).output.includes("\x1b[");

  test("where the terminal has them, unless NO_COLOR or FORCE_COLOR say otherwise", async () => {
    expect(await colours({}, true)).toBe(true);
    expect(await colours({}, false)).toBe(false);
    expect(await colours({ NO_COLOR: "1" }, true)).toBe(false);
    expect(await colours({ NO_COLOR: "" }, true)).toBe(true);
    expect(await colours({ FORCE_COLOR: "1" }, false)).toBe(true);
    expect(await colours({ FORCE_COLOR: "0" }, true)).toBe(false);
  });
});

describe("what comes from a file", () => {
  test("cannot send control characters to the terminal", async () => {
    const nasty = inAgent("a1.sources.r1.\x1b[31mred\u202e = \x07\x9b1m", { text: "" });
    const terminal = await flafkac(["lint", "-"], { stdin: nasty });
    expect(terminal.output).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(terminal.output).toContain("\\x1b[31mred");
  });

  test("cannot make lines as long as it likes", async () => {
    const long = inAgent(`a1.sources.r1.port = ${"9".repeat(5000)}`, { text: "" });
    const { output } = await flafkac(["lint", "-"], { stdin: long, columns: 80 });
    expect(Math.max(...output.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("is not shown where it is a secret", async () => {
    const secret = "hunter2-geheim";
    const lines = [
      "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink",
      "a1.sinks.k1.kafka.bootstrap.servers = localhost:9092",
      `a1.sinks.k1.kafka.producer.ssl.truststore.password = ${secret} # café`,
      `a1.sinks.k1.kafka.producer.ssl.truststore.pasword = ${secret}`,
      `a1.sinks.k1.kafka.producer.sasl.jaas.config = org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${secret}";`,
      `a1.sources.r1.password = ${secret}`,
      `a1.sources.r2.password = ${secret}`,
      `b7.sources.token = ${secret}`,
    ];
    for (const format of ["pretty", "json"]) {
      const { output } = await flafkac(["lint", "--format", format, "-"], {
        stdin: inAgent(lines.join("\n"), { text: "" }),
      });
      expect(output).toContain("clear-text-secret");
      expect(output.includes(secret), format).toBe(false);
    }
  });
});

describe("as a process", () => {
  const run = (args: readonly string[], input = "") =>
    spawnSync(process.execPath, [join(root, "cli/main.ts"), ...args], { input, encoding: "utf8" });

  test("has the exit status of its findings", () => {
    expect(run(["lint", "-"], bad).status).toBe(1);
    expect(run(["lint", "-"], good).status).toBe(0);
    expect(run(["lint", "--nonsense"]).status).toBe(2);
  });

  test("ends quietly when nobody reads on", () => {
    const output = execFileSync(
      "sh",
      ["-c", `${process.execPath} cli/main.ts lint - < "$1" | head -c 1`, "sh", file("bad.conf", bad)],
      { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    expect(output).toBe("<");
  });

  test("loads neither what only build needs nor what only programs need", () => {
    const loaded = execFileSync(
      process.execPath,
      ["--import", join(root, "test/lint/print-loaded.ts"), "cli/main.ts", "lint", file("good.conf", good)],
      { cwd: root, encoding: "utf8" },
    );
    expect(loaded).toContain("cli/lint.ts");
    expect(loaded).not.toMatch(/node_modules\/(ts-morph|@ts-morph|typescript|kafkajs|esbuild)\/|\/runtime\//);
  });
});
