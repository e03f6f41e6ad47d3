import { replace, safeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { placeIn } from "../walk.ts";

/** Sources have `channels`, sinks have `channel`. */
export const rule: Rule = {
  id: "channel-swapped",
  severity: "error",
  reads: "as-written",
  summary: "`channels` on a sink, or `channel` on a source.",
  flume: "Flume does not read it; the sink or source counts as connected to nothing and is dropped.",
  bad: [
    {
      text: "a1.sinks.k1.⟦channels⟧ = c1",
      without: ["a1.sinks.k1.channel"],
      fixed: "a1.sinks.k1.channel = c1",
    },
    {
      text: "a1.sources.r1.⟦channel⟧ = c1",
      without: ["a1.sources.r1.channels"],
      fixed: "a1.sources.r1.channels = c1",
    },
  ],
  good: [{ text: "a1.sources.r1.channels = c1\na1.sinks.k1.channel = c1" }],
  *check({ bound }) {
    for (const agent of bound.agents) {
      for (const [kind, wrong, right] of [
        ["sink", "channels", "channel"],
        ["source", "channel", "channels"],
      ] as const) {
        for (const component of agent.components.get(kind)?.values() ?? []) {
          const property = component.properties.get(wrong);
          if (property === undefined || component.properties.has(right) || component.listed === undefined)
            continue;
          const { entry } = property;
          const end = entry.key.text.lastIndexOf(wrong) + wrong.length;
          const several = kind === "sink" && /\s/.test(property.value);
          yield {
            span: property.nameSpan,
            ...placeIn(agent, component, wrong),
            message: `A ${kind} has "${right}", not "${wrong}". Flume does not read this and drops ${kind} ${component.name}, as it is connected to no channel. ${several ? `Write ${right} = and the one channel that it drains.` : `Write "${right}".`}`,
            fixes: several ? [] : [safeFix(`Rename to ${right}`, replace(property.nameSpan, right))],
            corrections: [{ entry, part: "key", start: end - wrong.length, end, text: right }],
          };
        }
      }
    }
  },
};
