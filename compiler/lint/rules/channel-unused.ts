import type { ResolvedAgent, ResolvedComponent } from "../../resolve/resolved-agent.ts";
import type { Rule } from "../rule.ts";
import { placeIn } from "../walk.ts";
import { isComplete } from "./incomplete-agent.ts";

/** A channel that nobody fills, or nobody drains. */
export const rule: Rule = {
  id: "channel-unused",
  severity: "warning",
  reads: "as-meant",
  summary: "A channel without a source or without a sink.",
  flume:
    "Flume removes a channel that has neither. One without a sink fills up, and then its sources fail; one without a source stays empty.",
  bad: [
    { text: "a1.channels = c1 ⟦c2⟧\na1.channels.c2.type = memory" },
    { text: "a1.channels = c1 ⟦c2⟧\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2" },
    {
      text: "a1.channels = c1 ⟦c2⟧\na1.channels.c2.type = memory\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2",
    },
  ],
  good: [{ text: "a1.sources.r1.channels = c1\na1.sinks.k1.channel = c1" }],
  *check({ agents }) {
    for (const agent of agents) {
      if (!isComplete(agent.model)) continue;
      // where a source or a sink is lost, its channel is not to blame
      const sources = allBound(agent, "source");
      const sinks = allBound(agent, "sink");
      const filled = namesUsed(agent, agent.sources);
      const drained = namesUsed(agent, agent.sinks);
      for (const channel of agent.channels) {
        const inUse = { filled: filled.has(channel.name), drained: drained.has(channel.name) };
        if (inUse.filled && inUse.drained) continue;
        if ((!inUse.filled && !sources) || (!inUse.drained && !sinks)) continue;
        if (inUse.filled !== inUse.drained && isKafkaChannel(channel)) continue;
        yield {
          span: channel.bound.listed?.span ?? channel.bound.nameSpan,
          ...placeIn(agent.model, channel.bound),
          message: messageFor(channel.name, inUse),
        };
      }
    }
  },
};

function messageFor(name: string, { filled, drained }: { filled: boolean; drained: boolean }): string {
  if (!filled && !drained) {
    return `No source and no sink uses channel ${name}, and Flume removes it. Connect it or delete it.`;
  }
  return filled
    ? `No sink drains channel ${name}: it fills up, and then its sources fail to put events into it. Name it in the channel property of a sink.`
    : `No source fills channel ${name}: its sinks never get an event. Name it in the channels property of a source.`;
}

/** True when every listed source (sink) is there and connected to channels that exist. */
function allBound(agent: ResolvedAgent, kind: "source" | "sink"): boolean {
  const components = kind === "source" ? agent.sources : agent.sinks;
  const listed = new Set(agent.model.lists.get(kind)?.names.map(({ name }) => name) ?? []);
  if (components.length < listed.size) return false;
  return components.every((component) => {
    const references = agent.channelsOf(component);
    return references.length > 0 && references.every(({ target }) => target !== undefined);
  });
}

function namesUsed(agent: ResolvedAgent, components: readonly ResolvedComponent[]): ReadonlySet<string> {
  return new Set(
    components.flatMap((component) => agent.channelsOf(component).map(({ written }) => written.name)),
  );
}

/** A topic can be filled or drained by another agent, or by no agent at all. */
function isKafkaChannel({ typeName }: ResolvedComponent): boolean {
  return typeName !== undefined && /kafka/i.test(typeName);
}
