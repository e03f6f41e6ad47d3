import type { AgentFate, FileFate } from "./fate.ts";
import { FateLedger } from "./fate-ledger.ts";
import { load } from "./fate-load.ts";
import { validate } from "./fate-validation.ts";
import type { ResolvedAgent } from "./resolved-agent.ts";
import { nameSpanOf } from "./spans.ts";

/**
 * What Flume 1.11 keeps of a file and what it drops, component by component, with the reason: first as
 * `FlumeConfiguration` validates it, then as the components are made and configured. Which agent is started does not
 * matter: each gets the fate that it would have if it were.
 */
export function flumeFate(agents: readonly ResolvedAgent[]): FileFate {
  return {
    agents: new Map(agents.map((agent) => [agent.name, agentFate(agent)])),
    groupsWithoutSinks: agents.flatMap(groupsWithoutSinks),
  };
}

function agentFate(agent: ResolvedAgent): AgentFate {
  const ledger = new FateLedger(agent);
  const valid = validate(agent, ledger);
  if (!valid) ledger.removeAll("agent-invalid", undefined, { certain: true });
  const fatal = valid ? load(agent, ledger) : [];
  return { agent: agent.name, valid, fatal, components: ledger.fates() };
}

/** Groups are looked at once there is a channel; those without `sinks` then end everything. */
function groupsWithoutSinks(agent: ResolvedAgent): FileFate["groupsWithoutSinks"] {
  const hasChannel = agent.channels.some((channel) => channel.unresolved !== "no-type");
  if (!hasChannel) return [];
  return agent.sinkGroups
    .filter((group) => !group.bound.properties.has("sinks"))
    .map((group) => ({ agent: agent.name, path: group.path, span: nameSpanOf(group) }));
}
