import { removeEntry, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenProperties } from "../walk.ts";

/** Properties that Flume's guide knows and its code does not. */
export const rule: Rule = {
  id: "no-effect",
  severity: "warning",
  reads: "as-meant",
  summary: "A property that exists and does nothing.",
  flume:
    "Flume takes it without a word; a fault of Flume's, or of its guide, keeps it from having an effect.",
  bad: [{ text: "a1.sinks.k1.⟦maxBytesToLog⟧ = 100", fixed: "" }],
  good: [{ text: "a1.sinks.k1.type = logger" }],
  *check({ document, agents }) {
    for (const site of sites(agents)) {
      for (const { property, definition } of writtenProperties(site.component)) {
        if (definition.noEffect === undefined) continue;
        const { replacedBy } = definition.deprecated ?? {};
        const instead = replacedBy === undefined ? "" : ` What replaced it is "${replacedBy}".`;
        yield {
          span: property.nameSpan,
          ...site.at(property.name),
          message: `"${property.name}" does nothing. ${definition.noEffect}${instead}`,
          fixes: property.fromCommandLine
            ? []
            : [unsafeFix("Delete this line", removeEntry(document, property.entry))],
        };
      }
    }
  },
};
