import type { TextEdit } from "../../diagnostics/diagnostic.ts";
import { replace, safeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { sites, type WrittenProperty, writtenProperties } from "../walk.ts";
import { isZookeeper } from "./zookeeper-lookup.ts";

/** Names of former releases that Flume still understands. */
export const rule: Rule = {
  id: "deprecated-name",
  severity: "info",
  reads: "as-meant",
  summary: "A property under an old name that Flume still reads.",
  flume: "Flume translates it, with a WARN in its log. The release after 1.11 no longer would.",
  bad: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.⟦topic⟧ = t\na1.sinks.k1.⟦brokerList⟧ = localhost:9092\na1.sinks.k1.⟦requiredAcks⟧ = 1\na1.sinks.k1.⟦batchSize⟧ = 20",
      fixed:
        "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.topic = t\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.acks = 1\na1.sinks.k1.flumeBatchSize = 20",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.topic = t\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092",
    },
  ],
  *check({ agents, isSecret }) {
    for (const site of sites(agents)) {
      for (const written of writtenProperties(site.component)) {
        const { property, definition } = written;
        const { deprecated } = definition;
        if (deprecated === undefined || definition.noEffect !== undefined) continue;
        if (isZookeeper(site.component, property.name)) continue;
        const { replacedBy, note } = deprecated;
        if (replacedBy !== undefined && site.component.bound.properties.has(replacedBy)) continue;
        const since = `deprecated since Flume ${deprecated.since}`;
        const what = replacedBy === undefined ? "" : ` Its name is now "${replacedBy}".`;
        yield {
          span: property.nameSpan,
          ...site.at(property.name),
          message: `"${property.name}" is ${since}; Flume 1.11 still reads it.${what}${note === undefined ? "" : ` ${note}`}`,
          fixes:
            replacedBy === undefined || property.fromCommandLine || isSecret(property.entry)
              ? []
              : [safeFix(`Rename to ${replacedBy}`, ...editsFor(written, replacedBy))],
        };
      }
    }
  },
};

function editsFor({ property, definition }: WrittenProperty, newName: string): readonly TextEdit[] {
  const rename = replace(property.nameSpan, newName);
  const value = definition.deprecated?.translate?.(property.value);
  if (value === undefined || value === property.value) return [rename];
  return [rename, replace(property.valueSpan, value)];
}
