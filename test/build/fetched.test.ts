import { describe, expect, test } from "vitest";
import { printProgram } from "../../compiler/emit/program.ts";
import { compile } from "./compile.ts";

function programOf(conf: string): string {
  return printProgram(compile(conf).plan, "0.0.0").text;
}

const SOURCE = `a.sources.s.type = org.apache.flume.source.kafka.KafkaSource
a.sources.s.kafka.bootstrap.servers = localhost:9092
a.sources.s.kafka.topics = calls
a.sources.s.batchSize = 100
`;

const MEMORY = "a.channels.c.type = memory\n";

const TOPIC = `a.channels.c.type = org.apache.flume.channel.kafka.KafkaChannel
a.channels.c.kafka.bootstrap.servers = localhost:9092
a.channels.c.kafka.topic = calls
`;

const HDFS = `a.sinks.k.type = hdfs
a.sinks.k.hdfs.path = hdfs://nn:8020/logs
a.sinks.k.hdfs.fileType = DataStream
`;

const LOGGER = "a.sinks.k.type = logger\n";

/** A Kafka source, a memory channel and a sink. */
const fromSource = (sink: string, more = "") =>
  `a.sources = s\na.channels = c\na.sinks = k\n${SOURCE}a.sources.s.channels = c\n${MEMORY}${sink}a.sinks.k.channel = c\n${more}`;

/** A Kafka channel without a source, and a sink. */
const fromTopic = (sink: string, more = "") =>
  `a.channels = c\na.sinks = k\n${TOPIC}${sink}a.sinks.k.channel = c\n${more}`;

const header = (path: string) => HDFS.replace("/logs", path);
const interceptor = (type: string, more = "") =>
  `a.sources.s.interceptors = i\na.sources.s.interceptors.i.type = ${type}\n${more}`;

describe("a sink takes what was fetched as it came", () => {
  test.each([
    ["HDFS, a fixed path", fromSource(HDFS), true],
    [
      "HDFS, headers that the record itself has",
      fromSource(header("/%{topic}/%{partition}/%{key}/%Y")),
      true,
    ],
    ["HDFS, a header that no record has", fromSource(header("/%{host}")), true],
    ["HDFS, the time of an interceptor", fromSource(header("/%Y"), interceptor("timestamp")), true],
    [
      "HDFS, the name of this machine as a header",
      fromSource(header("/%{host}"), interceptor("host")),
      false,
    ],
    [
      "HDFS, a header that may be in the Avro",
      fromSource(header("/%{app}"), "a.sources.s.useFlumeEventFormat = true\n"),
      false,
    ],
    [
      "HDFS, Avro whose headers nobody reads",
      fromSource(HDFS, "a.sources.s.useFlumeEventFormat = true\n"),
      true,
    ],
    ["HDFS, headers beside the text", fromSource(HDFS, "a.sinks.k.serializer = HEADER_AND_TEXT\n"), true],
    [
      "HDFS, headers beside the text, the name of this machine among them",
      fromSource(HDFS, `a.sinks.k.serializer = HEADER_AND_TEXT\n${interceptor("host")}`),
      false,
    ],
    ["HDFS, the time in a SequenceFile", fromSource(HDFS.replace("DataStream", "SequenceFile")), true],
    [
      "HDFS, the text of a time as the time",
      fromSource(header("/%Y"), interceptor("static", "a.sources.s.interceptors.i.key = timestamp\n")),
      true, // preserveExisting: the record's time stays
    ],
    [
      "HDFS, a fixed time in place of the record's",
      fromSource(
        header("/%Y"),
        interceptor(
          "static",
          "a.sources.s.interceptors.i.key = timestamp\na.sources.s.interceptors.i.preserveExisting = false\n",
        ),
      ),
      false,
    ],
    ["file_roll", fromSource("a.sinks.k.type = file_roll\na.sinks.k.sink.directory = /tmp\n"), true],
    [
      "file_roll, headers beside the text",
      fromSource(
        "a.sinks.k.type = file_roll\na.sinks.k.sink.directory = /tmp\na.sinks.k.sink.serializer = HEADER_AND_TEXT\n",
      ),
      false,
    ],
    ["logger", fromSource(LOGGER), false],
    ["a Kafka channel into HDFS", fromTopic(HDFS), true],
    [
      "a Kafka channel into HDFS by time",
      fromTopic(header("/%Y/%{key}"), "a.channels.c.parseAsFlumeEvent = false\n"),
      true,
    ],
    ["a Kafka channel of events into HDFS by time", fromTopic(header("/%Y")), false],
    ["a Kafka channel into the log", fromTopic(LOGGER), false],
  ])("%s", (_, conf, asRecords) => {
    const { plan } = compile(conf);
    expect(plan.sinks[0]!.takes).toMatchObject({ kind: "fetched", as: asRecords ? "records" : "events" });
    const program = programOf(conf);
    expect(program.includes("eventOf")).toBe(!asRecords);
  });
});

describe("a format that writes headers is handed those of the record", () => {
  const sequence = HDFS.replace("DataStream", "SequenceFile");
  const all = `${HDFS}a.sinks.k.serializer = AVRO_EVENT\n`;
  test.each([
    [
      "only the time",
      fromSource(sequence),
      'headers: (records, i) => new Map([["timestamp", String(records.timestampOf(i))]]),',
    ],
    ["the text of an interceptor", fromSource(all, interceptor("timestamp")), "headers: headersOfSource1,"],
    ["what is in the Avro", fromTopic(sequence), "headers: (records, i) => records.flumeHeadersOf(i),"],
    ["with the key of the record", fromTopic(all), "headers: headersOfChannel1,"],
  ])("%s", (_, conf, expected) => {
    const program = programOf(conf);
    expect(program).toContain(expected);
    expect(program).not.toContain("eventOf");
  });

  test("none where events would have none", () => {
    const program = programOf(fromTopic(sequence, "a.channels.c.parseAsFlumeEvent = false\n"));
    expect(program).toContain("HdfsRecordSink");
    expect(program).not.toContain("headers");
  });
});

describe("a Kafka source goes through its channels", () => {
  const two = (more: string) =>
    `a.sources = s\na.channels = c d\na.sinks = k n\n${SOURCE}a.sources.s.channels = c d\n${MEMORY}a.channels.d.type = memory\n${HDFS}a.sinks.k.channel = c\na.sinks.n.type = null\na.sinks.n.channel = d\n${more}`;

  test.each([
    ["two of them", two("")],
    ["one of them optional", two("a.sources.s.selector.optional = d\n")],
    [
      "one or the other",
      two(
        "a.sources.s.selector.type = multiplexing\na.sources.s.selector.header = key\na.sources.s.selector.mapping.x = c\na.sources.s.selector.default = d\n",
      ),
    ],
    [
      "another source beside it",
      fromSource(HDFS).replace("a.sources = s", "a.sources = s n") +
        "a.sources.n.type = netcat\na.sources.n.bind = localhost\na.sources.n.port = 1\na.sources.n.channels = c\n",
    ],
    [
      "a second sink",
      `${fromSource(HDFS).replace("a.sinks = k", "a.sinks = k n")}a.sinks.n.type = null\na.sinks.n.channel = c\n`,
    ],
    ["a Kafka channel behind it", fromSource(HDFS).replace(MEMORY, TOPIC)],
  ])("%s", (_, conf) => {
    const { plan } = compile(conf);
    expect(plan.notes).toEqual([]);
    expect(plan.channels.every(({ form }) => form !== "passed")).toBe(true);
    const program = programOf(conf);
    expect(program).toMatch(/new KafkaSource\(source\d, consumer\w*, receivedEvent, put/);
    // The channels count as nothing that kill -9 could lose, unless another source feeds them
    const header = program.replace(/\n\/\/ /g, " ");
    expect(header.includes("kill -9 may lose what c holds from n,")).toBe(conf.includes("netcat"));
  });
});

test("headers are made for those who read them, in Flume's order, and none replaces what the event came with", () => {
  const conf = fromSource(
    LOGGER,
    "a.sources.s.useFlumeEventFormat = true\na.sources.s.topicHeader = from\na.sources.s.header.app = application\n",
  );
  const program = programOf(conf);
  const body = program.slice(program.indexOf("function eventOf"), program.indexOf("function drain"));
  expect(body.match(/"(timestamp|from|partition|offset|key|app)", /g)).toEqual(
    ["timestamp", "from", "partition", "offset", "key", "app"].map((name) => `"${name}", `),
  );
  expect(body).toContain('if (!headers.has("from")) headers.set("from", records.topic);');
  expect(body).toContain('addIfPresent(headers, "app", records.recordHeaderOf(i, "application"));');
  expect(programOf(fromSource(LOGGER))).toContain("const headers = new Map([");
});

test("setTopicHeader = false, and a topic header of the name of another", () => {
  const none = programOf(fromSource(LOGGER, "a.sources.s.setTopicHeader = false\n"));
  expect(none).not.toContain("records.topic");
  // As Flume: what is there already stays
  const taken = programOf(fromSource(LOGGER, "a.sources.s.topicHeader = offset\n"));
  expect(taken).toContain('["offset", records.topic]');
  expect(taken).not.toContain("records.offsetOf");
  const timestamp = programOf(fromSource(LOGGER, "a.sources.s.topicHeader = timestamp\n"));
  expect(timestamp).not.toContain("records.topic");
});

test("the key of a path is that of the record, a header that hides it included", () => {
  const path = header("/%{key}");
  expect(programOf(fromSource(path))).toContain('pathSegment(records.keyOf(i) ?? "")');
  expect(programOf(fromSource(path, "a.sources.s.topicHeader = key\n"))).toContain(
    "pathSegment(records.keyOf(i) ?? records.topic)",
  );
});

test("a time that a record has by itself stands in for a header that a Kafka channel cannot have", () => {
  const plain = programOf(fromTopic(header("/%Y"), "a.channels.c.parseAsFlumeEvent = false\n"));
  expect(plain).toContain("time1.at(records.timestampOf(i))");
  const events = programOf(fromTopic(header("/%Y")));
  expect(events).toContain(
    'if (!headers.has("timestamp")) headers.set("timestamp", String(records.timestampOf(i)));',
  );
  expect(events).toContain("time1.at(timestampOf(event.headers))");
});

describe("ZooKeeper", () => {
  const old = fromSource(HDFS).replace(
    "kafka.bootstrap.servers = localhost:9092",
    "zookeeperConnect = zk:2181/kafka",
  );

  test("is asked for brokers and for old offsets where no broker is named", () => {
    const program = programOf(old);
    expect(program).toContain('brokers: () => brokersFromZooKeeper("zk:2181/kafka", "PLAINTEXT")');
    expect(program).toContain('oldOffsets: oldOffsetsFromZooKeeper("zk:2181/kafka", "flume")');
  });

  test.each([
    ["brokers beside it", fromSource(HDFS, "a.sources.s.zookeeperConnect = zk:2181\n")],
    ["a Kafka channel", fromTopic(HDFS, "a.channels.c.zookeeperConnect = zk:2181\n")],
  ])("is left alone: %s", (_, conf) => {
    expect(programOf(conf)).not.toMatch(/FromZooKeeper/);
    const migrates = `${conf}a.${conf.includes("a.sources") ? "sources.s" : "channels.c"}.migrateZookeeperOffsets = true\n`;
    expect(programOf(migrates)).toContain('oldOffsetsFromZooKeeper("zk:2181", "flume")');
  });

  test("no offsets are taken over where they are not to be, or where there are several topics", () => {
    expect(programOf(`${old}a.sources.s.migrateZookeeperOffsets = false\n`)).not.toContain("oldOffsets");
    expect(programOf(old.replace("topics = calls", "topics = calls, texts"))).not.toContain("oldOffsets");
    const pattern = old.replace("kafka.topics = calls", "kafka.topics.regex = calls.*");
    const program = programOf(pattern);
    expect(program).not.toContain("oldOffsets");
    expect(program).toContain('new RegExp("^(?:calls.*)$", "u")');
  });
});

test.each([
  ["a relative path", header("logs").replace("hdfs://nn:8020", ""), "The path has to be absolute"],
  ["a look-up that may be anything", HDFS.replace("hdfs://nn:8020", "${env:ROOT}"), "Write the beginning"],
  ["a look-up inside an escape", header("/%{${env:NAME}}"), "A look-up inside an escape"],
  ["a file system by header", HDFS.replace("nn:8020", "%{nn}"), "The file system has to be known"],
])("what cannot be compiled is told with the way out: %s", (_, sink, message) => {
  expect(() => compile(fromSource(sink))).toThrow(message);
});

test("look-ups in a path are made once, at the start, and may name the file system", () => {
  const path = "hdfs://${env:NAMENODE}:${env:PORT:-8020}/logs/${env:REGION}/%{topic}";
  const program = programOf(fromSource(HDFS.replace("hdfs://nn:8020/logs", path)));
  expect(program).toContain(
    'uri: "hdfs://" + fromEnvironment("NAMENODE", sink1, "hdfs.path") + ":" + fromEnvironmentOr("PORT", "8020"),',
  );
  expect(program).toContain('const text1 = fromEnvironment("REGION", sink1, "hdfs.path");');
  expect(program).toContain('path: (records) => "/logs/" + text1 + "/" + records.topic,');
  const fixed = programOf(fromSource(header("/logs/${env:REGION}")));
  expect(fixed).toContain('path: "/logs/" + fromEnvironment("REGION", sink1, "hdfs.path"),');
});

test("a regular expression that only Java has is told", () => {
  const conf = fromSource(HDFS).replace("kafka.topics = calls", "kafka.topics.regex = (?i)calls\\\\Z");
  expect(() => compile(conf)).toThrow("This is no regular expression for JavaScript");
});

test("what a netcat line in several Kafka channels waits for", () => {
  const second = TOPIC.replaceAll("channels.c", "channels.d").replace("= calls", "= texts");
  const program = programOf(
    `a.sources = s\na.channels = c d\na.sources.s.type = netcat\na.sources.s.bind = localhost\na.sources.s.port = 1\na.sources.s.channels = c d\n${TOPIC}${second}`,
  );
  expect(program).toContain("(lines) => storedInAll([records1.stored(lines), records2.stored(lines)])");
  expect(program).toContain("drains: [storeInChannel1, storeInChannel2]");
  expect(program).toContain("records1.put(event);\n  records2.put(event);");
  expect(program).not.toContain("consumers");
});
