import type { ResolvedComponent } from "../../resolve/resolved-agent.ts";
import { removeEntry, replace, safeFix, unsafeFix } from "../edits.ts";
import type { Finding, LintContext, Rule } from "../rule.ts";
import { capitalized, type Site, sites } from "../walk.ts";

const source =
  "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\na1.sources.r1.type = org.apache.flume.source.kafka.KafkaSource\na1.sources.r1.kafka.topics = t";

/** A Kafka source or channel that goes to a ZooKeeper. */
export const rule: Rule = {
  id: "zookeeper-lookup",
  severity: "warning",
  reads: "as-meant",
  summary: "A Kafka source or channel with `zookeeperConnect`.",
  flume:
    "Flume asks the ZooKeeper when it starts, for brokers where none are given, and for offsets of former times. Where it does not answer within 30 seconds, Flume drops the source, or waits for the channel for ever. Kafka 4 has no ZooKeeper.",
  bad: [
    {
      text: `${source}\na1.sources.r1.⟦zookeeperConnect⟧ = localhost:2181`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    },
    {
      text: `${source}\na1.sources.r1.kafka.bootstrap.servers = localhost:9092\na1.sources.r1.⟦zookeeperConnect⟧ = localhost:2181`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
      fixed: `${source}\na1.sources.r1.kafka.bootstrap.servers = localhost:9092`,
    },
    {
      text: "a1.channels.c1.type = org.apache.flume.channel.kafka.KafkaChannel\na1.channels.c1.kafka.bootstrap.servers = localhost:9092\na1.channels.c1.⟦zookeeperConnect⟧ = localhost:2181",
      fixed:
        "a1.channels.c1.type = org.apache.flume.channel.kafka.KafkaChannel\na1.channels.c1.kafka.bootstrap.servers = localhost:9092",
    },
  ],
  good: [
    {
      text: `${source}\na1.sources.r1.kafka.bootstrap.servers = localhost:9092`,
      without: ["a1.sources.r1.bind", "a1.sources.r1.port"],
    },
  ],
  *check(context) {
    for (const site of sites(context.agents)) {
      const zookeeper = site.component.bound.properties.get("zookeeperConnect");
      if (zookeeper === undefined || !isZookeeper(site.component, zookeeper.name)) continue;
      const place = { span: zookeeper.nameSpan, ...site.at(zookeeper.name) };
      if (hasBrokers(site.component)) yield { ...place, ...besideBrokers(site, context) };
      else yield { ...place, ...alone(site, context) };
    }
  },
};

/** Whether a property is what this rule is about. */
export function isZookeeper({ definition }: ResolvedComponent, name: string): boolean {
  const users = ["org.apache.flume.source.kafka.KafkaSource", "org.apache.flume.channel.kafka.KafkaChannel"];
  return name === "zookeeperConnect" && users.includes(definition?.className ?? "");
}

function hasBrokers({ properties }: ResolvedComponent): boolean {
  return properties.has("kafka.bootstrap.servers");
}

/** Brokers are looked up there; or, for a channel, missing. */
function alone(site: Site, { bootstrapServers }: LintContext): Pick<Finding, "message" | "fixes"> {
  const zookeeper = site.component.bound.properties.get("zookeeperConnect")!;
  const what =
    site.component.kind === "source"
      ? `${capitalized(site.name)} names a ZooKeeper and no brokers: they are looked up there at the start, and Flume drops the source where it does not answer.`
      : `${capitalized(site.name)} names a ZooKeeper and no brokers, and a channel does not look them up there.`;
  const message = `${what} Kafka 4 has no ZooKeeper. Name the brokers: flafkac lint --fix --bootstrap-servers host:port writes kafka.bootstrap.servers in its place.`;
  if (bootstrapServers === undefined || zookeeper.fromCommandLine) return { message };
  const title = `Write kafka.bootstrap.servers = ${bootstrapServers} in its place`;
  const edits = [
    replace(zookeeper.nameSpan, "kafka.bootstrap.servers"),
    replace(zookeeper.valueSpan, bootstrapServers),
  ];
  return { message, fixes: [safeFix(title, ...edits)] };
}

/** With brokers given, only offsets that Kafka does not have are taken from there. */
function besideBrokers(site: Site, { document }: LintContext): Pick<Finding, "message" | "fixes"> {
  const zookeeper = site.component.bound.properties.get("zookeeperConnect")!;
  const migrates =
    site.component.bound.properties.get("migrateZookeeperOffsets")?.value.toLowerCase() === "true";
  return {
    message: `${capitalized(site.name)} names its brokers, so Flume asks the ZooKeeper for nothing but offsets of a group that Kafka has none of, and does not start ${site.owner.bound.kind === "channel" ? "the channel" : "the source"} where it does not answer. A program built from this file leaves it alone${migrates ? ", but for these offsets, since migrateZookeeperOffsets is written" : ""}. Kafka 4 has no ZooKeeper: delete the line.`,
    fixes: zookeeper.fromCommandLine
      ? []
      : [unsafeFix("Delete this line", removeEntry(document, zookeeper.entry))],
  };
}
