import type { LookUp } from "../../schema/look-up.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import { quoted } from "../quoted.ts";
import type { Rule } from "../rule.ts";
import { dropped, type Site, sites } from "../walk.ts";

/** A `type` that Flume does not have. */
export const rule: Rule = {
  id: "unknown-type",
  severity: "error",
  reads: "as-meant",
  summary: "A type that is neither a name nor a class of Flume's.",
  flume:
    "An unknown source, channel or sink makes the whole load fail: the agent starts with nothing. An unknown interceptor, selector or serializer drops its source or sink.",
  bad: [
    { text: "a1.sources.r1.type = ⟦netct⟧", fixed: "a1.sources.r1.type = netcat" },
    { text: "a1.sinks.k1.type = ⟦console⟧" },
    { text: "a1.sinks.k1.type = ⟦org.apache.flume.sink.s3.S3Sink⟧" },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = ⟦timestmp⟧",
      fixed: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = timestamp",
    },
  ],
  good: [
    { text: "a1.sources.r1.type = NetCat" },
    { text: "a1.sources.r1.type = avro", also: ["pending-component"] },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { component } = site;
      const { typeLookUp, typeProperty, typeName } = component;
      if (component.unresolved !== "unknown" || typeLookUp === undefined || typeName === undefined) continue;
      const kind = component.kind.replaceAll("-", " ");
      const span = typeProperty?.valueSpan ?? component.bound.nameSpan;
      const near = nearestOf(typeLookUp);
      const fix = near?.toLowerCase() === typeName.toLowerCase() ? safeFix : unsafeFix;
      yield {
        span,
        ...site.atType(),
        message: `${quoted(typeName)} is no ${kind} of Flume's: ${effectOf(site)}. ${near === undefined ? "Write the name of one, or the full name of a class that a plugin brings." : `Did you mean ${near}?`}`,
        fixes: near === undefined ? [] : [fix(`Change to ${near}`, replace(span, near))],
      };
    }
  },
};

function nearestOf(lookUp: LookUp): string | undefined {
  return lookUp.found === "unknown" || lookUp.found === "no-such-flume-class" ? lookUp.nearest : undefined;
}

/** What Flume does where the class of a type cannot be loaded. */
export function effectOf(site: Site): string {
  const { component, owner, agent } = site;
  return component === owner ? `the load fails and agent ${agent.name} starts with nothing` : dropped(site);
}
