import type { Branch, PlannedSelector } from "./pipeline-plan.ts";

/** Every set of channels that a selector may choose. */
export function branchesOf(selector: PlannedSelector): readonly Branch[] {
  return selector.kind === "replicating"
    ? [selector.branch]
    : [...selector.cases.map(({ branch }) => branch), selector.otherwise];
}
