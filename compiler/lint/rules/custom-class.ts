import type { Rule } from "../rule.ts";
import { headOf, sites } from "../walk.ts";

/** Classes that are not Flume's. */
export const rule: Rule = {
  id: "custom-class",
  severity: "info",
  reads: "as-meant",
  summary: "A class that is not Flume's own.",
  flume: "Flume loads it from its class path, where a plugin has to bring it.",
  bad: [{ text: "a1.sinks.k1.type = ⟦com.example.flume.ExampleSink⟧" }],
  good: [{ text: "a1.sinks.k1.type = org.apache.flume.sink.LoggerSink" }],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { component } = site;
      if (component.unresolved !== "custom-class" || component.typeProperty === undefined) continue;
      yield {
        span: headOf(site),
        ...site.atType(),
        message:
          "This class is not Flume's own: Flume needs a plugin on its class path for it. flafkac knows nothing of its properties, and build cannot compile it.",
        stopsBuild: true,
      };
    }
  },
};
