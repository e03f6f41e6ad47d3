import type { ComponentFate, FateReason } from "../../resolve/fate.ts";
import { flumeFate } from "../../resolve/flume-fate.ts";
import type { ResolvedAgent, ResolvedComponent } from "../../resolve/resolved-agent.ts";
import { replace, unsafeFix } from "../edits.ts";
import { listedNames, nearestOf } from "../listed-names.ts";
import type { Finding, Rule } from "../rule.ts";
import { placeIn } from "../walk.ts";

const TWO_SINKS = "a1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1\na1.sinkgroups = g1";
const NAMED = TWO_SINKS.replace("g1", "⟦g1⟧");

/** What makes Flume lose a sink group, and its sinks with it. */
export const rule: Rule = {
  id: "sink-group",
  severity: "error",
  reads: "as-meant",
  summary: "A sink group without sinks, without a processor, or with one that does not suit its sinks.",
  flume:
    "The sinks of a lost group do not run on their own: they are lost too. A group without `sinks` keeps every agent of the file from starting.",
  bad: [
    { text: `${NAMED}\na1.sinkgroups.g1.sinks = k1 k2` },
    { text: `${TWO_SINKS}\na1.sinkgroups.g1.sinks = k1 k2\na1.sinkgroups.g1.processor.type = ⟦default⟧` },
    { text: `${TWO_SINKS}\na1.sinkgroups.g1.sinks = k1 ⟦k3⟧ k2\na1.sinkgroups.g1.processor.type = failover` },
    { text: `${NAMED}\na1.sinkgroups.g1.processor.type = failover` },
    { text: `${TWO_SINKS}\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = ⟦load_balance⟧` },
    { text: `${TWO_SINKS}\na1.sinkgroups.g1.sinks = k1 k2\na1.sinkgroups.g1.processor.type = ⟦failovr⟧` },
  ],
  good: [
    { text: `${TWO_SINKS}\na1.sinkgroups.g1.sinks = k1 k2\na1.sinkgroups.g1.processor.type = failover` },
    { text: `${TWO_SINKS}\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = default` },
  ],
  *check({ agents }) {
    for (const agent of agents) {
      if (agent.sinkGroups.length === 0) continue;
      const fate = flumeFate([agent]);
      for (const { path, span } of fate.groupsWithoutSinks) {
        const name = path.slice(path.indexOf(".") + 1);
        yield {
          span,
          agent: agent.name,
          component: path,
          message: `Sink group ${name} has no "sinks": Flume fails on it with a NullPointerException and starts no agent of this file at all. Write ${agent.name}.${path}.sinks = and the names of its sinks.`,
        };
      }
      for (const group of agent.sinkGroups) yield* unknownMembers(agent, group);
      for (const component of fate.agents.get(agent.name)?.components.values() ?? []) {
        const message = component.kept ? undefined : messageFor(component);
        if (message !== undefined) {
          yield { span: component.span, agent: agent.name, component: component.path, message };
        }
      }
    }
  },
};

function messageFor({ name, reason }: ComponentFate): string | undefined {
  const lost = "Flume drops the group, and its sinks with it";
  const messages: Partial<Record<FateReason, string>> = {
    "group-without-type": `Sink group ${name} has no processor.type: ${lost}. Write processor.type = failover, load_balance or default.`,
    "group-type-unknown": `This is no sink processor of Flume's: ${lost}. Write failover, load_balance or default.`,
    "group-default-with-many": `The processor "default" takes one sink only, and sink group ${name} has several: ${lost}. Write failover or load_balance.`,
    "group-balance-with-few": `The processor "load_balance" needs two sinks at least: ${lost}. Name another sink in "sinks", or take the processor "default".`,
    "named-like-group": `Sink ${name} is called like a sink group, and Flume leaves it out in silence. Rename one of the two.`,
  };
  return reason === undefined ? undefined : messages[reason];
}

function* unknownMembers(agent: ResolvedAgent, group: ResolvedComponent): Generator<Finding> {
  const property = group.bound.properties.get("sinks");
  if (property === undefined || property.value.includes("${")) return;
  const sinks = agent.sinks.map(({ name }) => name);
  const { missing, meantStrays } = listedNames(agent.model, "sink");
  for (const { 0: name, index } of property.editorValue.matchAll(/\S+/g)) {
    if (sinks.includes(name) || meantStrays.has(name) || missing.some((one) => one.name === name)) continue;
    const span = property.rangeOf(index, index + name.length);
    const near = nearestOf(name, sinks);
    yield {
      span,
      ...placeIn(agent.model, group.bound, "sinks"),
      message: `Agent ${agent.name} has no sink ${name}: Flume leaves it out of sink group ${group.name}, with an error in its log. ${near === undefined ? `Its sinks are ${sinks.join(", ")}.` : `Did you mean ${near}?`}`,
      fixes: near === undefined ? [] : [unsafeFix(`Change to ${near}`, replace(span, near))],
    };
  }
}
