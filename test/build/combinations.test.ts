import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readRuntime } from "../../cli/build-runtime.ts";
import type { RuntimeSymbol } from "../../compiler/emit/import-list.ts";
import { lift } from "../../compiler/emit/lift.ts";
import { printProgram } from "../../compiler/emit/program.ts";
import { printTsconfig } from "../../compiler/emit/project-files.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { compile } from "./compile.ts";

const root = new URL("../..", import.meta.url).pathname;
const bin = join(root, "node_modules", ".bin");
const run = promisify(execFile);
const MODULE = JSON.stringify({ type: "module" });

const SOURCES = {
  netcat:
    "netcat\na.sources.s1.bind = localhost\na.sources.s1.encoding = iso-8859-1\na.sources.s1.ack-every-event = false",
  netcatudp: "netcatudp\na.sources.s1.remoteAddress = from",
  environment: "netcat\na.sources.s1.bind = ${env:BIND}\na.sources.s1.max-line-length = ${env:MAX:-100}",
};

const SINKS = {
  kafka: "org.apache.flume.sink.kafka.KafkaSink\na.sinks.k1.kafka.bootstrap.servers = h1:9092,h2:9092",
  "kafka, everything": `org.apache.flume.sink.kafka.KafkaSink
a.sinks.k1.brokerList = \${env:BROKERS}
a.sinks.k1.topic = t-%{h}-\\u00e9
a.sinks.k1.requiredAcks = -1
a.sinks.k1.flumeBatchSize = \${env:BATCH}
a.sinks.k1.useFlumeEventFormat = true
a.sinks.k1.defaultPartitionId = 2
a.sinks.k1.partitionIdHeader = p
a.sinks.k1.timestampHeader = t
a.sinks.k1.topicHeader = to
a.sinks.k1.header.x = y
a.sinks.k1.kafka.producer.client.id = me
a.sinks.k1.kafka.producer.compression.type = zstd
a.sinks.k1.kafka.producer.retry.backoff.ms = 50
a.sinks.k1.kafka.producer.metadata.max.age.ms = 1000
a.sinks.k1.kafka.producer.max.request.size = 500000
a.sinks.k1.kafka.producer.security.protocol = SASL_SSL
a.sinks.k1.kafka.producer.sasl.mechanism = SCRAM-SHA-256
a.sinks.k1.kafka.producer.sasl.jaas.config = \${env:JAAS}
a.sinks.k1.kafka.producer.ssl.truststore.location = /trust.p12
a.sinks.k1.kafka.producer.ssl.truststore.type = PKCS12
a.sinks.k1.kafka.producer.ssl.truststore.password = \${env:TRUST}
a.sinks.k1.kafka.producer.ssl.keystore.type = PEM
a.sinks.k1.kafka.producer.ssl.keystore.location = /key.pem
a.sinks.k1.kafka.producer.ssl.key.password = \${env:KEY}`,
  logger: "logger",
  null: "null\na.sinks.k1.logEveryNEvents = 5",
  file_roll: "file_roll\na.sinks.k1.sink.directory = /tmp\na.sinks.k1.sink.pathManager = rolltime",
  "file_roll, bare":
    "file_roll\na.sinks.k1.sink.directory = ${env:DIR}\na.sinks.k1.sink.serializer = HEADER_AND_TEXT\na.sinks.k1.sink.serializer.appendNewline = false",
};

const SELECTORS = {
  none: "",
  optional: "a.sources.s1.selector.optional = c2\n",
  multiplexing: `a.sources.s1.selector.type = multiplexing
a.sources.s1.selector.header = where
a.sources.s1.selector.mapping.here = c1 c2
a.sources.s1.selector.mapping.there = c2
a.sources.s1.selector.optional.there = c1
`,
};

const INTERCEPTORS = {
  none: "",
  all: `a.sources.s1.interceptors = i1 i2 i3 i4
a.sources.s1.interceptors.i1.type = host
a.sources.s1.interceptors.i1.hostHeader = where
a.sources.s1.interceptors.i2.type = timestamp
a.sources.s1.interceptors.i3.type = static
a.sources.s1.interceptors.i3.key = where
a.sources.s1.interceptors.i3.value = \${env:WHERE:-here}
a.sources.s1.interceptors.i4.type = org.apache.flume.interceptor.StaticInterceptor$Builder
`,
};

/** One agent with the component under test, and a second source, channel and sink beside it. */
function conf(
  source: string,
  sink: string,
  selector: string,
  interceptors: string,
  several: boolean,
): string {
  return `a.sources = s1${several ? " s2" : ""}
a.channels = c1${several ? " c2" : ""}
a.sinks = k1${several ? " k2" : ""}
a.sources.s1.type = ${source}
a.sources.s1.port = 20100
a.sources.s1.channels = c1${several ? " c2" : ""}
${several ? selector : ""}${interceptors}a.channels.c1.type = memory
a.channels.c1.byteCapacityBufferPercentage = 10
a.channels.c1.keep-alive = \${env:KEEP_ALIVE:-3}
a.sinks.k1.type = ${sink}
a.sinks.k1.channel = c1
${
  several
    ? `a.sources.s2.type = netcat
a.sources.s2.bind = 0.0.0.0
a.sources.s2.port = 20101
a.sources.s2.channels = c2
a.channels.c2.type = memory
a.sinks.k2.type = org.apache.flume.sink.kafka.KafkaSink
a.sinks.k2.kafka.bootstrap.servers = h:9092
a.sinks.k2.channel = c2
`
    : ""
}`;
}

test("every combination of the components compiles to a program that type-checks and needs no formatter", async () => {
  const programs = new Map<string, string>();
  const symbols: RuntimeSymbol[] = [];
  for (const [sourceName, source] of Object.entries(SOURCES)) {
    for (const [sinkName, sink] of Object.entries(SINKS)) {
      for (const [selectorName, selector] of Object.entries(SELECTORS)) {
        for (const [interceptorName, interceptors] of Object.entries(INTERCEPTORS)) {
          for (const several of [true, false]) {
            if (!several && selectorName !== "none") continue;
            const name = [sourceName, sinkName, selectorName, interceptorName, several]
              .join("-")
              .replace(/\W+/g, "-");
            const printed = printProgram(
              compile(conf(source, sink, selector, interceptors, several)).plan,
              "0.0.0",
            );
            programs.set(`${name}.ts`, printed.text);
            symbols.push(...printed.symbols);
          }
        }
      }
    }
  }
  expect(programs.size).toBe(3 * 6 * 2 * 4);
  for (const text of programs.values()) expect(text.split("\n").length).toBeLessThanOrEqual(300);

  const folder = await temporaryDirectory("combinations");
  const library = [...lift(await readRuntime(), symbols).files].map(
    ([path, text]) => [`lib/${path}`, text] as const,
  );
  for (const [path, text] of [
    ...programs,
    ...library,
    ["tsconfig.json", printTsconfig()] as const,
    ["package.json", MODULE] as const,
  ]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const checked = await run(join(bin, "tsc"), ["-p", folder]).catch((error) => error);
  expect(checked.stdout).toBe("");

  const { formatter, javascript } = JSON.parse(await readFile(join(root, "biome.json"), "utf8"));
  await writeFile(join(folder, "biome.json"), JSON.stringify({ root: true, formatter, javascript }));
  const formatted = await run(join(bin, "biome"), ["format", ...programs.keys()], { cwd: folder }).catch(
    (error) => error,
  );
  // Which of the two the summary goes to differs between releases of biome.
  expect(formatted.stdout + formatted.stderr).toContain("No fixes applied");
}, 60_000);
