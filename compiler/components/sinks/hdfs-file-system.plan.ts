import { commentText } from "../../emit/literal.ts";
import { CannotPlan, type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlannedHelper, PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";

/** The object that a sink writes with, and what it can promise. */
export interface PlannedFileSystem {
  readonly helper: PlannedHelper;
  /** In a word or two, for the header comment. */
  readonly what: string;
  /** What is certain of an event that is delivered, as the end of a sentence. */
  readonly delivered: string;
  readonly safeAfter: "replicas" | "system";
}

/** What reaches the file system of a scheme; what a program does not need is not in it. */
interface Way {
  readonly symbol: { readonly name: string; readonly module: string };
  readonly what: string;
  readonly says: string;
  readonly delivered: string;
  readonly safeAfter: "replicas" | "system";
}

const AT_DATA_NODES = "what is delivered is with every DataNode of the file's pipeline";
const IN_CLOSED_FILE = "an event is delivered when its file is closed";

const WAYS = new Map<string, Way>([
  [
    "hdfs",
    {
      symbol: { name: "hdfsFileSystem", module: "hdfs/hadoop.ts" },
      what: "HDFS",
      says: "by HDFS's own protocols",
      delivered: AT_DATA_NODES,
      safeAfter: "replicas",
    },
  ],
  ["webhdfs", overHttp("over HTTP")],
  ["swebhdfs", overHttp("over HTTPS")],
  [
    "file",
    {
      symbol: { name: "LocalFileSystem", module: "hdfs/local-file-system.ts" },
      what: "local files",
      says: "on the disks of this machine",
      delivered: "what is delivered is with this machine's operating system",
      safeAfter: "system",
    },
  ],
]);

function overHttp(says: string): Way {
  return {
    symbol: { name: "webHdfsFileSystem", module: "hdfs/hadoop.ts" },
    what: `HDFS ${says}`,
    says,
    delivered: IN_CLOSED_FILE,
    safeAfter: "replicas",
  };
}

/** Chosen when the program starts. */
const ANY_WAY: Way = {
  symbol: { name: "hadoopFileSystem", module: "hdfs/hadoop.ts" },
  what: "HDFS",
  says: "fs.defaultFS of the core-site.xml in HADOOP_CONF_DIR, since hdfs.path names no file system",
  delivered: `${AT_DATA_NODES}, or in a file that is closed`,
  safeAfter: "replicas",
};

/** The file system of `hdfs.path`; `uri` is what of the path names it, if anything does. */
export function fileSystemOf(sink: ComponentReader, uri: readonly PlanOption[]): PlannedFileSystem {
  const given = namesHost(uri) ? undefined : sink.context.settings.defaultFs;
  const named = beginning(uri) ?? given;
  const scheme = named === undefined ? undefined : schemeOf(named);
  const way = (scheme === undefined ? undefined : WAYS.get(scheme)) ?? ANY_WAY;
  refuse(sink, scheme, named);
  const { symbol, what, delivered, safeAfter } = way;
  const where = `Where ${commentText(sink.component.name)} writes`;
  return {
    helper: {
      role: "fileSystem",
      value:
        scheme === "file"
          ? { kind: "runtime", use: "new", symbol, args: [] }
          : { kind: "runtime", use: "call", symbol, args: [{ kind: "context" }, options(sink, uri, given)] },
      says: way === ANY_WAY && named !== undefined ? `${where}.` : `${where}: ${way.says}.`,
    },
    what,
    delivered,
    safeAfter,
  };
}

function options(sink: ComponentReader, uri: readonly PlanOption[], given: string | undefined): PlanValue {
  const origin = { from: "written", place: "--default-fs" } as const;
  const note = "flafkac build --default-fs";
  return {
    kind: "options",
    options: [
      ...uri,
      ...(given === undefined ? [] : [{ name: "defaultFs", value: literal(given), origin, note }]),
      ...login(sink),
      ...sink.option("proxyUser", "hdfs.proxyUser"),
      {
        name: "callTimeout",
        value: sink.integer("hdfs.callTimeout") ?? literal(30_000),
        origin: sink.origin("hdfs.callTimeout"),
        note: "ms for a call with all its repetitions, or an acknowledgement",
      },
    ],
  };
}

function login(sink: ComponentReader): PlanOption[] {
  const principal = sink.value("hdfs.kerberosPrincipal");
  if (principal === undefined) return [];
  const keytab = sink.value("hdfs.kerberosKeytab");
  if (keytab === undefined) {
    throw new CannotPlan(sink, "hdfs.kerberosPrincipal", "hdfs.kerberosPrincipal needs hdfs.kerberosKeytab.");
  }
  const symbol = { name: "kerberosLogin", module: "hdfs/kerberos.ts" };
  return [
    {
      name: "login",
      value: { kind: "runtime", use: "call", symbol, args: [{ kind: "context" }, principal, keytab] },
      origin: sink.origin("hdfs.kerberosPrincipal"),
    },
  ];
}

function refuse(sink: ComponentReader, scheme: string | undefined, named: string | undefined): void {
  if (scheme === "file" && /^file:\/\/[^/]/i.test(named!)) {
    throw new CannotPlan(sink, "hdfs.path", "A file:// path has no host: write file:///…");
  }
  if (scheme?.endsWith("webhdfs") && sink.isWritten("hdfs.kerberosPrincipal")) {
    throw new CannotPlan(
      sink,
      "hdfs.kerberosPrincipal",
      "The compiled program speaks Kerberos by HDFS's own protocols only: write hdfs:// instead of webhdfs://.",
    );
  }
}

/** Whether it says all of where the file system is; `hdfs:///logs` leaves the host to the default one. */
function namesHost([uri]: readonly PlanOption[]): boolean {
  if (uri === undefined) return false;
  return uri.value.kind !== "literal" || !/^(?!file:)[^:]+:(?:\/\/)?$/i.test(String(uri.value.value));
}

/** The text in front, with the scheme in it: nothing that is looked up at the start can stand there. */
function beginning([uri]: readonly PlanOption[]): string | undefined {
  if (uri === undefined) return undefined;
  const [first] = uri.value.kind === "look-up" ? uri.value.parts : [uri.value];
  if (typeof first === "string") return first;
  return uri.value.kind === "literal" ? String(uri.value.value) : undefined;
}

function schemeOf(named: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(named)?.[1]?.toLowerCase();
}
