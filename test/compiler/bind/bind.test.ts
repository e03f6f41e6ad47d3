import { describe, expect, test } from "vitest";
import type { AgentModel } from "../../../compiler/bind/agent-model.ts";
import { bind } from "../../../compiler/bind/bind.ts";
import { parseProperties } from "../../../grammar/properties/parse.ts";

function bound(text: string | Uint8Array) {
  return bind(parseProperties(text));
}

function onlyAgent(text: string): AgentModel {
  const { agents } = bound(text);
  expect(agents).toHaveLength(1);
  return agents[0]!;
}

/** The names of a list with the text that their spans cover. */
function names(text: string, list: "source" | "sinkgroup" | "configfilter") {
  return onlyAgent(text)
    .lists.get(list)
    ?.names.map(({ name, span }) => [name, text.slice(span.start, span.end)]);
}

describe("lists", () => {
  test("are split at any white space, each name with its place", () => {
    expect(names("a.sources = s1\\ts2   s3", "source")).toEqual([
      ["s1", "s1"],
      ["s2", "s2"],
      ["s3", "s3"],
    ]);
  });

  test("of sink groups are split at blanks only", () => {
    expect(names("a.sinkgroups = g1\\tg2  g3", "sinkgroup")).toEqual([
      ["g1\tg2", "g1\\tg2"],
      ["g3", "g3"],
    ]);
  });

  test("keep commas in the names", () => {
    expect(names("a.sources = s1,s2", "source")).toEqual([["s1,s2", "s1,s2"]]);
  });

  test("reach over continuation lines", () => {
    expect(names("a.sources = s1 \\\n   s2", "source")).toEqual([
      ["s1", "s1"],
      ["s2", "s2"],
    ]);
  });

  test.each(["Sources", "source", "sinkGroups", "sources.s1", "source.s1.type"])(
    "are spelt exactly: %s fits nowhere",
    (key) => {
      const agent = onlyAgent(`a.${key} = x`);
      expect(agent.unbound.map((entry) => entry.key.text)).toEqual([`a.${key}`]);
      expect(agent.lists.size + agent.components.size).toBe(0);
    },
  );

  test("written a second time under outer blanks are refused", () => {
    const { agents, rejected } = bound("a.sources = s1\na.sources\\  = s9");
    expect(agents[0]!.lists.get("source")!.names.map(({ name }) => name)).toEqual(["s1"]);
    expect(rejected.map(({ reason }) => reason)).toEqual(["second-list"]);
  });
});

describe("components", () => {
  test("have a name up to the next dot, trimmed, and a key with its dots and blanks", () => {
    const text = "a.sources.\\ s1\\ .selector.mapping.x\\ y = c1";
    const component = onlyAgent(text).components.get("source")!.get("s1")!;
    expect([...component.properties.keys()]).toEqual(["selector.mapping.x y"]);
    expect(text.slice(component.nameSpan.start, component.nameSpan.end)).toBe("s1");
    const property = component.properties.get("selector.mapping.x y")!;
    expect(text.slice(property.nameSpan.start, property.nameSpan.end)).toBe("selector.mapping.x\\ y");
  });

  test("may have a name that starts with a dot, as in Flume", () => {
    expect([...onlyAgent("a.sources..s1.type = x").components.get("source")!.keys()]).toEqual([".s1"]);
    expect(onlyAgent("a.sources..type = x").unbound).toHaveLength(1);
  });

  test("know whether they are listed", () => {
    const sinks = onlyAgent("a.sinks = k1\na.sinks.k1.type = null\na.sinks.k2.type = null").components.get(
      "sink",
    )!;
    expect(sinks.get("k1")!.listed?.name).toBe("k1");
    expect(sinks.get("k2")!.listed).toBeUndefined();
  });

  test("have no property without a key", () => {
    expect(onlyAgent("a.sinks.k1. = x").unbound).toHaveLength(1);
  });
});

describe("values", () => {
  test("are trimmed of everything up to U+0020, and their places with them", () => {
    const text = "a.sinks.k1.topic = \\u0001 \\t  app events \\f ";
    const property = onlyAgent(text).components.get("sink")!.get("k1")!.properties.get("topic")!;
    expect(property.value).toBe("app events");
    expect(text.slice(property.valueSpan.start, property.valueSpan.end)).toBe("app events");
    const { start, end } = property.rangeOf(4, 10);
    expect(text.slice(start, end)).toBe("events");
  });

  test("are what Flume reads, ISO-8859-1, while their places are the editor's", () => {
    const text = "a.sinks.k1.topic = café x";
    const { agents } = bound(new TextEncoder().encode(text));
    const property = agents[0]!.components.get("sink")!.get("k1")!.properties.get("topic")!;
    expect(property.value).toBe("cafÃ© x");
    expect(property.editorValue).toBe("café x");
    expect(text.slice(property.valueSpan.start, property.valueSpan.end)).toBe("café x");
    const { start, end } = property.rangeOf(6, 7);
    expect(text.slice(start, end)).toBe("x");
  });

  test("that are repeated: the last one counts, the others are kept beside it", () => {
    const property = onlyAgent("a.sinks.k1.type = x\na.sinks.k1.type = y\na.sinks.k1.type = z")
      .components.get("sink")!
      .get("k1")!
      .properties.get("type")!;
    expect(property.value).toBe("z");
    expect(property.overridden.map((entry) => entry.value.text)).toEqual(["x", "y"]);
  });
});

describe("pairs that Flume refuses", () => {
  test.each([
    ["foo = bar", "no-agent"],
    [".x = y", "no-agent"],
    ["a. = y", "no-property"],
    ["a.sources =", "empty-value"],
    ["a.sources = \\t", "empty-value"],
    ["foo =", "empty-value"],
  ])("%s: %s", (text, reason) => {
    const { agents, rejected } = bound(text);
    expect(rejected.map((each) => each.reason)).toEqual([reason]);
    expect(agents).toEqual([]);
  });

  test("an empty value hides the one before it", () => {
    const { agents, rejected } = bound("a.sinks.k1.type = null\na.sinks.k1.type =");
    expect(agents).toEqual([]);
    expect(rejected[0]!.overridden.map((entry) => entry.value.text)).toEqual(["null"]);
  });
});

describe("properties of the command line", () => {
  test("count as the last of the file and have no place in it", () => {
    const document = parseProperties("a.sources = s1\na.sources.s1.port = 1");
    const { agents } = bind(document, [{ key: "a.sources.s1.port", value: "20444" }]);
    const property = agents[0]!.components.get("source")!.get("s1")!.properties.get("port")!;
    expect(property).toMatchObject({ value: "20444", fromCommandLine: true });
    expect(property.overridden).toHaveLength(1);
    expect(property.valueSpan).toEqual({ start: document.text.length, end: document.text.length });
    expect(agents[0]!.lists.get("source")!.property.fromCommandLine).toBe(false);
  });
});
