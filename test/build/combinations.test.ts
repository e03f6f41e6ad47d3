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
    "netcat\na.sources.s1.port = 20100\na.sources.s1.bind = localhost\na.sources.s1.encoding = iso-8859-1\na.sources.s1.ack-every-event = false",
  netcatudp: "netcatudp\na.sources.s1.port = 20100\na.sources.s1.remoteAddress = from",
  environment:
    "netcat\na.sources.s1.port = 20100\na.sources.s1.bind = ${env:BIND}\na.sources.s1.max-line-length = ${env:MAX:-100}",
  kafka:
    "org.apache.flume.source.kafka.KafkaSource\na.sources.s1.kafka.bootstrap.servers = h:9092\na.sources.s1.kafka.topics = a, b\na.sources.s1.batchSize = 100",
  "kafka, old": `org.apache.flume.source.kafka.KafkaSource
a.sources.s1.zookeeperConnect = zk1:2181,zk2:2181/kafka
a.sources.s1.topic = a
a.sources.s1.groupId = \${env:GROUP}
a.sources.s1.batchSize = 100`,
  "kafka, everything": `org.apache.flume.source.kafka.KafkaSource
a.sources.s1.kafka.bootstrap.servers = \${env:BROKERS}
a.sources.s1.kafka.topics.regex = a[0-9]+
a.sources.s1.batchSize = 100
a.sources.s1.useFlumeEventFormat = true
a.sources.s1.topicHeader = where
a.sources.s1.header.h = header
a.sources.s1.kafka.consumer.auto.offset.reset = earliest
a.sources.s1.kafka.consumer.partition.assignment.strategy = org.apache.kafka.clients.consumer.RoundRobinAssignor, org.apache.kafka.clients.consumer.RangeAssignor
a.sources.s1.kafka.consumer.session.timeout.ms = 20000
a.sources.s1.kafka.consumer.heartbeat.interval.ms = 5000
a.sources.s1.kafka.consumer.max.poll.interval.ms = 60000
a.sources.s1.kafka.consumer.fetch.min.bytes = 100
a.sources.s1.kafka.consumer.fetch.max.wait.ms = 100
a.sources.s1.kafka.consumer.fetch.max.bytes = 1000000
a.sources.s1.kafka.consumer.max.partition.fetch.bytes = 500000
a.sources.s1.kafka.consumer.isolation.level = read_committed
a.sources.s1.kafka.consumer.group.instance.id = one
a.sources.s1.kafka.consumer.client.id = me
a.sources.s1.kafka.consumer.client.rack = here
a.sources.s1.kafka.consumer.request.timeout.ms = 20000
a.sources.s1.kafka.consumer.retry.backoff.ms = 50
a.sources.s1.kafka.consumer.metadata.max.age.ms = 1000
a.sources.s1.kafka.consumer.check.crcs = false
a.sources.s1.kafka.consumer.security.protocol = SASL_SSL
a.sources.s1.kafka.consumer.sasl.mechanism = SCRAM-SHA-256
a.sources.s1.kafka.consumer.sasl.jaas.config = \${env:JAAS}
a.sources.s1.kafka.consumer.ssl.truststore.location = /trust.p12
a.sources.s1.kafka.consumer.ssl.truststore.type = PKCS12
a.sources.s1.kafka.consumer.ssl.truststore.password = \${env:TRUST}`,
};

const CHANNELS = {
  memory: `memory
a.channels.c1.byteCapacityBufferPercentage = 10
a.channels.c1.keep-alive = \${env:KEEP_ALIVE:-3}`,
  kafka: `org.apache.flume.channel.kafka.KafkaChannel
a.channels.c1.kafka.bootstrap.servers = h:9092`,
  "kafka, everything": `org.apache.flume.channel.kafka.KafkaChannel
a.channels.c1.brokerList = \${env:CHANNEL_BROKERS}
a.channels.c1.topic = \${env:CHANNEL_TOPIC}
a.channels.c1.groupId = readers
a.channels.c1.readSmallestOffset = false
a.channels.c1.parseAsFlumeEvent = false
a.channels.c1.partitionIdHeader = p
a.channels.c1.defaultPartitionId = 1
a.channels.c1.migrateZookeeperOffsets = true
a.channels.c1.zookeeperConnect = zk:2181
a.channels.c1.kafka.producer.acks = 1
a.channels.c1.kafka.producer.compression.type = lz4
a.channels.c1.kafka.producer.buffer.memory = 1000000
a.channels.c1.kafka.producer.delivery.timeout.ms = 60000
a.channels.c1.kafka.consumer.client.id = me`,
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
  hdfs: `hdfs\na.sinks.k1.hdfs.path = /logs\na.sinks.k1.hdfs.fileType = DataStream`,
  "hdfs, escapes": `hdfs
a.sinks.k1.hdfs.path = hdfs://nn:8020/logs/%{where}/%{timestamp}-%{offset}/%[localhost]/100%-of-%Y-%m-%d/%H%M/%{h}
a.sinks.k1.hdfs.filePrefix = %{where}%{key}.%[IP]
a.sinks.k1.hdfs.fileSuffix = .txt
a.sinks.k1.hdfs.fileType = datastream
a.sinks.k1.hdfs.useLocalTimeStamp = true
a.sinks.k1.hdfs.timeZone = \${env:ZONE}
a.sinks.k1.hdfs.round = true
a.sinks.k1.hdfs.roundUnit = minute
a.sinks.k1.hdfs.roundValue = 10
a.sinks.k1.hdfs.rollInterval = \${env:ROLL}
a.sinks.k1.hdfs.idleTimeout = 5
a.sinks.k1.hdfs.inUsePrefix = _
a.sinks.k1.hdfs.emptyInUseSuffix = true
a.sinks.k1.hdfs.minBlockReplicas = 1
a.sinks.k1.hdfs.closeTries = 0
a.sinks.k1.hdfs.retryInterval = -1
a.sinks.k1.hdfs.maxOpenFiles = 10
a.sinks.k1.hdfs.callTimeout = 0
a.sinks.k1.hdfs.kerberosPrincipal = flume/_HOST@REALM
a.sinks.k1.hdfs.kerberosKeytab = /etc/flume.keytab
a.sinks.k1.hdfs.proxyUser = someone`,
  "hdfs, sequence": `hdfs
a.sinks.k1.hdfs.path = file:///tmp/logs
a.sinks.k1.hdfs.codeC = org.apache.hadoop.io.compress.SnappyCodec`,
  "hdfs, avro": `hdfs
a.sinks.k1.hdfs.path = webhdfs://nn:9870/logs
a.sinks.k1.hdfs.fileType = CompressedStream
a.sinks.k1.hdfs.codeC = gzip
a.sinks.k1.serializer = avro_event
a.sinks.k1.serializer.compressionCodec = deflate`,
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
  channel: string,
  sink: string,
  selector: string,
  interceptors: string,
  several: boolean,
): string {
  return `a.sources = s1${several ? " s2" : ""}
a.channels = c1${several ? " c2" : ""}
a.sinks = k1${several ? " k2" : ""}
a.sources.s1.type = ${source}
a.sources.s1.channels = c1${several ? " c2" : ""}
${several ? selector : ""}${interceptors}a.channels.c1.type = ${channel}
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

interface Combination {
  readonly names: readonly string[];
  /** Source, channel, sink, selector, interceptors. */
  readonly parts: readonly [string, string, string, string, string];
  readonly several: boolean;
}

/** Every one with a memory channel; with each Kafka channel every source and sink, bare and with all that there is. */
function* combinations(): Generator<Combination> {
  for (const [sourceName, source] of Object.entries(SOURCES)) {
    for (const [channelName, channel] of Object.entries(CHANNELS)) {
      for (const [sinkName, sink] of Object.entries(SINKS)) {
        for (const [selectorName, selector] of Object.entries(SELECTORS)) {
          for (const [interceptorName, interceptors] of Object.entries(INTERCEPTORS)) {
            for (const several of [true, false]) {
              if (!several && selectorName !== "none") continue;
              const bare = !several && interceptorName === "none";
              const all = several && selectorName === "multiplexing" && interceptorName === "all";
              if (channelName !== "memory" && !bare && !all) continue;
              yield {
                names: [sourceName, channelName, sinkName, selectorName, interceptorName],
                parts: [source, channel, sink, selector, interceptors],
                several,
              };
            }
          }
        }
      }
    }
  }
}

test("every combination of the components compiles to a program that type-checks and needs no formatter", async () => {
  const programs = new Map<string, string>();
  const symbols: RuntimeSymbol[] = [];
  for (const { names, parts, several } of combinations()) {
    const printed = printProgram(compile(conf(...parts, several)).plan, "0.0.0");
    programs.set(`${[...names, several].join("-").replace(/\W+/g, "-")}.ts`, printed.text);
    symbols.push(...printed.symbols);
  }
  expect(programs.size).toBe(6 * 10 * 2 * 4 + 6 * 10 * 2 * 2);
  // Two sources, channels and sinks, one of each with every property that there is
  for (const text of programs.values()) expect(text.split("\n").length).toBeLessThanOrEqual(350);

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
