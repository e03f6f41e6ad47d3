import type { RuleExample } from "../../compiler/lint/rule.ts";

const AGENT = [
  "a1.sources = r1",
  "a1.channels = c1",
  "a1.sinks = k1",
  "a1.sources.r1.type = netcat",
  "a1.sources.r1.bind = localhost",
  "a1.sources.r1.port = 44444",
  "a1.sources.r1.channels = c1",
  "a1.channels.c1.type = memory",
  "a1.sinks.k1.type = logger",
  "a1.sinks.k1.channel = c1",
];

/** The lines of an example, before the lines of the faultless agent that they do not replace. */
export function inAgent(lines: string, { without = [], whole = false }: RuleExample): string {
  if (whole) return lines;
  const replaced = new Set([...without, ...lines.split("\n").map(keyOf)]);
  const rest = AGENT.filter((line) => !replaced.has(keyOf(line)));
  return `${lines}${lines === "" ? "" : "\n"}${rest.join("\n")}\n`;
}

function keyOf(line: string): string {
  return (line.replace(/[⟦⟧\ufeff]/g, "").split(/[=:]/)[0] ?? "").trim();
}
