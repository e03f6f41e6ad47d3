import type { BoundProperty } from "../../bind/agent-model.ts";
import type { ResolvedAgent, ResolvedComponent } from "../../resolve/resolved-agent.ts";
import { nearestName } from "../../schema/nearest-name.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import type { Finding, Rule } from "../rule.ts";
import { capitalized, kindName, placeIn } from "../walk.ts";
import { isComplete } from "./incomplete-agent.ts";

/** A source or sink that is connected to nothing. */
export const rule: Rule = {
  id: "channel-unbound",
  severity: "error",
  reads: "as-meant",
  summary: "A source without `channels`, a sink without `channel`.",
  flume: "Flume drops it with one WARN in its log and starts without it.",
  bad: [
    { text: "a1.sinks.⟦k1⟧.type = logger", without: ["a1.sinks.k1.channel"] },
    {
      text: "a1.sources.r1.⟦chanels⟧ = c1",
      without: ["a1.sources.r1.channels"],
      fixed: "a1.sources.r1.channels = c1",
    },
    {
      text: "a1.sinks.k1.⟦kafka.channel⟧ = c1",
      without: ["a1.sinks.k1.channel"],
      fixed: "a1.sinks.k1.channel = c1",
    },
  ],
  good: [{ text: "a1.sources.r1.channels = c1\na1.sinks.k1.channel = c1" }],
  *check({ agents, isReported }) {
    for (const agent of agents) {
      if (!isComplete(agent.model)) continue;
      for (const [components, name] of [
        [agent.sources, "channels"],
        [agent.sinks, "channel"],
      ] as const) {
        for (const component of components) {
          if (component.bound.properties.has(name)) continue;
          const { component: path } = placeIn(agent.model, component.bound);
          if (!isReported(agent.name, path, name)) yield finding(agent, component, name);
        }
      }
    }
  },
};

function finding(agent: ResolvedAgent, component: ResolvedComponent, name: string): Finding {
  const { bound } = component;
  const called = `${kindName(bound.kind)} ${component.name}`;
  const likely = likelyMeant(component, name);
  const dropped = `Flume drops it with one WARN in its log and starts without it`;
  if (likely !== undefined) {
    // Nothing else could be meant by the name of a channel behind a key that ends in "channel".
    const fix = isChannelKey(likely.name) && namesChannels(agent, likely.value, name) ? safeFix : unsafeFix;
    return {
      span: likely.nameSpan,
      ...placeIn(agent.model, bound, likely.name),
      message: `${capitalized(called)} is connected to no channel, and ${dropped}: its property is "${name}", not "${likely.name}".`,
      fixes: [fix(`Rename to ${name}`, replace(likely.nameSpan, name))],
    };
  }
  const only = agent.channels.length === 1 ? agent.channels[0]?.name : undefined;
  const key = `${agent.name}.${bound.kind === "source" ? "sources" : "sinks"}.${bound.name}.${name}`;
  return {
    span: bound.nameSpan,
    ...placeIn(agent.model, bound, name),
    message: `${capitalized(called)} has no "${name}": ${dropped}. Write ${key} = ${only ?? "…"}.`,
  };
}

/** `hdfs.channel`, `chanel`: what was written in place of it. */
function likelyMeant({ bound }: ResolvedComponent, name: string): BoundProperty | undefined {
  for (const property of bound.properties.values()) {
    if (property.name.startsWith("selector.") || property.name.startsWith("interceptors.")) continue;
    if (isChannelKey(property.name)) return property;
  }
  const near = nearestName(name, bound.properties.keys());
  return near === undefined ? undefined : bound.properties.get(near);
}

function isChannelKey(name: string): boolean {
  const last = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return last === "channel" || last === "channels";
}

/** Whether the value is a list of the agent's channels, and of one alone where it has to be. */
function namesChannels(agent: ResolvedAgent, value: string, name: string): boolean {
  const names = value.split(/\s+/);
  const known = new Set(agent.channels.map((channel) => channel.name));
  return names.every((each) => known.has(each)) && (name === "channels" || names.length === 1);
}
