import type { Rule } from "../rule.ts";
import { sites, writtenProperties } from "../walk.ts";
import { slipInNameSpace } from "./unknown-property.ts";

/** Properties that the compiled program does without. */
export const rule: Rule = {
  id: "not-here",
  severity: "info",
  reads: "as-meant",
  summary: "A property that Flume honours and the compiled program does not.",
  flume: "Flume honours it; this is about the program that flafkac builds.",
  bad: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.⟦kafka.producer.linger.ms⟧ = 5",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.acks = all",
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      for (const { property, definition, pattern } of writtenProperties(site.component)) {
        if (definition.notHere === undefined) continue;
        if (slipInNameSpace(site.component, property.name, pattern) !== undefined) continue;
        yield {
          span: property.nameSpan,
          ...site.at(property.name),
          message: `A program built from this file does not honour "${property.name}". ${definition.notHere}`,
        };
      }
    }
  },
};
