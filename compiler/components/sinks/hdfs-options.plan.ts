import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlanOption } from "../../plan/pipeline-plan.ts";

/** `hdfs.*` properties as the run-time sink takes them, in ms where Flume has seconds. */
export function hdfsOptions(sink: ComponentReader): PlanOption[] {
  const written = (name: string, property: string, extra: { note?: string; times?: number } = {}) =>
    sink.isWritten(property) ? sink.option(name, property, extra) : [];
  return [
    ...written("fileSuffix", "hdfs.fileSuffix"),
    ...written("inUsePrefix", "hdfs.inUsePrefix"),
    ...inUseSuffix(sink),
    { name: "fileType", value: literal(fileType(sink)), origin: sink.origin("hdfs.fileType") },
    ...codec(sink),
    ...sink.option("rollInterval", "hdfs.rollInterval", { times: 1000, note: "ms; 0: never" }),
    ...sink.option("rollSize", "hdfs.rollSize", { note: "bytes; 0: whatever the size" }),
    ...sink.option("rollCount", "hdfs.rollCount", { note: "events; 0: however many" }),
    ...written("idleTimeout", "hdfs.idleTimeout", { times: 1000, note: "ms" }),
    ...written("maxOpenFiles", "hdfs.maxOpenFiles"),
    ...written("minBlockReplicas", "hdfs.minBlockReplicas"),
    ...written("closeTries", "hdfs.closeTries"),
    ...written("retryInterval", "hdfs.retryInterval", { times: 1000, note: "ms" }),
  ];
}

const FILE_TYPES = ["SequenceFile", "DataStream", "CompressedStream"] as const;

/** `hdfs.fileType`, which Flume reads in any case, in one spelling. */
export function fileType(sink: ComponentReader): (typeof FILE_TYPES)[number] {
  const written = String(sink.known("hdfs.fileType") ?? "SequenceFile").toLowerCase();
  return FILE_TYPES.find((type) => type.toLowerCase() === written) ?? "SequenceFile";
}

function inUseSuffix(sink: ComponentReader): PlanOption[] {
  if (sink.known("hdfs.emptyInUseSuffix") === true) {
    return [{ name: "inUseSuffix", value: literal(""), origin: sink.origin("hdfs.emptyInUseSuffix") }];
  }
  return sink.isWritten("hdfs.inUseSuffix") ? sink.option("inUseSuffix", "hdfs.inUseSuffix") : [];
}

/** `org.apache.hadoop.io.compress.GzipCodec`, `GzipCodec`, `gzip`: all the same to Flume. */
function codec(sink: ComponentReader): PlanOption[] {
  const written = sink.known("hdfs.codeC");
  if (written === undefined || fileType(sink) === "DataStream") return [];
  const name = String(written)
    .replace(/^.*\./, "")
    .replace(/Codec$/i, "")
    .toLowerCase();
  if (name === "none") return [];
  return [{ name: "codec", value: literal(name), origin: sink.origin("hdfs.codeC") }];
}
