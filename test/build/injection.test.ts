import fc from "fast-check";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { compileBytes } from "../../cli/build-agent.ts";
import { printProgram } from "../../compiler/emit/program.ts";
import { compile } from "./compile.ts";

/** What an attacker or a careless hand may write; some of it ends strings, comments or lines. */
const HOSTILE = [
  "*/ process.exit(1); /*",
  "`${process.exit(1)}`",
  '"; process.exit(1); "',
  "'); process.exit(1); ('",
  "\\u2028process.exit(1)",
  "\\u2029//",
  "\\u000aprocess.exit(1)",
  "</script><script>",
  "<!-- -->",
  "@ts-nocheck",
  "# @ts-expect-error",
  "//# sourceMappingURL=x",
  "__proto__",
  "constructor",
  "\\u202e\\u2066gnirts",
  "\\\\",
  "\\\\u{41}",
  "//",
  "/*",
  "\\ud800",
];

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 12 }).map(escaped)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((pieces) => pieces.join("")),
);

/**
 * A name holds neither dots nor blanks; references and commas in it are errors of their own, and a digit at its end
 * would choose the number of its variable.
 */
const name = text.map((value) => `n${value.replace(/\\u....|[.,$\s\\=:#!]/g, "")}x`);

/** A topic may hold no escape sequences for the time. */
const topic = text.map((value) => value.replaceAll("%", ""));

/** As the text of a value in a properties file: nothing of it ends the line, is trimmed, or is a reference. */
function escaped(value: string): string {
  return Array.from({ length: value.length }, (_, index) => {
    const unit = value.charCodeAt(index);
    const plain = unit > 0x20 && unit < 0x7f && value[index] !== "\\";
    return plain ? value[index] : `\\u${unit.toString(16).padStart(4, "0")}`;
  }).join("");
}

interface Inputs {
  readonly agent: string;
  readonly source: string;
  readonly channel: string;
  readonly sink: string;
  readonly interceptor: string;
  readonly header: string;
  readonly value: string;
  readonly topic: string;
  readonly client: string;
  readonly comment: string;
  readonly file: string;
}

const BENIGN: Inputs = {
  agent: "a",
  source: "s",
  channel: "c",
  sink: "k",
  interceptor: "i",
  header: "h",
  value: "v",
  topic: "t",
  client: "x",
  comment: "comment",
  file: "agent.conf",
};

function conf(one: Inputs): string {
  const { agent, source, channel, sink } = one;
  return [
    `# ${one.comment}`,
    `${agent}.sources = ${source}`,
    `${agent}.channels = ${channel} second`,
    `${agent}.sinks = ${sink} log`,
    `${agent}.sources.${source}.type = netcat`,
    `${agent}.sources.${source}.bind = 127.0.0.1`,
    `${agent}.sources.${source}.port = 20100`,
    `${agent}.sources.${source}.channels = ${channel} second`,
    `${agent}.sources.${source}.interceptors = ${one.interceptor}`,
    `${agent}.sources.${source}.interceptors.${one.interceptor}.type = static`,
    `${agent}.sources.${source}.interceptors.${one.interceptor}.key = h${one.header}`,
    `${agent}.sources.${source}.interceptors.${one.interceptor}.value = v${one.value}`,
    `${agent}.channels.${channel}.type = memory`,
    `${agent}.channels.second.type = memory`,
    `${agent}.sinks.${sink}.type = org.apache.flume.sink.kafka.KafkaSink`,
    `${agent}.sinks.${sink}.kafka.bootstrap.servers = localhost:9092`,
    `${agent}.sinks.${sink}.kafka.topic = t${one.topic}`,
    `${agent}.sinks.${sink}.kafka.producer.client.id = x${one.client}`,
    `${agent}.sinks.${sink}.channel = ${channel}`,
    `${agent}.sinks.log.type = logger`,
    `${agent}.sinks.log.channel = second`,
  ].join("\n");
}

function print(inputs: Inputs): string {
  const compiled = compile(conf(inputs), undefined, inputs.file);
  return printProgram(compiled.plan, "0.0.0").text;
}

interface FetchedInputs {
  readonly group: string;
  readonly topic: string;
  readonly header: string;
  readonly recordHeader: string;
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly zone: string;
  readonly zooKeeper: string;
  readonly deadLetters: string;
}

const BENIGN_FETCHED: FetchedInputs = {
  group: "g",
  topic: "t",
  header: "h",
  recordHeader: "r",
  path: "p",
  prefix: "f",
  suffix: "x",
  zone: "UTC",
  zooKeeper: "zk",
  deadLetters: "d",
};

/** Kafka into HDFS, by a source that is joined with its sink, and through a Kafka channel that lines are put into. */
function fetchedConf(one: FetchedInputs): string {
  const hdfs = (sink: string) => [
    `a.sinks.${sink}.type = hdfs`,
    `a.sinks.${sink}.hdfs.path = /p${one.path}/%{name}/%Y/%[fqdn]`,
    `a.sinks.${sink}.hdfs.filePrefix = f${one.prefix}-%{other}`,
    `a.sinks.${sink}.hdfs.fileSuffix = x${one.suffix}`,
    `a.sinks.${sink}.hdfs.inUsePrefix = u${one.suffix}`,
    `a.sinks.${sink}.hdfs.timeZone = z${one.zone}`,
    `a.sinks.${sink}.hdfs.fileType = DataStream`,
    `a.sinks.${sink}.hdfs.proxyUser = w${one.group}`,
  ];
  return [
    "a.sources = s n",
    "a.channels = c d",
    "a.sinks = k l",
    "a.sources.s.type = org.apache.flume.source.kafka.KafkaSource",
    `a.sources.s.zookeeperConnect = z${one.zooKeeper}`,
    `a.sources.s.kafka.topics = t${one.topic}`,
    `a.sources.s.kafka.consumer.group.id = g${one.group}`,
    `a.sources.s.header.name = r${one.recordHeader}`,
    `a.sources.s.topicHeader = h${one.header}`,
    "a.sources.s.batchSize = 100",
    "a.sources.s.channels = c",
    "a.channels.c.type = memory",
    ...hdfs("k"),
    "a.sinks.k.channel = c",
    "a.sources.n.type = netcat",
    "a.sources.n.bind = 127.0.0.1",
    "a.sources.n.port = 20100",
    "a.sources.n.channels = d",
    "a.channels.d.type = org.apache.flume.channel.kafka.KafkaChannel",
    "a.channels.d.kafka.bootstrap.servers = localhost:9092",
    `a.channels.d.kafka.topic = t${one.topic}`,
    `a.channels.d.kafka.consumer.group.id = d${one.group}`,
    `a.channels.d.partitionIdHeader = h${one.header}`,
    ...hdfs("l"),
    "a.sinks.l.channel = d",
  ].join("\n");
}

function printFetched(inputs: FetchedInputs): string {
  const compiled = compileBytes(fetchedConf(inputs), {
    path: "agent.conf",
    agent: undefined,
    overrides: [],
    settings: { defaultFs: "hdfs://nn:8020", onPoison: { deadLetterTopic: inputs.deadLetters } },
  });
  if (compiled.kind === "compiled") return printProgram(compiled.plan, "0.0.0").text;
  throw new Error(compiled.findings.diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}

/** The tree with the texts of its literals blanked; comments that TypeScript reads as directives count too. */
function shape(program: string): string {
  const file = ts.createSourceFile("agent.ts", program, ts.ScriptTarget.Latest, true);
  const nodes: string[] = [];
  function visit(node: ts.Node, depth: number): void {
    const word = ts.isIdentifier(node) ? node.text : "";
    nodes.push(`${" ".repeat(depth)}${ts.SyntaxKind[node.kind]} ${word}`);
    ts.forEachChild(node, (child) => visit(child, depth + 1));
  }
  visit(file, 0);
  const { parseDiagnostics, pragmas, commentDirectives, checkJsDirective } = file as unknown as Record<
    string,
    unknown
  >;
  nodes.push(JSON.stringify({ parseDiagnostics, commentDirectives, checkJsDirective }));
  nodes.push(JSON.stringify([...(pragmas as Map<string, unknown>).keys()]));
  return nodes.join("\n");
}

test("no name, value or comment changes the shape of the program", () => {
  const benign = shape(print(BENIGN));
  const inputs = fc.record({
    agent: name,
    source: name,
    channel: name,
    sink: name,
    interceptor: name,
    header: text,
    value: text,
    topic,
    client: text,
    comment: text,
    file: text,
  });
  fc.assert(
    fc.property(inputs, (hostile) => {
      expect(shape(print(hostile))).toBe(benign);
    }),
    { numRuns: 150 },
  );
});

test("nothing of a Kafka source, a Kafka channel or an HDFS sink changes the shape of the program", () => {
  const benign = shape(printFetched(BENIGN_FETCHED));
  // Escapes, references and what separates topics would change what the program is to do
  const plain = text.map((value) => value.replace(/%|\$|,|\\u002c|\\u0024|\\u0025/g, ""));
  const inputs = fc.record({
    group: plain,
    topic: plain,
    header: plain,
    recordHeader: plain,
    path: plain,
    prefix: plain,
    suffix: plain,
    zone: plain,
    zooKeeper: plain,
    deadLetters: fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" })),
  });
  fc.assert(
    fc.property(inputs, (hostile) => {
      expect(shape(printFetched(hostile))).toBe(benign);
    }),
    { numRuns: 150 },
  );
});

test("the values arrive as they are in the configuration", () => {
  const program = print({ ...BENIGN, value: '"; process.exit(1); "*/' });
  expect(program).toContain(`'v"; process.exit(1); "*\\/'`);
});

test.each(["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"])(
  "a component may be called %s",
  async (word) => {
    const inputs = {
      ...BENIGN,
      agent: word,
      source: word,
      channel: word,
      sink: word,
      interceptor: word,
      header: word,
    };
    expect(shape(print(inputs))).toBe(shape(print(BENIGN)));
    expect(print(inputs)).toContain(`agent.source("${word}"`);
    const program = await compile(conf(inputs)).emit();
    expect(program.entry).toMatch(/^\w+\.ts$/);
    expect(JSON.parse(program.files.get("package.json")!).name).toMatch(/^[a-z0-9]/);
  },
);
