import { escapedProperties } from "../escaped-properties.ts";
import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";

/** A path that an event has a say in. */
export const rule: Rule = {
  id: "header-in-path",
  severity: "info",
  reads: "as-meant",
  summary: "A header of the event in a directory or file name.",
  flume:
    "Flume puts the value in as it is: a header with ../ in it leads out of the directory, one with / makes more directories.",
  bad: [{ text: hdfsExample("hdfs://nn/logs/⟦%{app}⟧") }],
  good: [{ text: hdfsExample("hdfs://nn/logs") }],
  *check({ agents }) {
    for (const { site, property, withTime, parts, spanOf } of escapedProperties(agents)) {
      if (!withTime) continue;
      const header = parts.find(({ kind }) => kind === "header");
      if (header?.kind !== "header") continue;
      yield {
        span: spanOf(header),
        ...site.at(property.name),
        message: `Whoever sets the header ${header.name} has a say in the name. In a program built from this file a value is one piece of it: /, \\, :, control characters and dots alone are percent-encoded, so that it cannot leave the directory or be refused. Flume takes it as it is.`,
      };
    }
  },
};
