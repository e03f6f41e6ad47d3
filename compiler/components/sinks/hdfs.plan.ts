import { commentText } from "../../emit/literal.ts";
import { describeCount } from "../../emit/values.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlannedHelper, PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";
import { headersIn } from "../../plan/templates.ts";
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
    const files = {
      role: "hdfs",
      helpers: [fileSystem(sink, target.uri)],
      options: [
        { name: "path", value: target.path, origin: sink.origin("hdfs.path") },
        { name: "filePrefix", value: prefix, origin: sink.origin("hdfs.filePrefix") },
        ...hdfsOptions(sink),
      ],
      says: `${name} writes ${format.summary} into files in ${sink.describe("hdfs.path")}; what is delivered is with every DataNode of the file's pipeline.`,
    };
    return {
      summary: `HDFS, ${sink.describe("hdfs.path")}, ${rolls(sink)}`,
      construction: { ...files, symbol: sinkSymbol("HdfsSink"), more: [format.value] },
      lines: sink.lines(
        "hdfs.path",
        "hdfs.filePrefix",
        "hdfs.timeZone",
        "hdfs.kerberosPrincipal",
        "hdfs.kerberosKeytab",
        "hdfs.proxyUser",
      ),
      batchSize: sink.integer("hdfs.batchSize") ?? literal(100),
      readsHeaders:
        format.readsHeaders === "all"
          ? "all"
          : [...new Set([...format.readsHeaders, ...headersOf(target.path), ...headersOf(prefix)])],
      ...(format.readsHeaders.length === 0 && {
        fetchedForm: {
          construction: { ...files, symbol: sinkSymbol("HdfsRecordSink"), more: [format.value] },
        },
      }),
      promise: `reaches ${sink.describe("hdfs.path")} at least once`,
      safeAfter: "replicas",
    };
  },
};

function sinkSymbol(name: "HdfsSink" | "HdfsRecordSink") {
  return { name, module: name === "HdfsSink" ? "sinks/hdfs/hdfs-sink.ts" : "sinks/hdfs/hdfs-record-sink.ts" };
}

function fileSystem(sink: ComponentReader, uri: PlanOption[]): PlannedHelper {
  const { defaultFs } = sink.context.settings;
  const given: PlanOption[] =
    defaultFs === undefined || namesHost(uri)
      ? []
      : [
          {
            name: "defaultFs",
            value: literal(defaultFs),
            origin: { from: "written", place: "--default-fs" },
            note: "flafkac build --default-fs",
          },
        ];
  return {
    role: "fileSystem",
    value: {
      kind: "runtime",
      use: "call",
      symbol: { name: "hadoopFileSystem", module: "hdfs/hadoop.ts" },
      args: [
        { kind: "context" },
        {
          kind: "options",
          options: [
            ...uri,
            ...given,
            ...sink.option("kerberosPrincipal", "hdfs.kerberosPrincipal"),
            ...sink.option("keytab", "hdfs.kerberosKeytab"),
            ...sink.option("proxyUser", "hdfs.proxyUser"),
            {
              name: "callTimeout",
              value: sink.integer("hdfs.callTimeout") ?? literal(30_000),
              origin: sink.origin("hdfs.callTimeout"),
              note: "ms",
            },
          ],
        },
      ],
    },
    says:
      uri.length > 0 || defaultFs !== undefined
        ? `Where ${commentText(sink.component.name)} writes.`
        : `Where ${commentText(sink.component.name)} writes: fs.defaultFS of the core-site.xml in HADOOP_CONF_DIR, since hdfs.path names no file system.`,
  };
}

/** Whether it says all of where the file system is; `hdfs:///logs` leaves the host to the default one. */
function namesHost([uri]: readonly PlanOption[]): boolean {
  if (uri === undefined) return false;
  return uri.value.kind !== "literal" || !/^(?!file:)[^:]+:(?:\/\/)?$/i.test(String(uri.value.value));
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
