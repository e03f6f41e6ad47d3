import type { ResolvedComponent, ResolvedProperty } from "../../resolve/resolved-agent.ts";
import type { Refusal } from "../../schema/property.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

/** What works in Flume and cannot be compiled. */
export const rule: Rule = {
  id: "refused-by-build",
  severity: "info",
  reads: "as-meant",
  summary: "A value that Flume understands and that cannot be compiled.",
  flume: "Flume honours it; `flafkac build` refuses the file.",
  bad: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.security.protocol = SASL_PLAINTEXT\na1.sinks.k1.kafka.producer.sasl.mechanism = ⟦GSSAPI⟧",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092",
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      for (const property of site.component.properties.values()) {
        const written = writtenAs(property);
        const refusal = property.definition.refusedByBuild;
        if (written === undefined || refusal === undefined || !applies(refusal, property, site.component))
          continue;
        yield {
          span: written.valueSpan,
          ...site.at(written.name),
          message: `Flume can do this, but flafkac cannot build it. ${refusal.why}`,
          stopsBuild: true,
        };
      }
    }
  },
};

function applies(refusal: Refusal, property: ResolvedProperty, component: ResolvedComponent): boolean {
  const { values, except, when } = refusal;
  if (values !== undefined && !includes(values, property.text)) return false;
  if (except !== undefined && includes(except, property.text)) return false;
  if (when === undefined) return true;
  const other = component.properties.get(when.property);
  if (other === undefined) return false;
  return when.values === undefined ? writtenAs(other) !== undefined : includes(when.values, other.text);
}

function includes(values: readonly string[], text: string): boolean {
  return values.some((value) => value.toLowerCase() === text.toLowerCase());
}
