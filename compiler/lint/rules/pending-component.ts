import type { Rule } from "../rule.ts";
import { headOf, sites } from "../walk.ts";

/** Components of Flume's that flafkac does not know in detail. */
export const rule: Rule = {
  id: "pending-component",
  severity: "info",
  reads: "as-meant",
  summary: "A component of Flume's whose properties flafkac does not know yet.",
  flume: "Flume has it; this is about flafkac only.",
  bad: [{ text: "a1.sources.r1.type = ⟦avro⟧" }],
  good: [{ text: "a1.sources.r1.type = netcat" }],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      const { component } = site;
      if (component.unresolved !== "pending" || component.typeProperty === undefined) continue;
      const place = site.atType();
      if (isReported(place.agent, place.component, place.property ?? "")) continue;
      const kind = component.kind.replaceAll("-", " ");
      yield {
        span: headOf(site),
        ...place,
        message: `Flume has this ${kind}, but flafkac does not know its properties yet: they are not checked, and build cannot compile it.`,
        stopsBuild: true,
      };
    }
  },
};
