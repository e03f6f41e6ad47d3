import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { literal } from "../../plan/component-reader.ts";

/** A `NullSink` of the run time. */
export const nullPlan: ComponentPlan = {
  of: "sink",
  plan(sink) {
    return {
      summary: "null, takes events and forgets them",
      construction: {
        symbol: { name: "NullSink", module: "sinks/null.ts" },
        role: "nowhere",
        options: sink.option("logEveryNEvents", "logEveryNEvents"),
        says: `${commentText(sink.component.name)} takes events and forgets them.`,
      },
      lines: [],
      batchSize: sink.integer("batchSize") ?? literal(100),
      readsHeaders: [],
      promise: "is counted and thrown away",
      safeAfter: "nowhere",
    };
  },
};
