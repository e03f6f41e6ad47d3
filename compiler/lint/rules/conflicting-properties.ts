import { forbiddenProperties } from "../../resolve/conditions.ts";
import { removeEntry, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { droppedByName, sites, writtenAs } from "../walk.ts";

/** Two properties that Flume does not take together. */
export const rule: Rule = {
  id: "conflicting-properties",
  severity: "error",
  reads: "as-meant",
  summary: "Two properties that exclude each other.",
  flume: "Flume drops the component and starts without it.",
  bad: [
    {
      text: "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollInterval = 600\na1.sinks.k1.hdfs.fileType = DataStream\na1.sinks.k1.⟦hdfs.codeC⟧ = gzip",
      fixed:
        "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollInterval = 600\na1.sinks.k1.hdfs.fileType = DataStream",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollInterval = 600\na1.sinks.k1.hdfs.fileType = CompressedStream\na1.sinks.k1.hdfs.codeC = gzip",
    },
  ],
  *check({ document, agents }) {
    for (const site of sites(agents)) {
      for (const { property, other, why } of forbiddenProperties(site.component)) {
        const written = writtenAs(property)!;
        const beside = writtenAs(other);
        yield {
          span: written.nameSpan,
          ...site.at(written.name),
          message: `"${written.name}" does not go with ${other.name} = ${other.text}. ${droppedByName(site)}. ${why}.`,
          related:
            beside === undefined ? [] : [{ message: "what it does not go with", span: beside.valueSpan }],
          fixes: written.fromCommandLine
            ? []
            : [unsafeFix(`Delete ${written.name}`, removeEntry(document, written.entry))],
        };
      }
    }
  },
};
