import { expect, test } from "vitest";
import { compile, programOf } from "./compile.ts";

const BASE = `a.sources = s
a.channels = c
a.sinks = k
a.sources.s.type = netcat
a.sources.s.bind = 127.0.0.1
a.sources.s.port = 20100
a.sources.s.channels = c
a.channels.c.type = memory
a.sinks.k.channel = c
`;

const KAFKA = `${BASE}a.sinks.k.type = org.apache.flume.sink.kafka.KafkaSink
a.sinks.k.kafka.bootstrap.servers = localhost:9092
a.sinks.k.kafka.topic = t
`;

const interceptor = (type: string, more = "") =>
  `a.sources.s.interceptors = i\na.sources.s.interceptors.i.type = ${type}\n${more}`;

test.each([
  ["a plain source", KAFKA, true],
  ["an interceptor that nobody reads", KAFKA + interceptor("timestamp"), true],
  [
    "an interceptor for another header",
    `${KAFKA}${interceptor("static", "a.sources.s.interceptors.i.key = dc\n")}`,
    true,
  ],
  ["a static key", `${KAFKA}${interceptor("static")}`, false],
  ["a static topic", `${KAFKA}${interceptor("static", "a.sources.s.interceptors.i.key = topic\n")}`, false],
  [
    "a static topic that may not override",
    `${KAFKA}${interceptor("static", "a.sources.s.interceptors.i.key = topic\n")}a.sinks.k.allowTopicOverride = false\n`,
    true,
  ],
  ["a topic with a header in it", KAFKA.replace("topic = t", "topic = t-%{dc}"), false],
  [
    "a literal topic that may not be overridden",
    `${KAFKA.replace("topic = t", "topic = t-%{dc}")}a.sinks.k.allowTopicOverride = false\n`,
    true,
  ],
  [
    "a time stamp that the sink reads",
    `${KAFKA}${interceptor("timestamp")}a.sinks.k.timestampHeader = timestamp\n`,
    false,
  ],
  ["Avro", `${KAFKA}a.sinks.k.useFlumeEventFormat = true\n`, false],
  ["a fixed partition", `${KAFKA}a.sinks.k.defaultPartitionId = 1\n`, false],
  [
    "a second sink on the channel",
    `${KAFKA.replace("sinks = k", "sinks = k n")}a.sinks.n.type = null\na.sinks.n.channel = c\n`,
    false,
  ],
  [
    "a second channel behind the source",
    `${KAFKA.replace("channels = c\na.sinks", "channels = c d\na.sinks").replace("s.channels = c", "s.channels = c d").replace("sinks = k", "sinks = k n")}a.channels.d.type = memory\na.sinks.n.type = null\na.sinks.n.channel = d\n`,
    false,
  ],
  [
    "two sources",
    `${KAFKA.replace("sources = s", "sources = s u")}a.sources.u.type = netcatudp\na.sources.u.port = 20101\na.sources.u.channels = c\na.sources.u.remoteAddress = from\n`,
    true,
  ],
])("records are made at once: %s", (_, conf, fused) => {
  const { plan } = compile(conf);
  expect(plan.channels[0]!.form).toBe(fused ? "records" : "events");
  expect(plan.sinks[0]!.takes.kind === "encoded").toBe(fused);
});

test("interceptors with a known outcome become the event's first headers, the last one wins", async () => {
  const conf = `${BASE}a.sinks.k.type = logger
a.sources.s.interceptors = one two three
a.sources.s.interceptors.one.type = static
a.sources.s.interceptors.one.value = first
a.sources.s.interceptors.two.type = static
a.sources.s.interceptors.two.value = second
a.sources.s.interceptors.three.type = static
a.sources.s.interceptors.three.value = third
a.sources.s.interceptors.three.preserveExisting = false
`;
  const program = await programOf(conf);
  expect(program).toContain('["key", "third"], // three, line 16');
  expect(program).not.toMatch(/"first"|"second"|addHeader/);
});

test("what the host interceptor may leave out is decided at run time, in the order of the chain", async () => {
  const conf = `${BASE}a.sinks.k.type = logger
a.sources.s.interceptors = h s t
a.sources.s.interceptors.h.type = host
a.sources.s.interceptors.h.hostHeader = where
a.sources.s.interceptors.s.type = static
a.sources.s.interceptors.s.key = where
a.sources.s.interceptors.s.value = here
a.sources.s.interceptors.t.type = timestamp
`;
  const program = await programOf(conf);
  const calls = program.slice(program.indexOf("function put("));
  expect(calls.indexOf('addHost(event, "where", hostAddress, false);')).toBeGreaterThan(0);
  expect(calls.indexOf('addHeader(event, "where", "here", true);')).toBeGreaterThan(
    calls.indexOf("addHost("),
  );
  expect(calls).toContain('["timestamp", String(Date.now())]');
});

test.each([
  ["the header is never there", "level", "d"],
  ["the header always has this value", "key", "c"],
])("a selector that always decides alike is none: %s", async (_, header, channel) => {
  const conf = `${BASE.replace("a.channels = c", "a.channels = c d").replace("s.channels = c", "s.channels = c d").replace("sinks = k", "sinks = k n")}a.sinks.k.type = null
a.channels.d.type = memory
a.sinks.n.type = null
a.sinks.n.channel = d
${interceptor("static")}a.sources.s.selector.type = multiplexing
a.sources.s.selector.header = ${header}
a.sources.s.selector.mapping.value = c
a.sources.s.selector.default = d
`;
  const { plan } = compile(conf);
  const id = channel === "c" ? "channel1" : "channel2";
  expect(plan.sources[0]!.selector).toEqual({
    kind: "replicating",
    branch: { required: [id], optional: [] },
  });
  expect(await programOf(conf)).not.toContain("switch");
});

test("a topic that is looked up is looked up at the start, not when the first events are sent", async () => {
  const text = await programOf(KAFKA.replace("topic = t", "topic = ${env:TOPIC}"));
  expect(text).toContain('const topic = fromEnvironment("TOPIC", sink1, "kafka.topic");');
  expect(text).toContain("sendToAnyPartition(topic, batch)");
});

test("the header comment promises nothing for events that no channel is certain to take", async () => {
  const base = `${BASE}a.sinks.k.type = logger\n`;
  const optional = await programOf(`${base}a.sources.s.selector.optional = c\n`);
  expect(optional).toContain(
    "A line from s is dropped where its optional channels are full, in spite of OK.",
  );
  const unmapped = `${base}a.sources.s.selector.type = multiplexing\na.sources.s.selector.header = h\n`;
  const nowhere = await programOf(`${unmapped}a.sources.s.selector.mapping.X = c\n`);
  expect(nowhere).toContain("No channel takes what s receives: it is dropped, in spite of OK.");
  expect(nowhere).toContain("memory, 100 events, which nothing fills");
  expect(nowhere).not.toMatch(/const event:|kill -9|From c/);
});
