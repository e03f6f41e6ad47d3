import type { PlannedPart } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { HeadersRead, PlanValue } from "../../plan/pipeline-plan.ts";

/** What files hold: the last argument of the run-time sink. */
export interface PlannedFormat {
  readonly value: PlanValue;
  readonly readsHeaders: HeadersRead;
  /** For comments: `bodies, a line each,`. */
  readonly summary: string;
}

/** Hadoop's codecs that the run time has; all others are refused, but for `none`. */
const CODECS = ["gzip", "deflate", "default", "snappy", "lz4"] as const;
type Codec = (typeof CODECS)[number];

/** What Hadoop lets their files' names end in. */
const EXTENSIONS: Readonly<Record<Codec, string>> = {
  gzip: ".gz",
  deflate: ".deflate",
  default: ".deflate",
  snappy: ".snappy",
  lz4: ".lz4",
};

/** Those that Hadoop puts blocks around. */
const IN_BLOCKS: ReadonlySet<Codec> = new Set(["snappy", "lz4"]);

/** `hdfs.fileType` with its codec, its serializer or its `hdfs.writeFormat`. */
export function formatOf(sink: ComponentReader, serializer: () => PlannedPart): PlannedFormat {
  const codec = codecOf(sink);
  if (fileType(sink) === "sequencefile") {
    const format = sink.known("hdfs.writeFormat") === "Text" ? "Text" : "Writable";
    const compressed = codec === undefined ? "" : `, compressed with ${codec}`;
    return {
      value: runtime("sequenceFile", "sequence-file", [literal(format), ...codecValue(codec)]),
      readsHeaders: ["timestamp"],
      summary: `bodies, keyed by their time, as ${format} in a SequenceFile${compressed},`,
    };
  }
  const part = serializer();
  const inFile = part.inFile ?? part.value;
  const readsHeaders = part.readsHeaders ?? [];
  return codec === undefined
    ? { value: runtime("dataStream", "file-format", [inFile]), readsHeaders, summary: part.summary }
    : {
        value: runtime("compressedStream", "compressed-stream", [...codecValue(codec), inFile]),
        readsHeaders,
        summary: `${part.summary} compressed with ${codec},`,
      };
}

function fileType(sink: ComponentReader): string {
  return String(sink.known("hdfs.fileType") ?? "SequenceFile").toLowerCase();
}

/** `org.apache.hadoop.io.compress.GzipCodec`, `GzipCodec`, `gzip`: all the same to Flume. */
function codecOf(sink: ComponentReader): Codec | undefined {
  const written = sink.known("hdfs.codeC");
  if (written === undefined || fileType(sink) === "datastream") return undefined;
  const name = String(written)
    .replace(/^.*\./, "")
    .replace(/Codec$/i, "")
    .toLowerCase();
  return CODECS.find((one) => one === name);
}

/** What a file's name ends in where `hdfs.fileSuffix` is empty: Hadoop's extension of the codec. */
export function codecExtension(sink: ComponentReader): string {
  const codec = codecOf(sink);
  return codec === undefined ? "" : EXTENSIONS[codec];
}

function codecValue(codec: Codec | undefined): PlanValue[] {
  if (codec === undefined) return [];
  return [
    {
      kind: "runtime",
      use: "symbol",
      symbol: {
        name: `${codec}Codec`,
        module: `sinks/hdfs/${IN_BLOCKS.has(codec) ? "block-codecs" : "codecs"}.ts`,
      },
      args: [],
    },
  ];
}

function runtime(name: string, module: string, args: readonly PlanValue[]): PlanValue {
  return { kind: "runtime", use: "call", symbol: { name, module: `sinks/hdfs/${module}.ts` }, args };
}
