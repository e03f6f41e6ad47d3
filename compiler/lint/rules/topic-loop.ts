import type { ResolvedAgent, ResolvedComponent } from "../../resolve/resolved-agent.ts";
import type { Rule } from "../rule.ts";
import { headOf, sites, writtenAs } from "../walk.ts";

const agent =
  "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource\na1.sources.r1.kafka.bootstrap.servers = localhost:9092\na1.sources.r1.kafka.topics = in\na1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092";
const without = ["a1.sources.r1.bind", "a1.sources.r1.port"];

/** A Kafka source whose topic header sends its events back to where they came from. */
export const rule: Rule = {
  id: "topic-loop",
  severity: "warning",
  reads: "as-meant",
  summary: "A Kafka sink that writes into the topic that its Kafka source has read.",
  flume:
    "The source sets the header topic, and the sink obeys it rather than kafka.topic: every event goes round for ever where source and sink use the same brokers.",
  bad: [
    { text: `${agent}\na1.sinks.k1.kafka.topic = ⟦out⟧`, without },
    {
      text: agent.replace(
        "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink",
        "a1.sinks.k1.type = ⟦org.apache.flume.sink.kafka.KafkaSink⟧",
      ),
      without,
    },
  ],
  good: [
    { text: `${agent}\na1.sinks.k1.kafka.topic = out\na1.sources.r1.setTopicHeader = false`, without },
    { text: `${agent}\na1.sinks.k1.kafka.topic = out\na1.sinks.k1.allowTopicOverride = false`, without },
    { text: `${agent}\na1.sinks.k1.kafka.topic = out\na1.sinks.k1.topicHeader = to`, without },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const header = headerObeyed(site.component);
      if (header === undefined) continue;
      for (const source of sourcesOf(site.agent, site.component)) {
        if (headerSet(source) !== header || isOverwritten(source, header)) continue;
        const topic = writtenAs(site.component.properties.get("kafka.topic"));
        yield {
          span: topic?.valueSpan ?? headOf(site),
          ...site.at(topic?.name ?? "kafka.topic"),
          message: `Source ${source.name} puts the topic that it reads into the header ${header}, and sink ${site.component.name} sends an event to the topic in that header rather than to kafka.topic: what is read is written back. Set setTopicHeader of ${source.name}, or allowTopicOverride of ${site.component.name}, to false.`,
        };
        break;
      }
    }
  },
};

/** The header that a Kafka sink takes the topic from; undefined for other components, and where it takes none. */
function headerObeyed({ definition, properties }: ResolvedComponent): string | undefined {
  if (definition?.className !== "org.apache.flume.sink.kafka.KafkaSink") return undefined;
  if (properties.get("allowTopicOverride")?.text.toLowerCase() !== "true") return undefined;
  return properties.get("topicHeader")?.text;
}

/** The header that a Kafka source puts the topic into. */
function headerSet({ definition, properties }: ResolvedComponent): string | undefined {
  if (definition?.className !== "org.apache.flume.source.kafka.KafkaSource") return undefined;
  if (properties.get("setTopicHeader")?.text.toLowerCase() !== "true") return undefined;
  return properties.get("topicHeader")?.text;
}

/** Whether an interceptor may set the header anew or take it away. */
function isOverwritten({ parts }: ResolvedComponent, header: string): boolean {
  return parts.some(({ kind, definition, properties }) => {
    if (kind !== "interceptor") return false;
    if (definition === undefined) return true;
    if (properties.get("preserveExisting")?.text.toLowerCase() === "true") return false;
    const name = properties.get("key") ?? properties.get("headerName") ?? properties.get("hostHeader");
    return name?.text === header;
  });
}

function sourcesOf(agent: ResolvedAgent, sink: ResolvedComponent): readonly ResolvedComponent[] {
  const [channel] = agent.channelsOf(sink);
  return agent.sources.filter((source) =>
    agent.channelsOf(source).some(({ target }) => target !== undefined && target === channel?.target),
  );
}
