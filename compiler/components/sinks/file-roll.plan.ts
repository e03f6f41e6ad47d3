import { commentText } from "../../emit/literal.ts";
import { describeCount } from "../../emit/values.ts";
import type { ComponentPlan, PlannedPart } from "../../plan/component-plan.ts";
import { CannotPlan, type ComponentReader, literal } from "../../plan/component-reader.ts";

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
    const serializer = ofBatches(sink, parts("serializer"));
    const paths = parts("path-manager");
    const options = [
      ...sink.option("directory", "sink.directory"),
      ...sink.option("rollInterval", "sink.rollInterval", { times: 1000, note: "ms" }),
    ];
    const says = `${commentText(sink.component.name)} writes ${serializer.summary} to ${directory}, ${rolls}.`;
    return {
      summary: `files in ${directory}, ${rolls}`,
      construction: {
        symbol: { name: "FileRollSink", module: "sinks/file-roll.ts" },
        role: "files",
        options,
        more: [paths.value, serializer.value],
        says,
      },
      ...(serializer.bodies !== undefined && {
        fetchedForm: {
          readsHeaders: [],
          construction: {
            symbol: { name: "FileRollRecordSink", module: "sinks/file-roll-records.ts" },
            role: "files",
            options: [
              ...options,
              {
                name: "appendNewline",
                value: literal(serializer.bodies.appendNewline),
                origin: { from: "default" } as const,
              },
            ],
            more: [paths.value],
            says,
          },
        },
      }),
      lines: sink.lines("sink.directory"),
      batchSize: sink.integer("sink.batchSize") ?? literal(100),
      readsHeaders: serializer.readsHeaders ?? [],
      promise: `reaches a file in ${directory} at least once`,
      safeAfter: "system",
    };
  },
};

/** A container has a beginning and an end, and a file of `file_roll` is written batch by batch. */
function ofBatches(sink: ComponentReader, serializer: PlannedPart): PlannedPart {
  if (serializer.value !== serializer.inFile) return serializer;
  throw new CannotPlan(
    sink,
    "sink.serializer",
    "The compiled program writes AVRO_EVENT with the HDFS sink only, which can write local files too: type = hdfs with hdfs.path = file:///…, hdfs.fileType = DataStream and serializer = AVRO_EVENT.",
  );
}
