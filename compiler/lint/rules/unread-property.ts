import { isRead } from "../../resolve/conditions.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

/** A property that counts only beside another one. */
export const rule: Rule = {
  id: "unread-property",
  severity: "warning",
  reads: "as-meant",
  summary: "A property that Flume does not look at, given the others.",
  flume: "Flume goes on without it and says nothing.",
  bad: [
    {
      text: "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollInterval = 600\na1.sinks.k1.⟦hdfs.roundValue⟧ = 10\na1.sinks.k1.⟦hdfs.roundUnit⟧ = minute",
    },
    {
      text: "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollInterval = 600\na1.sinks.k1.⟦serializer⟧ = HEADER_AND_TEXT",
    },
    {
      text: "a1.channels.c1.transactionCapacity = 1000\na1.channels.c1.capacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource\na1.sources.r1.kafka.bootstrap.servers = k1:9092\na1.sources.r1.⟦kafka.topics⟧ = a\na1.sources.r1.kafka.topics.regex = b.*",
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollInterval = 600\na1.sinks.k1.hdfs.round = true\na1.sinks.k1.hdfs.roundValue = 10\na1.sinks.k1.hdfs.roundUnit = minute",
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      for (const property of site.component.properties.values()) {
        const written = writtenAs(property);
        if (written === undefined || isRead(site.component, property) !== "no") continue;
        const { readWhen, readUnless } = property.definition;
        const why =
          readUnless !== undefined && site.component.bound.properties.has(readUnless)
            ? `beside "${readUnless}", which counts`
            : `unless ${readWhen?.property} is ${readWhen?.values?.join(" or ") ?? "there"}`;
        yield {
          span: written.nameSpan,
          ...site.at(written.name),
          message: `Flume does not look at "${written.name}" ${why}: it does nothing here.`,
        };
      }
    }
  },
};
