import type { ResolvedComponent } from "../../resolve/resolved-agent.ts";
import { replace, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { capitalized, sites } from "../walk.ts";

const source =
  "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource\na1.sources.r1.kafka.bootstrap.servers = localhost:9092\na1.sources.r1.kafka.topics = t";

/** A property of the Kafka channel on a Kafka source. */
export const rule: Rule = {
  id: "read-smallest-offset",
  severity: "warning",
  reads: "as-meant",
  summary: "`readSmallestOffset` on a Kafka source.",
  flume:
    "Only the Kafka channel reads it. The source ignores it without a word and starts at the end of the topic.",
  bad: [
    {
      text: `${source}\na1.sources.r1.⟦readSmallestOffset⟧ = true`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
      fixed: `${source}\na1.sources.r1.kafka.consumer.auto.offset.reset = earliest`,
    },
  ],
  good: [
    {
      text: `${source}\na1.sources.r1.kafka.consumer.auto.offset.reset = earliest`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const property = site.component.bound.properties.get("readSmallestOffset");
      if (property === undefined || !isChannelsOffset(site.component, property.name)) continue;
      const written = site.component.bound.properties.has(RESET);
      const value = property.value.toLowerCase() === "true" ? "earliest" : "latest";
      yield {
        span: property.nameSpan,
        ...site.at(property.name),
        message: `${capitalized(site.name)} does not read "readSmallestOffset", which belongs to the Kafka channel: where the group has no offset it starts ${written ? `as ${RESET} says` : "at the end of the topic"}. ${written ? "Delete it." : `Write ${RESET} = ${value}.`}`,
        fixes:
          written || property.fromCommandLine
            ? []
            : [
                unsafeFix(
                  `Write ${RESET} = ${value}`,
                  replace(property.nameSpan, RESET),
                  replace(property.valueSpan, value),
                ),
              ],
      };
    }
  },
};

const RESET = "kafka.consumer.auto.offset.reset";

/** Whether this rule is about an unknown property. */
export function isChannelsOffset({ definition }: ResolvedComponent, name: string): boolean {
  return (
    name === "readSmallestOffset" && definition?.className === "org.apache.flume.source.kafka.KafkaSource"
  );
}
