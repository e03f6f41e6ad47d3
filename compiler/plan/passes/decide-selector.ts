import type { PipelinePlan, PlannedSelector, PlannedSource } from "../pipeline-plan.ts";

/**
 * A selector that decides the same way for every event is no selector: all cases lead to the same channels, or the
 * header that it looks at is always missing or always has the same value.
 */
export function decideSelector(plan: PipelinePlan): PipelinePlan {
  return {
    ...plan,
    sources: plan.sources.map((source) => ({ ...source, selector: decided(source) })),
  };
}

function decided(source: PlannedSource): PlannedSelector {
  const { selector } = source;
  if (
    selector.kind === "replicating" ||
    source.interceptors.some(({ header }) => header === selector.header)
  ) {
    return selector;
  }
  const header = source.headers.find((candidate) => candidate.header === selector.header);
  if (header === undefined) return { kind: "replicating", branch: selector.otherwise };
  const { value } = header;
  if (value.kind === "fixed" && value.value.kind === "literal") {
    const text = String(value.value.value);
    const chosen = selector.cases.find(({ values }) => values.includes(text));
    return { kind: "replicating", branch: chosen?.branch ?? selector.otherwise };
  }
  const otherwise = JSON.stringify(selector.otherwise);
  const same = selector.cases.every(({ branch }) => JSON.stringify(branch) === otherwise);
  return same ? { kind: "replicating", branch: selector.otherwise } : selector;
}
