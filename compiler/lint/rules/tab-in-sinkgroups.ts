import { replace, safeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";

/** A tab in the list of sink groups, the one list of an agent that is separated by blanks alone. */
export const rule: Rule = {
  id: "tab-in-sinkgroups",
  severity: "error",
  reads: "as-written",
  summary: "A tab between the names of sink groups.",
  flume:
    "Flume splits this list at blanks only: it looks for one group with a tab in its name, drops it, and runs the sinks on their own.",
  bad: [
    {
      text: "a1.sinkgroups = g1⟦\t⟧g2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = default\na1.sinkgroups.g2.sinks = k2\na1.sinkgroups.g2.processor.type = default",
      fixed:
        "a1.sinkgroups = g1 g2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = default\na1.sinkgroups.g2.sinks = k2\na1.sinkgroups.g2.processor.type = default",
    },
  ],
  good: [
    {
      text: "a1.sinkgroups = g1\t\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = default",
    },
  ],
  *check({ bound }) {
    for (const { name, lists } of bound.agents) {
      const property = lists.get("sinkgroup")?.property;
      if (property === undefined) continue;
      const { entry } = property;
      const { text } = entry.value;
      const end = text.trimEnd().length;
      const tabs = [...text.matchAll(/[\t\n\r\f\v]+/g)]
        .map(({ 0: run, index }) => ({ start: index, end: index + run.length }))
        .filter((tab) => tab.start < end);
      const [first] = tabs;
      if (first === undefined) continue;
      yield {
        span: entry.value.rangeOf(first.start, first.end),
        agent: name,
        property: property.name,
        message:
          "Flume splits this list at blanks only, and this tab becomes part of a name: it finds no such group, and the sinks run on their own. Write a blank instead.",
        fixes: [
          safeFix(
            "Write a blank instead",
            ...tabs.map((tab) => replace(entry.value.rangeOf(tab.start, tab.end), " ")),
          ),
        ],
        corrections: tabs.map((tab) => ({ entry, part: "value", ...tab, text: " " })),
      };
    }
  },
};
