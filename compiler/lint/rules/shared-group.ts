import type { ResolvedAgent, ResolvedComponent } from "../../resolve/resolved-agent.ts";
import type { Rule } from "../rule.ts";
import { headOf, kindName, sites, writtenAs } from "../walk.ts";

const two = (lines: string) =>
  [
    "a1.channels = c1 c2",
    "a1.sinks = k1 k2",
    "a1.sinks.k2.type = logger",
    "a1.sinks.k2.channel = c2",
    ...["c1", "c2"].flatMap((name) => [
      `a1.channels.${name}.type = org.apache.flume.channel.kafka.KafkaChannel`,
      `a1.channels.${name}.kafka.bootstrap.servers = k:9092`,
      `a1.channels.${name}.parseAsFlumeEvent = true`,
    ]),
    "a1.sources.r1.channels = c1 c2",
    lines,
  ].join("\n");

/** Members of one consumer group in one agent. */
export const rule: Rule = {
  id: "shared-group",
  severity: "info",
  reads: "as-meant",
  summary: "Several Kafka sources or channels of one agent in the same consumer group.",
  flume:
    "The group is called flume unless told otherwise. Members that read the same topic share its events; where topics differ, each start or stop of one makes all of them stop for a rebalance.",
  bad: [
    {
      text: two("a1.channels.c1.kafka.topic = t1\na1.channels.c2.kafka.topic = t2").replace(
        "a1.channels.c2.type = org.apache.flume.channel.kafka.KafkaChannel",
        "a1.channels.c2.type = ⟦org.apache.flume.channel.kafka.KafkaChannel⟧",
      ),
    },
    {
      text: two("a1.channels.c1.kafka.consumer.group.id = g\na1.channels.c2.kafka.consumer.group.id = ⟦g⟧"),
    },
  ],
  good: [{ text: two("a1.channels.c2.kafka.consumer.group.id = g2") }],
  *check({ agents }) {
    const groups = new Map<ResolvedAgent, Map<string, ResolvedComponent[]>>();
    for (const site of sites(agents)) {
      const group = site.component.properties.get("kafka.consumer.group.id");
      if (group === undefined || group.value.kind !== "string") continue;
      const own = groups.get(site.agent) ?? new Map<string, ResolvedComponent[]>();
      groups.set(site.agent, own);
      const brokers = site.component.properties.get("kafka.bootstrap.servers")?.text ?? "";
      const key = `${group.value.value} ${brokers}`;
      const members = own.get(key) ?? [];
      own.set(key, [...members, site.component]);
      const [first] = members;
      if (first === undefined) continue;
      const written = writtenAs(group);
      const shared = topicsOf(first).some((topic) => topicsOf(site.component).includes(topic));
      const other = `${kindName(first.bound.kind)} ${first.name}`;
      yield {
        span: written?.valueSpan ?? headOf(site),
        ...site.at(written?.name ?? "kafka.consumer.group.id"),
        severity: shared ? "warning" : "info",
        message: shared
          ? `${site.name} and ${other} read the same topic in the same group (${group.value.value}): each gets a part of its events. To have all of them in both, give each its own kafka.consumer.group.id.`
          : `${site.name} and ${other} read other topics in the same group (${group.value.value}): each start or stop of one makes the other stop for a rebalance. Give each its own kafka.consumer.group.id.`,
      };
    }
  },
};

function topicsOf({ properties }: ResolvedComponent): readonly string[] {
  const value = (properties.get("kafka.topics") ?? properties.get("kafka.topic"))?.value;
  return value?.kind === "list" ? value.value : value?.kind === "string" ? [value.value] : [];
}
