import { removeEntry, safeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenProperties } from "../walk.ts";

/** An old and a new name of one property side by side. */
export const rule: Rule = {
  id: "ignored-old-name",
  severity: "warning",
  reads: "as-meant",
  summary: "A property under its old name beside the new one.",
  flume: "Flume takes the new one and forgets the old one in silence.",
  bad: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.⟦brokerList⟧ = localhost:9093",
      fixed:
        "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092",
    },
  ],
  *check({ document, agents }) {
    for (const site of sites(agents)) {
      const { properties } = site.component.bound;
      for (const { property, definition } of writtenProperties(site.component)) {
        const { replacedBy, wins = "new" } = definition.deprecated ?? {};
        const other = replacedBy === undefined ? undefined : properties.get(replacedBy);
        if (other === undefined || definition.noEffect !== undefined) continue;
        if (definition.deprecated?.moves === false) continue;
        const [counts, ignored] = wins === "new" ? [other, property] : [property, other];
        yield {
          span: ignored.nameSpan,
          ...site.at(ignored.name),
          message: `Flume reads "${counts.name}", which is written too, and ignores "${ignored.name}" in silence. Delete it.`,
          related: [{ message: "the one that counts", span: counts.nameSpan }],
          fixes: [safeFix("Delete this line", removeEntry(document, ignored.entry))],
        };
      }
    }
  },
};
