import { escapedProperties } from "../escaped-properties.ts";
import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";
import { isBodiesAlone, timestampsIn } from "../timestamps.ts";

const PATH = "hdfs://nn/logs/⟦%Y⟧-%m-%d";

/** Escape sequences of the time where no event has a time. */
export const rule: Rule = {
  id: "missing-timestamp",
  severity: "error",
  reads: "as-meant",
  summary: "An escape sequence of the time, and events without the header timestamp.",
  flume:
    "Flume starts; the first event throws a NullPointerException, the transaction is rolled back, and so again every 5 seconds for ever.",
  bad: [
    { text: hdfsExample(PATH) },
    {
      text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.filePrefix = ⟦%H⟧"),
    },
    {
      text: `${hdfsExample(PATH)}\na1.channels.c1.type = org.apache.flume.channel.kafka.KafkaChannel\na1.channels.c1.kafka.bootstrap.servers = k:9092\na1.channels.c1.parseAsFlumeEvent = false`,
    },
  ],
  good: [
    { text: hdfsExample("hdfs://nn/logs/%Y", "a1.sinks.k1.hdfs.useLocalTimeStamp = true") },
    {
      text: `${hdfsExample("hdfs://nn/logs/%Y")}\na1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = timestamp`,
    },
    {
      text: `${hdfsExample("hdfs://nn/logs/%Y")}\na1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource\na1.sources.r1.kafka.bootstrap.servers = k:9092\na1.sources.r1.kafka.topics = t`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    },
    {
      text: `${hdfsExample("hdfs://nn/logs/%Y")}\na1.sources.r1.type = exec\na1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = regex_extractor`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
      also: ["pending-component"],
    },
  ],
  *check({ agents }) {
    const told = new Set<unknown>();
    for (const { site, property, withTime, parts, spanOf } of escapedProperties(agents)) {
      const { component, agent } = site;
      const time = parts.find((part) => part.kind === "time");
      if (time === undefined || !withTime || told.has(component)) continue;
      const clock = component.properties.get("hdfs.useLocalTimeStamp");
      if (clock?.value.kind !== "boolean" || clock.value.value) continue;
      const [channel] = agent.channelsOf(component);
      if (channel?.target === undefined) continue;
      const { has, without } = timestampsIn(agent, channel.target);
      if (has !== "no") continue;
      told.add(component);
      // What comes out of a topic has the time of its record, which stands in for it in the compiled program
      const inTopic = channel.target.definition?.className === "org.apache.flume.channel.kafka.KafkaChannel";
      const local = `set ${agent.name}.${component.path}.hdfs.useLocalTimeStamp = true`;
      const who =
        without.length === 0 || isBodiesAlone(channel.target)
          ? `Channel ${channel.target.name} keeps no headers (parseAsFlumeEvent = false), and %${time.letter} needs the header timestamp`
          : `Events of source ${without.map(({ name }) => name).join(", ")} have no header timestamp, which %${time.letter} needs`;
      const here = inTopic ? " A program built from this file takes the time of the record." : "";
      const way = isBodiesAlone(channel.target)
        ? `For Flume, ${local}.`
        : `Give the source an interceptor of type timestamp, or ${local}.`;
      yield {
        span: spanOf(time),
        ...site.at(property.name),
        severity: inTopic ? "warning" : "error",
        message: `${who}: in Flume, sink ${component.name} fails at the first event and tries it again for ever.${here} ${way}`,
      };
    }
  },
};
