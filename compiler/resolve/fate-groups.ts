import { lookUp } from "../components/registry.ts";
import type { FateReason } from "./fate.ts";
import type { FateLedger } from "./fate-ledger.ts";
import { groupMembers } from "./fate-validation.ts";
import type { ResolvedComponent } from "./resolved-agent.ts";
import { nameSpanOf, spanOfProperty } from "./spans.ts";

/** What `AbstractConfigurationProvider#loadSinkGroups` makes of the groups that validation has left. */
export function loadGroups(ledger: FateLedger): void {
  const groups = ledger.alive("sinkgroup");
  const members = new Map<string, readonly ResolvedComponent[]>();
  const taken = new Set<string>();
  const running = new Map(ledger.alive("sink").map((sink) => [sink.name, sink]));
  for (const group of groups) {
    const named = groupMembers(group);
    const lost = named.find(
      (name) => !taken.has(name) && wasValidated(ledger, name) && !ledger.isAlive(`sinks.${name}`),
    );
    if (lost !== undefined) {
      // A member that validation let pass and the load then dropped: the exception empties the agent.
      const cause = ledger.fateOf(`sinks.${lost}`);
      ledger.removeAll("agent-emptied", cause, { certain: cause?.certain !== false });
      return;
    }
    const sinks = named.flatMap((name) => (taken.has(name) ? [] : (running.get(name) ?? [])));
    for (const { name } of sinks) taken.add(name);
    members.set(group.path, sinks);
  }
  if ([...members.values()].flat().some(({ path }) => !ledger.isCertain(path))) ledger.doubtAll();
  for (const group of groups) {
    const sinks = members.get(group.path) ?? [];
    const reason = processorProblem(group, sinks.length);
    if (reason === "doubtful") {
      for (const component of [group, ...sinks]) ledger.doubt(component);
    } else if (reason !== undefined) {
      ledger.remove(group, reason, spanOfProperty(group.bound.properties.get("processor.type"), group));
      for (const sink of sinks) ledger.remove(sink, "group-removed", nameSpanOf(sink), group.path);
    }
  }
  const groupNames = new Set(groups.filter(({ path }) => members.get(path)?.length).map(({ name }) => name));
  for (const sink of ledger.alive("sink")) {
    if (taken.has(sink.name) || !groupNames.has(sink.name)) continue;
    ledger.remove(sink, "named-like-group", nameSpanOf(sink), `sinkgroups.${sink.name}`);
  }
}

function wasValidated(ledger: FateLedger, sink: string): boolean {
  return ledger.fateOf(`sinks.${sink}`)?.validated === true;
}

/** What the sink processor objects to; its own properties make none of them fail. */
function processorProblem(group: ResolvedComponent, sinks: number): FateReason | "doubtful" | undefined {
  const type = group.bound.properties.get("processor.type")?.value;
  if (type === undefined) return "group-without-type";
  if (type.includes("${")) return "doubtful";
  const found = lookUp("sink-processor", type);
  switch (found.found) {
    case "definition":
    case "pending": {
      const { aliases } = found.found === "pending" ? found.pending : found.definition;
      if (aliases.includes("default") && sinks > 1) return "group-default-with-many";
      if (aliases.includes("load_balance") && sinks < 2) return "group-balance-with-few";
      return undefined;
    }
    case "custom-class":
    case "no-such-flume-class":
      return "doubtful";
    default:
      return "group-type-unknown";
  }
}
