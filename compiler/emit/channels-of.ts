import type { Branch, PlannedSource } from "../plan/pipeline-plan.ts";
import { list } from "./list.ts";
import { commentText } from "./literal.ts";

/** The channels of a source in order, each with the condition under which an event goes there. */
export function channelsOf(source: PlannedSource): { readonly id: string; readonly remark: string }[] {
  const { selector } = source;
  if (selector.kind === "replicating") {
    return ofBranch(selector.branch).map(({ id, optional }) => ({
      id,
      remark: optional ? ", optional" : "",
    }));
  }
  const header = commentText(selector.header);
  const conditions = new Map<string, string[]>();
  function note(branch: Branch, condition: string): void {
    for (const { id, optional } of ofBranch(branch)) {
      const list = conditions.get(id) ?? [];
      conditions.set(id, [...list, optional ? `${condition} (optional)` : condition]);
    }
  }
  for (const { values, branch } of selector.cases) {
    for (const value of values) note(branch, commentText(value));
  }
  note(selector.otherwise, "anything else");
  return [...conditions].map(([id, values]) => ({
    id,
    remark: `, where ${header} is ${list(values, "or")}`,
  }));
}

function ofBranch(branch: Branch): { id: string; optional: boolean }[] {
  return [
    ...branch.required.map((id) => ({ id, optional: false })),
    ...branch.optional.map((id) => ({ id, optional: true })),
  ];
}
