import type { Rule } from "../rule.ts";
import { headOf, sites, writtenProperties } from "../walk.ts";

/** What a fault of Flume's makes of a property or a component. */
export const rule: Rule = {
  id: "flume-bug",
  severity: "warning",
  reads: "as-meant",
  summary: "A property or component that does something else than its name says, by a fault of Flume's.",
  flume: "Flume takes it without a word.",
  bad: [],
  good: [{ text: "a1.sinks.k1.type = logger" }],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { definition, typeProperty } = site.component;
      if (definition?.bug !== undefined && typeProperty !== undefined) {
        yield { span: headOf(site), ...site.atType(), message: definition.bug };
      }
      for (const { property, definition: known } of writtenProperties(site.component)) {
        if (known.bug === undefined || known.type.kind === "reference") continue;
        yield { span: property.nameSpan, ...site.at(property.name), message: known.bug };
      }
    }
  },
};
