import type { Rule } from "../rule.ts";
import { capitalized, headOf, sites, writtenProperties } from "../walk.ts";
import { misspelt } from "./unknown-property.ts";

/** What a fault of Flume's makes of a property or a component. */
export const rule: Rule = {
  id: "flume-bug",
  severity: "warning",
  reads: "as-meant",
  summary: "A property or component that does something else than its name says, by a fault of Flume's.",
  flume: "Flume takes it without a word.",
  bad: [{ text: "a1.sources.r1.type = ⟦netcatudp⟧" }],
  good: [{ text: "a1.sources.r1.type = netcatudp\na1.sources.r1.remoteAddress = from" }],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { definition, typeProperty } = site.component;
      if (definition?.bug !== undefined && typeProperty !== undefined) {
        yield { span: headOf(site), ...site.atType(), message: definition.bug };
      }
      for (const [name, known] of Object.entries(definition?.properties ?? {})) {
        if (known.bug === undefined || known.bugWhen !== "absent") continue;
        if (site.component.properties.has(name) || misspelt(site.component, name) !== undefined) continue;
        yield {
          span: headOf(site),
          ...site.at(name),
          message: `${capitalized(site.name)} has no "${name}". ${known.bug}`,
        };
      }
      for (const { property, definition: known } of writtenProperties(site.component)) {
        if (known.bug === undefined || known.bugWhen === "absent" || known.type.kind === "reference")
          continue;
        yield { span: property.nameSpan, ...site.at(property.name), message: known.bug };
      }
    }
  },
};
