import { commentText } from "../../emit/literal.ts";
import { describeCount } from "../../emit/values.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { FetchedForm, HeadersRead, PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";
import { headersIn } from "../../plan/templates.ts";
import { fileSystemOf } from "./hdfs-file-system.plan.ts";
import { formatOf } from "./hdfs-format.plan.ts";
import { hdfsOptions } from "./hdfs-options.plan.ts";
import { prefixOf, targetOf } from "./hdfs-target.plan.ts";

/** An `HdfsSink` of the run time, or an `HdfsRecordSink` where records can be written as they were fetched. */
export const hdfsPlan: ComponentPlan = {
  of: "sink",
  plan(sink, parts) {
    const name = commentText(sink.component.name);
    const target = targetOf(sink);
    const prefix = prefixOf(sink);
    const format = formatOf(sink, () => parts("serializer"));
    const fileSystem = fileSystemOf(sink, target.uri);
    const inPath = [...headersOf(target.path), ...headersOf(prefix)];
    const files = {
      role: "hdfs",
      helpers: [fileSystem.helper],
      options: [
        { name: "path", value: target.path, origin: sink.origin("hdfs.path") },
        { name: "filePrefix", value: prefix, origin: sink.origin("hdfs.filePrefix") },
        ...hdfsOptions(sink),
      ],
      more: [format.value],
      says: `${name} writes ${format.summary} into files in ${sink.describe("hdfs.path")}; ${fileSystem.delivered}.`,
    };
    const { readsHeaders } = format;
    return {
      summary: `${fileSystem.what}, ${sink.describe("hdfs.path")}, ${rolls(sink)}`,
      construction: { ...files, symbol: { name: "HdfsSink", module: "sinks/hdfs/hdfs-sink.ts" } },
      lines: sink.lines(
        "hdfs.path",
        "hdfs.filePrefix",
        "hdfs.timeZone",
        "hdfs.kerberosPrincipal",
        "hdfs.kerberosKeytab",
        "hdfs.proxyUser",
      ),
      batchSize: sink.integer("hdfs.batchSize") ?? literal(100),
      readsHeaders: readsHeaders === "all" ? "all" : [...new Set([...readsHeaders, ...inPath])],
      fetchedForm: {
        construction: {
          ...files,
          symbol: { name: "HdfsRecordSink", module: "sinks/hdfs/hdfs-record-sink.ts" },
        },
        readsHeaders: inPath,
        ...(readsHeaders.length > 0 && { handedHeaders: headersOption(readsHeaders) }),
      } satisfies FetchedForm,
      promise: `reaches ${sink.describe("hdfs.path")} at least once`,
      safeAfter: fileSystem.safeAfter,
    };
  },
};

/** What `HdfsRecordSink` gets for formats that write headers, or the time among them. */
function headersOption(of: HeadersRead): PlanOption {
  return { name: "headers", value: { kind: "headers of records", of }, origin: { from: "flafkac" } };
}

function headersOf(value: PlanValue): readonly string[] {
  return value.kind === "template" ? headersIn(value.parts) : [];
}

/** When a new file begins, for the header comment. */
function rolls(sink: ComponentReader): string {
  const limits = [
    ["hdfs.rollInterval", "s"],
    ["hdfs.rollSize", "bytes"],
    ["hdfs.rollCount", "events"],
  ] as const;
  const when = limits.flatMap(([property, unit]) => {
    const value = sink.integer(property);
    const never = value === undefined || (value.kind === "literal" && Number(value.value) <= 0);
    return never ? [] : [`${describeCount(value)} ${unit}`];
  });
  return when.length === 0 ? "one file for ever" : `a new file after ${when.join(" or ")}`;
}
