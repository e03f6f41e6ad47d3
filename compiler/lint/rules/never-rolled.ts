import { hdfsExample } from "../hdfs-example.ts";
import { numberInForce } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { headOf, sites } from "../walk.ts";

const ROLLS = ["hdfs.rollInterval", "hdfs.rollSize", "hdfs.rollCount", "hdfs.idleTimeout"] as const;
const off = ROLLS.slice(0, 3).map((name) => `a1.sinks.k1.${name} = 0`);

/** An HDFS sink that never finishes a file. */
export const rule: Rule = {
  id: "never-rolled",
  severity: "warning",
  reads: "as-meant",
  summary: "All roll settings off, and no idle timeout.",
  flume:
    "Flume writes on into one file for each path as long as the agent runs; until it stops, the file keeps its .tmp name.",
  bad: [{ text: ["a1.sinks.k1.type = ⟦hdfs⟧\na1.sinks.k1.hdfs.path = hdfs://nn/logs", ...off].join("\n") }],
  good: [
    { text: hdfsExample("hdfs://nn/logs") },
    {
      text: [
        "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs",
        ...off,
        "a1.sinks.k1.hdfs.idleTimeout = 60",
      ].join("\n"),
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      if (site.component.definition?.className !== "org.apache.flume.sink.hdfs.HDFSEventSink") continue;
      const values = ROLLS.map((name) => numberInForce(site.component, name)?.value);
      if (!values.every((value) => value !== undefined && value <= 0)) continue;
      yield {
        span: headOf(site),
        ...site.at("hdfs.rollInterval"),
        message: `Sink ${site.component.name} finishes a file only when the program stops: hdfs.rollInterval, hdfs.rollSize, hdfs.rollCount and hdfs.idleTimeout are all off. Set one of them.`,
      };
    }
  },
};
