import type { Branch, PipelinePlan, PlannedSelector, PlannedSource } from "./pipeline-plan.ts";

/** Every set of channels that a selector may choose. */
export function branchesOf(selector: PlannedSelector): readonly Branch[] {
  return selector.kind === "replicating"
    ? [selector.branch]
    : [...selector.cases.map(({ branch }) => branch), selector.otherwise];
}

/** Whether a source may put events into a channel. */
export function feeds({ selector }: PlannedSource, channel: string): boolean {
  return branchesOf(selector).some(
    ({ required, optional }) => required.includes(channel) || optional.includes(channel),
  );
}

/** Whether any source may. */
export function putInto(plan: PipelinePlan, channel: string): boolean {
  return plan.sources.some((source) => feeds(source, channel));
}

/** Whether a sink takes what the source has fetched straight from its consumer: then nothing is put. */
export function isFused(plan: PipelinePlan, source: PlannedSource): boolean {
  return plan.sinks.some(({ takes }) => takes.kind === "fetched" && takes.from === source.id);
}
