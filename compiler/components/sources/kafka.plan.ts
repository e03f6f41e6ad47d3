import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { CannotPlan, type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlannedHeader, PlanOption } from "../../plan/pipeline-plan.ts";
import { fetchOf } from "../kafka-clients/consumer.plan.ts";
import { securityNames } from "../kafka-clients/producer.plan.ts";

/** A `KafkaConsumer` of the run time, and around it a `KafkaSource` where no sink can take from it directly. */
export const kafkaPlan: ComponentPlan = {
  of: "source",
  plan(source) {
    const name = commentText(source.component.name);
    const valueFormat = source.known("useFlumeEventFormat") === true ? "flumeEvent" : "body";
    const topics = topicsOption(source);
    const fetch = fetchOf(source, {
      topics,
      single: isSingle(topics),
      valueFormat,
      autoOffsetReset: "latest",
      says: `${name} reads`,
    });
    const from = source.property("kafka.bootstrap.servers") === undefined ? "zookeeperConnect" : undefined;
    return {
      summary: `Kafka, ${fetch.what} at ${from === undefined ? "" : "the brokers in "}${source.describe(from ?? "kafka.bootstrap.servers")}, group ${fetch.group}`,
      construction: {
        symbol: { name: "KafkaSource", module: "sources/kafka.ts" },
        role: "reader",
        options: [],
        says: `${name} puts what it has read into its channels, and commits offsets once the events are delivered.`,
      },
      lines: source.lines(
        "kafka.bootstrap.servers",
        "zookeeperConnect",
        "kafka.topics",
        "kafka.topics.regex",
        "kafka.consumer.group.id",
        ...securityNames(source),
      ),
      unit: "record",
      fetch,
      headers: recordHeaders(source, valueFormat === "flumeEvent"),
      acknowledges: false,
    };
  },
};

function topicsOption(source: ComponentReader): PlanOption {
  if (source.property("kafka.topics.regex") === undefined) {
    const [topics] = source.option("topics", "kafka.topics");
    if (topics === undefined) throw new Error(`${source.component.path} has no topics`);
    const { value } = topics;
    // A text where the definition has no list
    if (value.kind !== "literal" || typeof value.value !== "string") return topics;
    return { ...topics, value: literal(value.value.trim().split(/\s*,\s*/)) };
  }
  const pattern = String(source.known("kafka.topics.regex"));
  try {
    new RegExp(pattern, "u");
  } catch {
    throw new CannotPlan(
      source,
      "kafka.topics.regex",
      "This is no regular expression for JavaScript, which the compiled program runs. Write it without what only Java knows, or name the topics with kafka.topics.",
    );
  }
  // Kafka's consumer takes a topic where the whole name matches
  return {
    name: "topics",
    value: { kind: "regex", source: `^(?:${pattern})$` },
    origin: source.origin("kafka.topics.regex"),
  };
}

function isSingle({ value }: PlanOption): boolean {
  return value.kind === "literal" && Array.isArray(value.value) && value.value.length === 1;
}

/** As `KafkaSource.doProcess` sets them: the first four unless they are there already, the others in any case. */
function recordHeaders(source: ComponentReader, fromEvents: boolean): PlannedHeader[] {
  const headers: PlannedHeader[] = [];
  const unlessThere = (header: string, of: "timestamp" | "topic" | "partition" | "offset") => {
    if (headers.some((earlier) => earlier.header === header)) return;
    headers.push({ header, value: { kind: "record", of }, ...(fromEvents && { keepExisting: true }) });
  };
  unlessThere("timestamp", "timestamp");
  if (source.known("setTopicHeader") !== false) {
    unlessThere(String(source.known("topicHeader") ?? "topic"), "topic");
  }
  unlessThere("partition", "partition");
  unlessThere("offset", "offset");
  headers.push({ header: "key", value: { kind: "record", of: "key" } });
  for (const key of source.component.properties.keys()) {
    if (!key.startsWith("header.")) continue;
    const recordHeader = String(source.known(key));
    headers.push({ header: key.slice("header.".length), value: { kind: "record", of: { recordHeader } } });
  }
  return headers;
}
