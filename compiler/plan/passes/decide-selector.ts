import type { PipelinePlan, PlannedSelector, PlannedSource } from "../pipeline-plan.ts";
import { presenceOf } from "./known-headers.ts";

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
  const { selector, headers } = source;
  if (
    selector.kind === "replicating" ||
    source.interceptors.some(({ header }) => header === selector.header)
  ) {
    return selector;
  }
  const presence = presenceOf(selector.header, headers, source.fetch?.keepsFlumeHeaders === true);
  if (presence === "never") return { kind: "replicating", branch: selector.otherwise };
  const own = headers.filter(({ header }) => header === selector.header);
  const [only] = own;
  if (own.length === 1 && only!.value.kind === "fixed" && only!.value.value.kind === "literal") {
    const text = String(only!.value.value.value);
    const chosen = selector.cases.find(({ values }) => values.includes(text));
    return { kind: "replicating", branch: chosen?.branch ?? selector.otherwise };
  }
  const otherwise = JSON.stringify(selector.otherwise);
  const same = selector.cases.every(({ branch }) => JSON.stringify(branch) === otherwise);
  return same ? { kind: "replicating", branch: selector.otherwise } : selector;
}
