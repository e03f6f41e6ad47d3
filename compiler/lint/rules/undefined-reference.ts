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
          // a value that is no good for it has its finding
          if (property.provenance.from === "default" || property.value.kind === "invalid") continue;
          yield {
            span,
            ...site.at(property.provenance.property.name),
            message: unanswered(text),
          };
        }
      }
    }
  },
};

/** What is said of a reference that nothing answers. */
export function unanswered(reference: string): string {
  const name = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(reference)?.[1];
  const advice =
    name === undefined
      ? "Correct the name."
      : `Write \${env:${name}} for an environment variable; without env: Flume looks there only when started with -DpropertiesImplementation.`;
  return `Nothing answers this reference, and Flume leaves the text as it is. ${advice}`;
}
