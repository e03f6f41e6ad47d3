import { describe, expect, test } from "vitest";
import { flumeFate } from "../../../compiler/resolve/flume-fate.ts";
import { resolvedAgents } from "./resolved.ts";

const good = [
  "a.channels = c1 c2",
  "a.channels.c1.type = memory",
  "a.channels.c2.type = memory",
  "a.sources = s1",
  "a.sources.s1.type = netcat",
  "a.sources.s1.bind = localhost",
  "a.sources.s1.port = 1",
  "a.sources.s1.channels = c1 c2",
  "a.sinks = k1 k2",
  "a.sinks.k1.type = null",
  "a.sinks.k1.channel = c1",
  "a.sinks.k2.type = logger",
  "a.sinks.k2.channel = c2",
];

/** What is lost of the good configuration when these lines come last: path, reason, and the text to blame. */
function lost(...lines: readonly string[]) {
  const text = [...good, ...lines].join("\n");
  const agent = flumeFate(resolvedAgents(text)).agents.get("a")!;
  return [...agent.components.values()]
    .filter(({ kept }) => !kept)
    .map(({ path, reason, span, because }) => [
      path,
      reason,
      text.slice(span.start, span.end),
      ...(because === undefined ? [] : [because]),
    ]);
}

test("a good configuration keeps everything", () => {
  expect(lost()).toEqual([]);
});

describe("what validation drops", () => {
  test.each([
    [["a.sinks = k1 k2 k3"], ["sinks.k3", "not-configured", "k3"]],
    [["a.sinks.k9.type = null"], ["sinks.k9", "not-listed", "k9"]],
    [["a.sinks.k2.channel = c1, c2"], ["sinks.k2", "no-active-channel", "c1, c2"]],
    [["a.sources.s1.channels = c8 c9"], ["sources.s1", "no-active-channel", "c8 c9"]],
    [
      ["a.sources.s1.selector.type = load_balancing"],
      ["sources.s1", "selector-not-validated", "load_balancing"],
    ],
  ])("%s", (lines, expected) => {
    expect(lost(...lines)).toContainEqual(expected);
  });

  test("an agent without a channel, with all that it has", () => {
    const text = [...good, "a.channels = c9"].join("\n");
    const agent = flumeFate(resolvedAgents(text)).agents.get("a")!;
    expect(agent.valid).toBe(false);
    const invalid = [...agent.components.values()].filter(({ reason }) => reason === "agent-invalid");
    expect(invalid.map(({ path, validated }) => [path, validated])).toEqual([
      ["sources.s1", false],
      ["sinks.k1", false],
      ["sinks.k2", false],
    ]);
  });

  test("a source without channels, a sink without a channel", () => {
    const text = good.filter((line) => !/s1\.channels|k1\.channel/.test(line)).join("\n");
    const { components } = flumeFate(resolvedAgents(text)).agents.get("a")!;
    expect(components.get("sources.s1")).toMatchObject({ reason: "no-channel", validated: false });
    expect(components.get("sinks.k1")).toMatchObject({ reason: "no-channel", validated: false });
    expect(components.get("channels.c1")).toMatchObject({ reason: "no-user", validated: true });
  });

  test("a group without sinks is the end of the whole file", () => {
    const text = [...good, "a.sinkgroups = g1", "a.sinkgroups.g1.processor.type = failover"].join("\n");
    expect(flumeFate(resolvedAgents(text)).groupsWithoutSinks).toMatchObject([
      { agent: "a", path: "sinkgroups.g1" },
    ]);
  });
});

describe("what the load drops", () => {
  test("a channel whose transactions are larger than itself, and all that hangs on it", () => {
    expect(lost("a.channels.c1.transactionCapacity = 101", "a.sources.s1.channels = c1")).toEqual([
      ["channels.c1", "above-limit", "101"],
      ["sources.s1", "channel-removed", "c1", "channels.c1"],
      ["sinks.k1", "channel-removed", "c1", "channels.c1"],
    ]);
  });

  test.each([
    [["a.sinks.k1.batchSize = 101"], ["sinks.k1", "batch-above-transaction", "101", "channels.c1"]],
    [["a.sinks.k1.batchSize = 0"], ["sinks.k1", "bad-value", "0"]],
    [["a.sources.s1.port = abc"], ["sources.s1", "bad-value", "abc"]],
    [["a.sinks.k1.type = file_roll"], ["sinks.k1", "missing-property", "k1"]],
    [["a.sources.s1.interceptors = i1"], ["sources.s1", "bad-part", "i1"]],
    [
      [
        "a.sources.s1.interceptors = i1",
        "a.sources.s1.interceptors.i1.type = org.apache.flume.interceptor.HostInterceptor",
      ],
      ["sources.s1", "bad-part", "org.apache.flume.interceptor.HostInterceptor"],
    ],
    [
      ["a.sources.s1.selector.type = multiplexing", "a.sources.s1.selector.mapping.x = c1  c2"],
      ["sources.s1", "selector-channel-unknown", "c1  c2"],
    ],
  ])("%s", (lines, expected) => {
    expect(lost(...lines)).toContainEqual(expected);
  });

  test("a logger sink with a bad number is never configured, and stays", () => {
    expect(lost("a.sinks.k2.maxBytesToLog = abc")).toEqual([]);
  });

  test("a bad serializer is met with the first event only", () => {
    expect(
      lost(
        "a.sinks.k1.type = file_roll",
        "a.sinks.k1.sink.directory = /x",
        "a.sinks.k1.sink.serializer = no",
      ),
    ).toEqual([]);
  });

  test("a type that does not exist ends everything", () => {
    const found = lost("a.sinks.k1.type = nul");
    expect(found).toContainEqual(["sinks.k1", "unknown-type", "nul"]);
    expect(found.filter(([, reason]) => reason === "load-fails")).toHaveLength(4);
  });

  test.each([
    [[], "group-without-type"],
    [["a.sinkgroups.g1.processor.type = default"], "group-default-with-many"],
    [["a.sinkgroups.g1.processor.type = sometimes"], "group-type-unknown"],
    [
      ["a.sinkgroups.g1.processor.type = load_balance", "a.sinkgroups.g1.sinks = k1"],
      "group-balance-with-few",
    ],
  ])("a sink group %s: %s, and its sinks", (lines, reason) => {
    const found = lost("a.sinkgroups = g1", "a.sinkgroups.g1.sinks = k1 k2", ...lines);
    expect(found.find(([path]) => path === "sinkgroups.g1")?.[1]).toBe(reason);
    expect(found.find(([path]) => path === "sinks.k1")).toEqual([
      "sinks.k1",
      "group-removed",
      "k1",
      "sinkgroups.g1",
    ]);
  });

  test("a group whose member did not load empties the agent", () => {
    const found = lost(
      "a.sinkgroups = g1",
      "a.sinkgroups.g1.sinks = k1 k2",
      "a.sinkgroups.g1.processor.type = failover",
      "a.sinks.k1.batchSize = 0",
    );
    expect(found.find(([path]) => path === "sources.s1")).toEqual([
      "sources.s1",
      "agent-emptied",
      "0",
      "sinks.k1",
    ]);
    expect(found).toHaveLength(6);
  });

  test("a lone sink named like a group is forgotten", () => {
    expect(
      lost(
        "a.sinks = k1 k2 g1",
        "a.sinks.g1.type = null",
        "a.sinks.g1.channel = c1",
        "a.sinkgroups = g1",
        "a.sinkgroups.g1.sinks = k1 k2",
        "a.sinkgroups.g1.processor.type = failover",
      ),
    ).toEqual([["sinks.g1", "named-like-group", "g1", "sinkgroups.g1"]]);
  });
});

describe("what the file alone does not decide", () => {
  const certain = (...lines: readonly string[]) => {
    const { components } = flumeFate(resolvedAgents([...good, ...lines].join("\n"))).agents.get("a")!;
    return [...components.values()].filter((each) => !each.certain).map(({ path }) => path);
  };

  test("a schema that is still to come, and what hangs on it", () => {
    expect(certain("a.channels.c1.type = file")).toEqual(["channels.c1", "sources.s1", "sinks.k1"]);
  });

  test("an environment variable", () => {
    expect(certain("a.sinks.k1.batchSize = ${env:N}")).toEqual(["sinks.k1"]);
  });

  test("a class of somebody else: without it nothing loads", () => {
    expect(certain("a.sinks.k1.type = com.example.Mine")).toHaveLength(5);
  });
});
