import { refusalsOf } from "../../resolve/refusals.ts";
import type { Rule } from "../rule.ts";
import { sites } from "../walk.ts";

/** What works in Flume and cannot be compiled. */
export const rule: Rule = {
  id: "refused-by-build",
  severity: "info",
  reads: "as-meant",
  summary: "A value that Flume understands and that cannot be compiled.",
  flume: "Flume honours it; `flafkac build` refuses the file.",
  bad: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.security.protocol = SASL_PLAINTEXT\na1.sinks.k1.kafka.producer.sasl.mechanism = ⟦GSSAPI⟧\na1.sinks.k1.kafka.producer.sasl.jaas.config = ${env:JAAS}",
    },
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.security.protocol = SSL\na1.sinks.k1.kafka.producer.ssl.truststore.location = ⟦/etc/trust.jks⟧",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092",
    },
  ],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      for (const { name, why, blamed } of refusalsOf(site.component)) {
        const place = site.at(blamed.name);
        if (isReported(place.agent, place.component, place.property ?? "")) continue;
        yield {
          span: blamed.valueSpan,
          ...place,
          message: `Flume can do this, but flafkac cannot build it (${name}). ${why}`,
          stopsBuild: true,
        };
      }
    }
  },
};
