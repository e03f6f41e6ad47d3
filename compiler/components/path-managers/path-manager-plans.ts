import type { ComponentPlan, PlannedPart } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";

/** Files named by the start of the program. */
export const defaultPathManagerPlan: ComponentPlan = {
  of: "part",
  plan: (part) => pathManager(part, "DefaultPathManager"),
};

/** Files named by the time at which they begin. */
export const rollTimePathManagerPlan: ComponentPlan = {
  of: "part",
  plan: (part) => pathManager(part, "RollTimePathManager"),
};

function pathManager(part: ComponentReader, name: string): PlannedPart {
  const options = (["prefix", "extension"] as const).map((option) => ({
    name: option,
    value: part.value(option) ?? literal(""),
    origin: part.origin(option),
  }));
  return {
    value: {
      kind: "runtime",
      use: "new",
      symbol: { name, module: "sinks/path-manager.ts" },
      args: [{ kind: "options", options }],
    },
    summary: "named by time",
  };
}
