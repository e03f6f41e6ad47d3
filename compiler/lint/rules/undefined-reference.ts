import type { Rule } from "../rule.ts";
import { sites } from "../walk.ts";

/** `${…}` that nothing answers. */
export const rule: Rule = {
  id: "undefined-reference",
  severity: "warning",
  reads: "as-meant",
  summary: "`${…}` that is neither a property of the file nor a look-up such as `${env:NAME}`.",
  flume: "The text stays as it is, dollar and braces and all.",
  bad: [{ text: "a1.sources.r1.bind = ⟦${HOST_NAME}⟧" }],
  good: [
    { text: "a1.sources.r1.bind = ${env:HOST_NAME}" },
    { text: "a1.sources.r1.bind = ${HOST_NAME:-localhost}" },
    { text: "hosts.bind = localhost\na1.sources.r1.bind = ${hosts.bind}" },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      for (const property of site.component.properties.values()) {
        for (const { text, span } of property.undefinedReferences) {
          if (property.provenance.from === "default") continue;
          const name = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
          yield {
            span,
            ...site.at(property.provenance.property.name),
            message: `Nothing answers this reference, and Flume leaves the text as it is. ${name === undefined ? "Correct the name." : `Write \${env:${name}} for an environment variable; without env: Flume looks there only when started with -DpropertiesImplementation.`}`,
          };
        }
      }
    }
  },
};
