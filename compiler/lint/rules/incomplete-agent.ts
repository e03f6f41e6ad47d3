import type { AgentModel, ComponentKind } from "../../bind/agent-model.ts";
import { listOfKind } from "../../bind/key.ts";
import type { Finding, Rule } from "../rule.ts";

/** Agents that Flume refuses as a whole, and files without any. */
export const rule: Rule = {
  id: "incomplete-agent",
  severity: "error",
  reads: "as-meant",
  summary: "A file without an agent, or an agent without channels, or without both sources and sinks.",
  flume: "Flume drops the agent and idles for ever: `No configuration found for this host`.",
  bad: [
    { text: "⟦#⟧ nothing here", whole: true },
    {
      text: "⟦a1⟧.sources = r1\na1.sources.r1.type = seq\na1.sources.r1.channels = c1",
      whole: true,
      also: ["pending-component"],
    },
    { text: "⟦a1⟧.channels = c1\na1.channels.c1.type = memory", whole: true },
  ],
  good: [{ text: "# the usual agent" }],
  *check({ document, bound }) {
    if (bound.agents.length === 0 && bound.rejected.length === 0) {
      yield {
        span: { start: 0, end: Math.min(1, document.text.length) },
        message:
          "This file configures no agent. Flume starts and idles for ever, with one WARN in its log. An agent needs lists of its channels, sources and sinks, as in a1.channels = c1.",
      };
      return;
    }
    for (const agent of bound.agents) {
      // every line of it has been refused one by one, or is there to be looked up
      if (agent.lists.size === 0 && agent.components.size === 0) continue;
      const lacking = whatIsLacking(agent);
      if (lacking === undefined) continue;
      yield finding(agent, lacking);
    }
  },
};

/** True for an agent that Flume does not drop as a whole: what its channels are connected to is worth a look. */
export function isComplete(agent: AgentModel): boolean {
  return whatIsLacking(agent) === undefined;
}

/** In words, what Flume misses most. */
function whatIsLacking(agent: AgentModel): string | undefined {
  const lists = (kind: ComponentKind) => (agent.lists.get(kind)?.names.length ?? 0) > 0;
  if (!lists("channel")) return `no list of channels (${agent.name}.${listOfKind.channel} = …)`;
  if (!lists("source") && !lists("sink")) {
    return `neither a list of sources (${agent.name}.${listOfKind.source} = …) nor one of sinks`;
  }
  return undefined;
}

function finding(agent: AgentModel, lacking: string): Finding {
  const configured = [...agent.components].some(([kind, all]) => kind === "channel" && all.size > 0);
  const advice =
    configured && lacking.startsWith("no list")
      ? "List the channels that are configured below."
      : "Write the list, or delete what is left of this agent.";
  return {
    span: agent.nameSpan,
    agent: agent.name,
    message: `Agent ${agent.name} has ${lacking}, so Flume drops it with all that it has. ${advice}`,
  };
}
