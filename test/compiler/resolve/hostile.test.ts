import { expect, test } from "vitest";
import { bind } from "../../../compiler/bind/bind.ts";
import { flumeFate } from "../../../compiler/resolve/flume-fate.ts";
import { resolve } from "../../../compiler/resolve/resolve.ts";
import { parseProperties } from "../../../grammar/properties/parse.ts";

const many = 20_000;
const numbers = Array.from({ length: many }, (_, i) => i);
const names = (prefix: string) => numbers.map((i) => prefix + i).join(" ");
const lines = (line: (i: number) => string) => numbers.map(line).join("\n");
const channel = "a.channels = c\na.channels.c.type = memory\n";
const sinks = `${channel}a.sinks = ${names("k")}\n${lines((i) => `a.sinks.k${i}.type = null\na.sinks.k${i}.channel = c`)}\n`;
const source = "a.sources = s\na.sources.s.type = netcat\n";

// What takes the square of its size takes minutes at these sizes, what is linear well under a second.
test.each([
  ["agents", lines((i) => `a${i}.sources.s.type = netcat`)],
  ["sinks", sinks],
  ["groups", `${sinks}a.sinkgroups = ${names("g")}\n${lines((i) => `a.sinkgroups.g${i}.sinks = k${i}`)}`],
  [
    "channels",
    `a.channels = ${names("c")}\n${lines((i) => `a.channels.c${i}.type = memory`)}\n${source}a.sources.s.channels = ${names("c")}`,
  ],
  [
    "interceptors",
    `${source}a.sources.s.interceptors = ${names("i")}\n${lines((i) => `a.sources.s.interceptors.i${i}.type = host`)}`,
  ],
  ["parts without a list", `${source}${lines((i) => `a.sources.s.interceptors.i${i}.type = host`)}`],
  [
    "mappings",
    `${channel}${source}a.sources.s.channels = c\na.sources.s.selector.type = multiplexing\n${lines((i) => `a.sources.s.selector.mapping.x${i} = c`)}`,
  ],
  ["dots", `${source}a.sources.s.interceptors.${"x.".repeat(100_000)}type = host`],
  ["references", `${channel}a.channels.c.capacity = ${"${a.channels}".repeat(many)}`],
])("very many %s take no more than their share of time", (_, text) => {
  const start = performance.now();
  flumeFate(resolve(bind(parseProperties(text))).agents);
  expect(performance.now() - start).toBeLessThan(10_000);
});
