import type { ComponentFate, FateReason } from "../../resolve/fate.ts";
import { flumeFate } from "../../resolve/flume-fate.ts";
import { listedNames } from "../listed-names.ts";
import type { LintContext, Rule } from "../rule.ts";

/** The net below the other rules: what Flume drops has an error, whatever the reason. */
export const rule: Rule = {
  id: "dropped-component",
  severity: "error",
  reads: "as-meant",
  summary: "A component that Flume drops, where no other rule says why.",
  flume: "Flume drops it and starts without it.",
  bad: [],
  good: [{ text: "# the usual agent" }],
  *check(context) {
    for (const [name, { components }] of flumeFate(context.agents).agents) {
      for (const fate of components.values()) {
        if (
          fate.kept ||
          !fate.certain ||
          UNSAID.has(fate.reason) ||
          isExplained(context, name, fate, components)
        )
          continue;
        yield {
          span: fate.span,
          agent: name,
          component: fate.path,
          message: `Flume drops ${fate.kind} ${fate.name} (${fate.reason?.replaceAll("-", " ")}) and starts without it.`,
        };
      }
    }
  },
};

/** No fault of the component, or nothing that other rules do not say as a warning. */
const UNSAID: ReadonlySet<FateReason | undefined> = new Set<FateReason | undefined>([
  "not-listed",
  "no-user",
]);

/** What takes a whole agent with it is told once, and so is what leaves a group without sinks. */
const WHOLE_AGENT: ReadonlySet<FateReason | undefined> = new Set<FateReason | undefined>([
  "agent-invalid",
  "load-fails",
  "agent-emptied",
  "no-group-sinks",
]);

function isExplained(
  { hasError, agents }: LintContext,
  agent: string,
  fate: ComponentFate,
  all: ReadonlyMap<string, ComponentFate>,
): boolean {
  if (hasError(agent, fate.path)) return true;
  if (WHOLE_AGENT.has(fate.reason)) return hasError(agent, undefined);
  if (fate.reason === "no-active-channel") {
    const model = agents.find(({ name }) => name === agent)?.model;
    if (model !== undefined && listedNames(model, "channel").missing.length > 0) return true;
  }
  const cause = fate.because === undefined ? undefined : all.get(fate.because);
  return cause !== undefined && cause !== fate && hasError(agent, cause.path);
}
