import type { PropertiesDocument } from "../../../grammar/properties/ast.ts";
import type { ResolvedAgent, ResolvedComponent } from "../../resolve/resolved-agent.ts";
import { replace, unsafeFix } from "../edits.ts";
import { listedNames, nearestOf } from "../listed-names.ts";
import type { Finding, Rule } from "../rule.ts";
import { placeIn } from "../walk.ts";
import { addToList } from "./configured-not-listed.ts";
import { isComplete } from "./incomplete-agent.ts";

/** A source or sink that names a channel which the agent does not have. */
export const rule: Rule = {
  id: "channel-undeclared",
  severity: "error",
  reads: "as-meant",
  summary: "A source or sink that names a channel which the agent does not list.",
  flume:
    "A sink is dropped; so is a source of which no channel is left. Where some are left, the others are left out in silence.",
  bad: [
    { text: "a1.channels = c1\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = ⟦c2⟧" },
    { text: "a1.sources.r1.channels = c1 ⟦c3⟧" },
    {
      text: "a1.channels = memory1\na1.channels.memory1.type = memory\na1.sources.r1.channels = ⟦memroy1⟧\na1.sinks.k1.channel = memory1",
      without: ["a1.channels.c1.type"],
      fixed:
        "a1.channels = memory1\na1.channels.memory1.type = memory\na1.sources.r1.channels = memory1\na1.sinks.k1.channel = memory1",
    },
    {
      text: "a1.channels = c1 c2\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2\na1.sinks.k1.channel = ⟦c1 c2⟧",
    },
  ],
  good: [{ text: "a1.sources.r1.channels = c1\na1.sinks.k1.channel = c1" }],
  *check({ document, agents }) {
    for (const agent of agents) {
      if (!isComplete(agent.model)) continue;
      for (const source of agent.sources) yield* ofSource(document, agent, source);
      for (const sink of agent.sinks) yield* ofSink(document, agent, sink);
    }
  },
};

function* ofSource(
  document: PropertiesDocument,
  agent: ResolvedAgent,
  source: ResolvedComponent,
): Generator<Finding> {
  const references = agent.channelsOf(source);
  const some = references.some(({ target }) => target !== undefined);
  for (const { written, target } of references) {
    if (target !== undefined || written.name.includes("${") || isListed(agent, written.name)) continue;
    yield {
      span: written.span,
      ...placeIn(agent.model, source.bound, "channels"),
      severity: some ? "warning" : "error",
      message: `Agent ${agent.name} has no channel ${written.name}. ${some ? `Flume leaves it out in silence: the events of source ${source.name} go to the other channels only` : `Flume drops source ${source.name}, as it is connected to no channel`}. ${advice(agent, written.name)}`,
      ...repair(document, agent, written),
    };
  }
}

function* ofSink(
  document: PropertiesDocument,
  agent: ResolvedAgent,
  sink: ResolvedComponent,
): Generator<Finding> {
  const references = agent.channelsOf(sink);
  const property = sink.bound.properties.get("channel");
  const [first] = references;
  if (property === undefined || first === undefined || property.value.includes("${")) return;
  const place = placeIn(agent.model, sink.bound, "channel");
  if (/\s|,/.test(property.value)) {
    yield {
      span: property.valueSpan,
      ...place,
      message: `Sink ${sink.name} can drain one channel only: Flume looks for one channel called "${property.value}", finds none, and drops the sink. Name one channel, and make a sink for each of the others.`,
    };
    return;
  }
  if (first.target !== undefined || isListed(agent, property.value)) return;
  yield {
    span: property.valueSpan,
    ...place,
    message: `Agent ${agent.name} has no channel ${property.value}. Flume drops sink ${sink.name} and starts without it. ${advice(agent, property.value)}`,
    ...repair(document, agent, { name: property.value, span: property.valueSpan }),
  };
}

/** Listed, but nothing configures it, or configured under another name than listed: said about the list already. */
function isListed(agent: ResolvedAgent, name: string): boolean {
  const { missing, meantStrays } = listedNames(agent.model, "channel");
  return meantStrays.has(name) || missing.some((listed) => listed.name === name);
}

function advice(agent: ResolvedAgent, name: string): string {
  if (listedNames(agent.model, "channel").strays.has(name)) {
    return `It is configured: add it to ${agent.name}.channels.`;
  }
  const near = nearest(agent, name);
  if (near !== undefined) return `Did you mean ${near}?`;
  const names = agent.channels.map((channel) => channel.name);
  return names.length === 0 ? "List and configure it." : `It has ${names.join(", ")}.`;
}

function repair(
  document: PropertiesDocument,
  agent: ResolvedAgent,
  written: { name: string; span: { start: number; end: number } },
): Pick<Finding, "fixes" | "related"> {
  const stray = listedNames(agent.model, "channel").strays.get(written.name);
  if (stray !== undefined) {
    return {
      fixes: [addToList(document, agent.model, "channel", stray)],
      related: [{ message: `${stray.name} is configured here`, span: stray.nameSpan }],
    };
  }
  const near = nearest(agent, written.name);
  return near === undefined ? {} : { fixes: [unsafeFix(`Rename to ${near}`, replace(written.span, near))] };
}

function nearest(agent: ResolvedAgent, name: string): string | undefined {
  return nearestOf(
    name,
    agent.channels.map((channel) => channel.name),
  );
}
