import { splitList } from "../../grammar/values/list.ts";
import type { FateLedger } from "./fate-ledger.ts";
import type { ResolvedAgent, ResolvedComponent } from "./resolved-agent.ts";
import { nameSpanOf, spanOfProperty } from "./spans.ts";

/**
 * What `FlumeConfiguration.AgentConfiguration#isValid` drops, in its order: channels, sources, sinks, groups. Returns
 * whether the agent itself is left.
 */
export function validate(agent: ResolvedAgent, ledger: FateLedger): boolean {
  for (const channel of ledger.alive("channel")) refuseWithoutType(channel, ledger);
  if (ledger.alive("channel").length === 0) return false;
  for (const source of ledger.alive("source")) validateSource(agent, source, ledger);
  for (const sink of ledger.alive("sink")) validateSink(agent, sink, ledger);
  validateGroups(ledger);
  return ledger.alive("source").length > 0 || ledger.alive("sink").length > 0;
}

function refuseWithoutType(component: ResolvedComponent, ledger: FateLedger): void {
  if (component.unresolved === "no-type") ledger.refuse(component, "no-type", nameSpanOf(component));
}

function validateSource(agent: ResolvedAgent, source: ResolvedComponent, ledger: FateLedger): void {
  refuseWithoutType(source, ledger);
  const channels = agent.channelsOf(source);
  if (channels.length === 0) ledger.refuse(source, "no-channel", nameSpanOf(source));
  const selector = source.parts.find((part) => part.kind === "selector");
  if (selector !== undefined && !passesSelectorValidation(selector)) {
    ledger.refuse(source, "selector-not-validated", spanOfProperty(selector.typeProperty, source));
  }
  if (!channels.some(({ target }) => target !== undefined && ledger.isAlive(target.path))) {
    ledger.refuse(
      source,
      "no-active-channel",
      spanOfProperty(source.bound.properties.get("channels"), source),
    );
  }
}

/** `ChannelSelectorConfigurationType` lacks LOAD_BALANCING in 1.10 and 1.11: the source that uses it is dropped. */
function passesSelectorValidation(selector: ResolvedComponent): boolean {
  const found = selector.typeLookUp;
  const named = found !== undefined && "pending" in found ? found.pending : undefined;
  return named?.className !== "org.apache.flume.channel.LoadBalancingChannelSelector";
}

function validateSink(agent: ResolvedAgent, sink: ResolvedComponent, ledger: FateLedger): void {
  refuseWithoutType(sink, ledger);
  const channel = agent.channelsOf(sink)[0];
  if (channel === undefined) {
    ledger.refuse(sink, "no-channel", nameSpanOf(sink));
  } else if (channel.target === undefined || !ledger.isAlive(channel.target.path)) {
    ledger.refuse(sink, "no-active-channel", channel.written.span, channel.target?.path);
  }
}

/** A sink belongs to the first group that names it; Flume goes through the groups in hash order, here in the list's. */
function validateGroups(ledger: FateLedger): void {
  const taken = new Set<string>();
  for (const group of ledger.alive("sinkgroup")) {
    const members = groupMembers(group).filter((name) => !taken.has(name) && ledger.isAlive(`sinks.${name}`));
    for (const name of members) taken.add(name);
    if (members.length > 0) continue;
    ledger.refuse(group, "no-group-sinks", spanOfProperty(group.bound.properties.get("sinks"), group));
  }
}

/** The sinks that a group names, each once, whether they exist or not. */
export function groupMembers(group: ResolvedComponent): readonly string[] {
  const value = group.bound.properties.get("sinks")?.value ?? "";
  return [...new Set(splitList(value, "whitespace").map(({ text }) => text))];
}
