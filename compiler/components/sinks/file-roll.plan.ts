import { commentText } from "../../emit/literal.ts";
import { describeCount } from "../../emit/values.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { literal } from "../../plan/component-reader.ts";

/** A `FileRollSink` of the run time, with its path manager and serializer. */
export const fileRollPlan: ComponentPlan = {
  of: "sink",
  plan(sink, parts) {
    const directory = sink.describe("sink.directory");
    const interval = sink.integer("sink.rollInterval") ?? literal(30);
    const rolls =
      interval.kind === "literal" && interval.value === 0
        ? "one file for ever"
        : `a new file every ${describeCount(interval)} s`;
    const serializer = parts("serializer");
    const paths = parts("path-manager");
    return {
      summary: `files in ${directory}, ${rolls}`,
      construction: {
        symbol: { name: "FileRollSink", module: "sinks/file-roll.ts" },
        role: "files",
        options: [
          ...sink.option("directory", "sink.directory"),
          ...sink.option("rollInterval", "sink.rollInterval", {
            times: 1000,
            note: "ms",
          }),
        ],
        more: [paths.value, serializer.value],
        says: `${commentText(sink.component.name)} writes ${serializer.summary} to ${directory}, ${rolls}.`,
      },
      lines: sink.lines("sink.directory"),
      batchSize: sink.integer("sink.batchSize") ?? literal(100),
      readsHeaders: serializer.readsHeaders ?? [],
      promise: `reaches a file in ${directory} at least once`,
      safeAfter: "system",
    };
  },
};
