import { removeEntry, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenProperties } from "../walk.ts";

const KAFKA_SOURCE =
  "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource\na1.sources.r1.kafka.bootstrap.servers = k:9092\na1.sources.r1.kafka.topics = t";

/** Properties that Flume's guide knows and its code does not. */
export const rule: Rule = {
  id: "no-effect",
  severity: "warning",
  reads: "as-meant",
  summary: "A property that exists and does nothing.",
  flume:
    "Flume takes it without a word; a fault of Flume's, or of its guide, keeps it from having an effect.",
  bad: [
    { text: "a1.sinks.k1.⟦maxBytesToLog⟧ = 100", fixed: "" },
    {
      text: `${KAFKA_SOURCE}\na1.sources.r1.⟦kafka.consumer.enable.auto.commit⟧ = true\na1.sources.r1.⟦kafka.consumer.bootstrap.servers⟧ = other:9092`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
      fixed: KAFKA_SOURCE,
    },
  ],
  good: [{ text: "a1.sinks.k1.type = logger" }],
  *check({ document, agents }) {
    for (const site of sites(agents)) {
      for (const { property, definition } of writtenProperties(site.component)) {
        if (definition.noEffect === undefined) continue;
        const { replacedBy } = definition.deprecated ?? {};
        const instead = replacedBy === undefined ? "" : ` What replaced it is "${replacedBy}".`;
        yield {
          span: property.nameSpan,
          ...site.at(property.name),
          message: `"${property.name}" does nothing. ${definition.noEffect}${instead}`,
          fixes: property.fromCommandLine
            ? []
            : [unsafeFix("Delete this line", removeEntry(document, property.entry))],
        };
      }
    }
  },
};
