import { bind, type Override } from "../../../compiler/bind/bind.ts";
import { resolve } from "../../../compiler/resolve/resolve.ts";
import type { ResolvedAgent, ResolvedComponent } from "../../../compiler/resolve/resolved-agent.ts";
import { parseProperties } from "../../../grammar/properties/parse.ts";

/** Every agent of a text, resolved. */
export function resolvedAgents(text: string, overrides?: readonly Override[]): readonly ResolvedAgent[] {
  return resolve(bind(parseProperties(text), overrides)).agents;
}

/** The agent `a` of a text. */
export function agentA(text: string): ResolvedAgent {
  const agent = resolvedAgents(text).find(({ name }) => name === "a");
  if (agent === undefined) throw new Error("the text has no agent called a");
  return agent;
}

/** The sink k1 of an agent `a` with these properties, a channel and nothing else. */
export function sinkWith(...properties: readonly string[]): ResolvedComponent {
  const lines = ["channel = c1", ...properties].map((line) => `a.sinks.k1.${line}`);
  return agentA(["a.channels = c1", "a.channels.c1.type = memory", "a.sinks = k1", ...lines].join("\n"))
    .sinks[0]!;
}

/** The netcat source s1 of an agent `a` with these properties, two channels and nothing else. */
export function sourceWith(...properties: readonly string[]): ResolvedComponent {
  const own = ["type = netcat", "bind = h", "port = 1", "channels = c1 c2", ...properties];
  const lines = own.map((line) => `a.sources.s1.${line}`);
  const channels = ["a.channels = c1 c2", "a.channels.c1.type = memory", "a.channels.c2.type = memory"];
  return agentA([...channels, "a.sources = s1", ...lines].join("\n")).sources[0]!;
}
