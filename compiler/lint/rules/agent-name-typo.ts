import type { PropertyEntry } from "../../../grammar/properties/ast.ts";
import type { AgentModel, BoundDocument } from "../../bind/agent-model.ts";
import { escapeKey, replace, safeFix, unsafeFix } from "../edits.ts";
import { isLookedUp } from "../helper-properties.ts";
import { keyParts, placeOfKey } from "../key-parts.ts";
import { nearestOf } from "../listed-names.ts";
import type { Rule } from "../rule.ts";

/** Lines that configure an agent which exists by mistake only. */
export const rule: Rule = {
  id: "agent-name-typo",
  severity: "error",
  reads: "as-written",
  summary: "A line for an agent that has no lists, beside one of nearly the same name that has them.",
  flume: "To Flume it is another agent, and an invalid one: it drops it with what these lines say.",
  bad: [
    {
      text: "⟦al⟧.sources.r1.port = 44444",
      without: ["a1.sources.r1.port"],
      fixed: "a1.sources.r1.port = 44444",
    },
    { text: "⟦A1⟧.channels.c1.capacity = 1000", fixed: "a1.channels.c1.capacity = 1000" },
  ],
  good: [
    {
      text: "b.sources = s\nb.channels = c\nb.sinks = k\nb.sources.s.type = netcat\nb.sources.s.bind = localhost\nb.sources.s.port = 44445\nb.sources.s.channels = c\nb.channels.c.type = memory\nb.sinks.k.type = logger\nb.sinks.k.channel = c",
    },
  ],
  *check({ document, bound }) {
    const real = agentsWithChannels(bound);
    const entries = Map.groupBy(document.entries, ({ key }) => keyParts(key.text.trim()).agent.text);
    for (const agent of bound.agents) {
      if (agent.lists.size > 0) continue;
      const own = (entries.get(agent.name) ?? []).filter((entry) => !isLookedUp(document, entry));
      const meant = meantAgent(agent, real, bound);
      const [first, ...others] = own;
      if (first === undefined || meant === undefined) continue;
      const nameIn = ({ key }: PropertyEntry) => {
        const start = key.text.indexOf(agent.name);
        return key.rangeOf(start, start + agent.name.length);
      };
      const edits = own.map((entry) => replace(nameIn(entry), escapeKey(meant.name)));
      const sameButCase = agent.name.toLowerCase() === meant.name.toLowerCase();
      const title = `Rename to ${meant.name}`;
      const lines = others.length === 0 ? "this line" : `these ${own.length} lines`;
      yield {
        span: nameIn(first),
        ...placeOfKey(first.key.text),
        agent: meant.name,
        message: `Agent ${agent.name} has no list of channels, so Flume drops it and ${lines} with it. Did you mean ${meant.name}?`,
        related: others.map((entry) => ({ message: "here too", span: nameIn(entry) })),
        fixes: [sameButCase ? safeFix(title, ...edits) : unsafeFix(title, ...edits)],
        corrections: own.map((entry) => {
          const start = entry.key.text.indexOf(agent.name);
          return { entry, part: "key", start, end: start + agent.name.length, text: meant.name };
        }),
      };
    }
  },
};

/** By name; of very many no more than can be compared with each other. */
function agentsWithChannels({ agents }: BoundDocument): ReadonlyMap<string, AgentModel> {
  const some = agents.filter(({ lists }) => lists.has("channel")).slice(0, 100);
  return new Map(some.map((agent) => [agent.name, agent]));
}

/** The agent of nearly this name, or the only other one where it lists what these lines configure. */
function meantAgent(
  agent: AgentModel,
  real: ReadonlyMap<string, AgentModel>,
  bound: BoundDocument,
): AgentModel | undefined {
  const near = nearestOf(agent.name, [...real.keys()]);
  if (near !== undefined) return real.get(near);
  const [only] = real.values();
  return bound.agents.length === 2 && only !== undefined && hasAll(only, agent) ? only : undefined;
}

function hasAll(real: AgentModel, agent: AgentModel): boolean {
  let some = false;
  for (const [kind, components] of agent.components) {
    for (const name of components.keys()) {
      if (real.lists.get(kind)?.names.some((listed) => listed.name === name) !== true) return false;
      some = true;
    }
  }
  return some;
}
