import type { Rule } from "../rule.ts";
import { headOf, sites } from "../walk.ts";

/** The selector that Flume itself cannot load. */
export const rule: Rule = {
  id: "load-balancing-selector",
  severity: "error",
  reads: "as-meant",
  summary: "`selector.type = load_balancing`.",
  flume: "Flume 1.10 and 1.11 have the class, but its configuration type is missing: the source is dropped.",
  bad: [{ text: "a1.sources.r1.selector.type = ⟦load_balancing⟧" }],
  good: [{ text: "a1.sources.r1.selector.type = replicating" }],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { kind, typeName, typeProperty } = site.component;
      if (kind !== "selector" || typeName === undefined || typeProperty === undefined) continue;
      const short = typeName.toLowerCase();
      if (short !== "load_balancing" && !short.endsWith(".loadbalancingchannelselector")) continue;
      yield {
        span: headOf(site),
        ...site.atType(),
        message: `Flume 1.10 and 1.11 cannot configure this selector, by a fault of theirs, and drop source ${site.owner.name}. Take a multiplexing or replicating selector, or a source for each channel.`,
      };
    }
  },
};
