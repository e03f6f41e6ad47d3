import { missingProperties } from "../../resolve/conditions.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";
import { capitalized, dropped, headOf, sites } from "../walk.ts";
import { misspelt } from "./unknown-property.ts";

const KAFKA_SOURCE =
  "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource";

/** A property without which a component cannot be. */
export const rule: Rule = {
  id: "missing-required",
  severity: "error",
  reads: "as-meant",
  summary: "A property that its component cannot do without.",
  flume: "Flume drops the component, or the source or sink that it is a part of, and starts without it.",
  bad: [
    { text: "a1.sources.r1.type = ⟦netcat⟧", without: ["a1.sources.r1.port"] },
    {
      text: "a1.sources.r1.⟦prot⟧ = 44444",
      without: ["a1.sources.r1.port"],
      fixed: "a1.sources.r1.port = 44444",
    },
    { text: "a1.sinks.k1.type = ⟦file_roll⟧" },
    {
      text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.fileType = CompressedStream").replace(
        "= hdfs\n",
        "= ⟦hdfs⟧\n",
      ),
    },
    {
      text: `${KAFKA_SOURCE}\na1.sources.r1.⟦brokerList⟧ = k:9092\na1.sources.r1.topic = t`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
      also: ["deprecated-name"],
      fixed: `${KAFKA_SOURCE}\na1.sources.r1.kafka.bootstrap.servers = k:9092\na1.sources.r1.topic = t`,
    },
    {
      text: `${KAFKA_SOURCE.replace("type = ", "type = ⟦")}⟧\na1.sources.r1.kafka.bootstrap.servers = k:9092`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    },
  ],
  good: [{ text: "a1.sources.r1.port = 44444" }],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      const { component, name } = site;
      for (const { name: key, definition, because } of missingProperties(component)) {
        if (ELSEWHERE.has(key)) continue;
        const place = site.at(key);
        if (isReported(place.agent, place.component, key)) continue;
        const why = because === undefined ? "" : ` beside ${because.name} = ${because.text}`;
        const what = `${capitalized(name)} has no "${key}"${why}: ${dropped(site)}.`;
        const likely = misspelt(component, key);
        if (likely === undefined) {
          yield {
            span: headOf(site),
            ...place,
            message: `${what} Add ${place.agent}.${place.component}.${place.property} = … (${phrase(definition.description)}).`,
          };
          continue;
        }
        const span = likely.nameSpan;
        const isFormer = definition.formerNames?.includes(likely.name) === true;
        const fix = isFormer || likely.name.toLowerCase() === key.toLowerCase() ? safeFix : unsafeFix;
        yield {
          span,
          ...site.at(likely.name),
          message: `${what} It reads no property "${likely.name}". Did you mean "${key}"?`,
          fixes: [fix(`Rename to ${key}`, replace(span, key))],
        };
      }
    }
  },
};

/** What other rules are about. */
const ELSEWHERE: ReadonlySet<string> = new Set(["type", "channel", "channels"]);

/** A description within a sentence. */
function phrase(description: string): string {
  const bare = description.replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare;
}
