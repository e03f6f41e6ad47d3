import type { Rule } from "../rule.ts";
import { headOf, sites } from "../walk.ts";

const channel =
  "a1.channels.c1.type = org.apache.flume.channel.kafka.KafkaChannel\na1.channels.c1.kafka.bootstrap.servers = localhost:9092";

/** A Kafka channel that others fill and that expects Flume's own format. */
export const rule: Rule = {
  id: "flume-events-in-topic",
  severity: "warning",
  reads: "as-meant",
  summary: "A Kafka channel without a source that expects Flume events in its topic.",
  flume:
    "Flume fails at the first record that is no Avro record of its own, tries it again every 5 seconds for ever, and nothing comes out.",
  bad: [
    {
      text: channel
        .replace("a1.channels.c1.type = ", "a1.channels.c1.type = ⟦")
        .replace("Channel\n", "Channel⟧\n"),
      without: [
        "a1.sources",
        "a1.sources.r1.type",
        "a1.sources.r1.bind",
        "a1.sources.r1.port",
        "a1.sources.r1.channels",
      ],
      also: ["incomplete-agent"],
    },
  ],
  good: [
    { text: channel },
    {
      text: `${channel}\na1.channels.c1.parseAsFlumeEvent = false`,
      without: [
        "a1.sources",
        "a1.sources.r1.type",
        "a1.sources.r1.bind",
        "a1.sources.r1.port",
        "a1.sources.r1.channels",
      ],
      also: ["incomplete-agent"],
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { component, agent } = site;
      if (component.definition?.className !== "org.apache.flume.channel.kafka.KafkaChannel") continue;
      if (component.bound.properties.has("parseAsFlumeEvent")) continue;
      const listed = agent.model.lists.get("source")?.names.length ?? 0;
      const filled = agent.sources.some((source) =>
        agent.channelsOf(source).some(({ target }) => target === component),
      );
      // A source that is lost for another mistake may have been meant to fill it
      if (filled || agent.sources.length < listed) continue;
      if (agent.sources.some((source) => agent.channelsOf(source).some(({ target }) => target === undefined)))
        continue;
      yield {
        span: headOf(site),
        ...site.at("parseAsFlumeEvent"),
        message: `No source fills channel ${component.name}, so other programs write its topic, and it expects Flume's own Avro format in it (parseAsFlumeEvent is true unless set). Flume stops for ever at the first plain record. Set ${agent.name}.channels.${component.name}.parseAsFlumeEvent = false, or = true where Flume agents write the topic.`,
      };
    }
  },
};
