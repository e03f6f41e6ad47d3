import { describe, expect, test } from "vitest";
import { agentA, resolvedAgents, sinkWith, sourceWith } from "./resolved.ts";

const kafka = "type = org.apache.flume.sink.kafka.KafkaSink";

describe("an agent", () => {
  test("has the components that it lists and configures, in list order", () => {
    const agent = agentA(
      "a.sinks = k2 k1 k2 k3\na.sinks.k1.type = null\na.sinks.k2.type = null\na.sinks.k4.type = null",
    );
    expect(agent.sinks.map(({ path }) => path)).toEqual(["sinks.k2", "sinks.k1"]);
  });

  test("links sources and sinks to their channels", () => {
    const text = [
      "a.channels = c1 c2",
      "a.channels.c1.type = memory",
      "a.sources = s1",
      "a.sources.s1.channels = c1 c2\tc9",
      "a.sinks = k1 k2",
      "a.sinks.k1.channel = c1",
      "a.sinks.k2.channel = c1, c2",
    ].join("\n");
    const agent = agentA(text);
    const links = (component: (typeof agent.sinks)[number]) =>
      agent
        .channelsOf(component)
        .map(({ written, target }) => [text.slice(written.span.start, written.span.end), target?.path]);
    expect(links(agent.sources[0]!)).toEqual([
      ["c1", "channels.c1"],
      ["c2", undefined],
      ["c9", undefined],
    ]);
    expect(links(agent.sinks[0]!)).toEqual([["c1", "channels.c1"]]);
    expect(links(agent.sinks[1]!)).toEqual([["c1, c2", undefined]]);
  });
});

describe("types", () => {
  test.each([
    ["type = NULL", undefined, "org.apache.flume.sink.NullSink"],
    ["type = Org.Apache.Flume.Sink.NullSink", "wrong-case", "org.apache.flume.sink.NullSink"],
    ["type = hive", "pending", undefined],
    ["type = com.example.Mine", "custom-class", undefined],
    ["type = org.apache.flume.sink.Mine", "unknown", undefined],
    ["type = nul", "unknown", undefined],
    ["other = x", "no-type", undefined],
    ["type = ${env:SINK}", "runtime", undefined],
  ])("%s", (line, unresolved, className) => {
    const sink = sinkWith(line);
    expect([sink.unresolved, sink.definition?.className]).toEqual([unresolved, className]);
  });

  test("may come from another property of the file", () => {
    const agent = agentA("zz.kind = logger\na.sinks = k1\na.sinks.k1.type = ${zz.kind}");
    expect(agent.sinks[0]!.definition?.aliases).toEqual(["logger"]);
  });
});

describe("values", () => {
  test.each([
    ["batchSize = 7", { kind: "number", value: 7 }],
    ["batchSize = +7", { kind: "number", value: 7 }],
    ["batchSize = 7x", { kind: "invalid", problem: "unparsable", consequence: "removed" }],
    ["batchSize = 2147483648", { kind: "invalid", problem: "unparsable" }],
    ["batchSize = 0", { kind: "invalid", problem: "out-of-range", why: "must be at least 1" }],
    ["other = x", { kind: "number", value: 100 }],
  ])("of a number: %s", (line, value) => {
    expect(sinkWith("type = null", line).properties.get("batchSize")!.value).toMatchObject(value);
  });

  test.each([
    ["true", true],
    ["TRUE", true],
    ["yes", false],
    ["1", false],
    ["ture", false],
  ])("of a flag: %s is %s to Flume", (written, value) => {
    const source = sourceWith(`ack-every-event = ${written}`);
    expect(source.properties.get("ack-every-event")!.value).toEqual({ kind: "boolean", value });
  });

  test.each([
    ["localhost:9092", ["localhost:9092"]],
    ["a:1, b:2 ,[::1]:3", ["a:1", "b:2", "[::1]:3"]],
    ["PLAINTEXT://a:1", ["PLAINTEXT://a:1"]],
    ["localhost", undefined],
    ["a:1 b:2", undefined],
    ["a:99999", undefined],
    [",", undefined],
  ])("of brokers: %s", (written, value) => {
    const found = sinkWith(kafka, `kafka.bootstrap.servers = ${written}`).properties.get(
      "kafka.bootstrap.servers",
    )!;
    expect(found.value.kind === "list" ? found.value.value : undefined).toEqual(value);
  });

  test("say what Flume does with one that it cannot use", () => {
    const channel = agentA("a.channels = c1\na.channels.c1.type = memory\na.channels.c1.capacity = -5")
      .channels[0]!;
    expect(channel.properties.get("capacity")!.value).toMatchObject({
      kind: "invalid",
      consequence: "default",
    });
    expect(sourceWith("port = 70000").properties.get("port")!.value).toMatchObject({ consequence: "later" });
    expect(sourceWith("port = abc").properties.get("port")!.value).toMatchObject({ consequence: "removed" });
  });

  test("never stand in what is said about them", () => {
    const sink = sinkWith(kafka, "kafka.producer.acks = s3cret");
    expect(sink.properties.get("kafka.producer.acks")!.value).toMatchObject({
      kind: "invalid",
      why: expect.not.stringContaining("s3cret"),
    });
  });

  test("come with where they are from", () => {
    const sink = sinkWith(kafka, "brokerList = h:1", "batchSize = 20", "flumeBatchSize = 30", "topic = t");
    const from = (name: string) => sink.properties.get(name)!.provenance;
    expect(from("kafka.bootstrap.servers")).toMatchObject({ from: "deprecated-name", oldName: "brokerList" });
    expect(from("flumeBatchSize")).toMatchObject({ from: "written" });
    expect(sink.properties.get("flumeBatchSize")!.value).toEqual({ kind: "number", value: 30 });
    expect(from("kafka.producer.acks")).toEqual({ from: "default" });
    expect(sink.properties.has("batchSize")).toBe(false);
    expect(sink.properties.has("topic")).toBe(false);
  });

  test("under an old name that nobody reads stay under that name", () => {
    const sink = sinkWith(kafka, "serializer.class = x.Y");
    expect(sink.properties.get("serializer.class")!.text).toBe("x.Y");
    expect(sink.properties.get("kafka.producer.value.serializer")!.provenance.from).toBe("default");
  });

  test("below a prefix are known by the keys that are written", () => {
    const sink = sinkWith(kafka, "kafka.producer.linger.ms = 5", "kafka.producer.mine = x", "header.h = k");
    expect(sink.properties.get("kafka.producer.linger.ms")!.value).toEqual({ kind: "number", value: 5 });
    expect(sink.properties.get("kafka.producer.mine")).toMatchObject({ captured: ["mine"], text: "x" });
    expect(sink.properties.get("header.h")).toMatchObject({ captured: ["h"], text: "k" });
    expect(sink.unknown).toEqual([]);
  });

  test("that the schema does not know are listed as such", () => {
    const text = "a.sinks = k1\na.sinks.k1.type = null\na.sinks.k1.batchsize = 1";
    const [unknown, ...others] = agentA(text).sinks[0]!.unknown;
    expect(others).toEqual([]);
    expect(text.slice(unknown!.nameSpan.start, unknown!.nameSpan.end)).toBe("batchsize");
  });
});

describe("parts", () => {
  test("of a source: interceptors in order, the selector, each with its own properties", () => {
    const source = sourceWith(
      "interceptors = i2 i1",
      "interceptors.i1.type = host",
      "interceptors.i1.useIp = true",
      "interceptors.i2.type = static",
      "interceptors.i2.key = k",
      "selector.type = multiplexing",
      "selector.header = h",
      "selector.mapping.a.b = c1 c2",
    );
    expect(source.parts.map(({ path, typeName }) => [path, typeName])).toEqual([
      ["sources.s1.interceptors.i2", "static"],
      ["sources.s1.interceptors.i1", "host"],
      ["sources.s1.selector", "multiplexing"],
    ]);
    const [i2, i1, selector] = source.parts;
    expect(i2!.properties.get("key")!.text).toBe("k");
    expect(i2!.properties.get("value")!.provenance.from).toBe("default");
    expect(i1!.unknown.map(({ name }) => name)).toEqual(["useIp"]);
    expect(selector!.properties.get("mapping.a.b")!).toMatchObject({
      captured: ["a.b"],
      value: { kind: "list", value: ["c1", "c2"] },
    });
    expect(source.unknown).toEqual([]);
  });

  test("the selector is there without a word about it", () => {
    expect(sourceWith().parts.map(({ typeName, unresolved }) => [typeName, unresolved])).toEqual([
      ["replicating", undefined],
    ]);
  });

  test("listed with a comma are called so, and have no type", () => {
    const source = sourceWith(
      "interceptors = i1, i2",
      "interceptors.i1.type = host",
      "interceptors.i2.type = host",
    );
    expect(source.parts.slice(0, 2).map(({ name, unresolved }) => [name, unresolved])).toEqual([
      ["i1,", "no-type"],
      ["i2", undefined],
    ]);
    expect(source.orphanParts.map(({ name, properties }) => [name, [...properties.keys()]])).toEqual([
      ["i1", ["type"]],
    ]);
  });

  test("keys right below the list belong to nothing", () => {
    expect(sourceWith("interceptors = i1", "interceptors.i1 = host").unknown.map(({ name }) => name)).toEqual(
      ["interceptors.i1"],
    );
  });

  test("of a source whose schema is still to come are there all the same", () => {
    const agent = agentA("a.sources = s1\na.sources.s1.type = exec\na.sources.s1.interceptors = i1");
    expect(agent.sources[0]!.parts.map(({ name }) => name)).toEqual(["i1", "selector"]);
  });

  test("of a file_roll sink: serializer and path manager", () => {
    const sink = sinkWith(
      "type = file_roll",
      "sink.directory = /x",
      "sink.serializer = header_and_text",
      "sink.serializer.appendNewline = false",
      "sink.pathManager.prefix = p",
    );
    const [serializer, pathManager] = sink.parts;
    expect(serializer).toMatchObject({ path: "sinks.k1.sink.serializer", typeName: "header_and_text" });
    expect(serializer!.properties.get("appendNewline")!.value).toEqual({ kind: "boolean", value: false });
    expect(pathManager!.typeName).toBe("DEFAULT");
    expect(pathManager!.unresolved).toBeUndefined();
    expect(pathManager!.properties.get("prefix")!.text).toBe("p");
    expect(sink.unknown).toEqual([]);
  });

  test("have places in the file", () => {
    const text = "a.sources = s1\na.sources.s1.interceptors = i1\na.sources.s1.interceptors.i1.type = host";
    const part = agentA(text).sources[0]!.parts[0]!;
    const type = part.bound.properties.get("type")!;
    expect(text.slice(type.nameSpan.start, type.nameSpan.end)).toBe("type");
    expect(text.slice(type.nameSpan.start).startsWith("type = host")).toBe(true);
    expect(text.slice(part.bound.listed!.span.start, part.bound.listed!.span.end)).toBe("i1");
  });
});

test("what the command line sets is resolved like what the file says", () => {
  const [agent] = resolvedAgents("a.sources = s1\na.sources.s1.type = netcat\na.sources.s1.port = 1", [
    { key: "a.sources.s1.port", value: "20444" },
  ]);
  const port = agent!.sources[0]!.properties.get("port")!;
  expect(port.value).toEqual({ kind: "number", value: 20444 });
  expect(port.provenance).toMatchObject({ from: "written", property: { fromCommandLine: true } });
});
