import type { PipelinePlan } from "../pipeline-plan.ts";
import { decideSelector } from "./decide-selector.ts";
import { dropDeadHeaders } from "./drop-dead-headers.ts";
import { fuseFetched } from "./fuse-fetched.ts";
import { fuseRecords } from "./fuse-records.ts";
import { knownHeaders } from "./known-headers.ts";
import { timeOfRecords } from "./time-of-records.ts";

/** A step from one plan to a better one with the same meaning. */
export type Pass = (plan: PipelinePlan) => PipelinePlan;

/** All passes, in their order: each lives on what the ones before it have found out. */
export const passes: readonly Pass[] = [
  knownHeaders,
  decideSelector,
  timeOfRecords,
  dropDeadHeaders,
  fuseFetched,
  fuseRecords,
];

/** Runs all passes. */
export function optimize(plan: PipelinePlan): PipelinePlan {
  return passes.reduce((sofar, pass) => pass(sofar), plan);
}
