import type { DefinitionKind } from "../../schema/component.ts";
import { nearestName } from "../../schema/nearest-name.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { capitalized, dropped, headOf, type Site, sites } from "../walk.ts";

/** A component that does not say what it is. */
export const rule: Rule = {
  id: "missing-type",
  severity: "error",
  reads: "as-meant",
  summary: "A component or an interceptor without `type`.",
  flume: "Flume drops it with an error in its log; for want of an interceptor's type it drops the source.",
  bad: [
    { text: "a1.sinks.⟦k1⟧.channel = c1", without: ["a1.sinks.k1.type"] },
    {
      text: "a1.sinks.k1.⟦Type⟧ = logger",
      without: ["a1.sinks.k1.type"],
      fixed: "a1.sinks.k1.type = logger",
    },
    { text: "a1.sources.r1.interceptors = ⟦i1⟧\na1.sources.r1.interceptors.i1.preserveExisting = true" },
  ],
  good: [{ text: "a1.sinks.k1.type = logger" }],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      const { component, name } = site;
      const { agent, component: path, property } = site.at("type");
      if (component.unresolved !== "no-type" || isReported(agent, path, property ?? "")) continue;
      const near = nearestName("type", component.bound.properties.keys());
      const likely = near === undefined ? undefined : component.bound.properties.get(near);
      const what = `${capitalized(name)} has no type: ${dropped(site)}.`;
      if (likely === undefined) {
        yield {
          span: headOf(site),
          ...site.at("type"),
          message: `${what} Write what it is${example(site)}.`,
        };
        continue;
      }
      const span = likely.nameSpan;
      const fix = likely.name.toLowerCase() === "type" ? safeFix : unsafeFix;
      yield {
        span,
        ...site.at(likely.name),
        message: `${what} Its property is "type", not "${likely.name}".`,
        fixes: [fix("Rename to type", replace(span, "type"))],
      };
    }
  },
};

/** A type of the kind in question, with the whole key to write. */
function example(site: Site): string {
  const type = EXAMPLES.get(site.component.kind);
  const { agent, component, property } = site.at("type");
  return type === undefined ? "" : `, as in ${agent}.${component}.${property} = ${type}`;
}

const EXAMPLES: ReadonlyMap<DefinitionKind, string> = new Map<DefinitionKind, string>([
  ["source", "netcat"],
  ["channel", "memory"],
  ["sink", "logger"],
  ["interceptor", "timestamp"],
]);
