import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { literal } from "../../plan/component-reader.ts";

/** A `LoggerSink` of the run time. Flume takes one event a transaction; here a batch costs no more to lose. */
export const loggerPlan: ComponentPlan = {
  of: "sink",
  plan(sink) {
    return {
      summary: "the log, headers and the first 16 bytes of the body",
      construction: {
        symbol: { name: "LoggerSink", module: "sinks/logger.ts" },
        role: "logger",
        options: [],
        says: `${commentText(sink.component.name)} writes each event into the log, at level info.`,
      },
      lines: [],
      batchSize: literal(100),
      readsHeaders: "all",
      promise: "reaches the log",
      safeAfter: "system",
    };
  },
};
