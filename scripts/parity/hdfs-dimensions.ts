import type { Choice, Dimension } from "./pairs.ts";

interface Format {
  readonly lines: readonly string[];
  readonly read: "bytes" | "inflated" | "text";
  readonly sequence: boolean;
  readonly showsHeaders: boolean;
}

const bytes = { read: "bytes", sequence: false, showsHeaders: false } as const;
const inflated = { read: "inflated", sequence: false, showsHeaders: false } as const;
const text = { read: "text", sequence: false, showsHeaders: false } as const;
const sequence = { read: "text", sequence: true, showsHeaders: false } as const;

const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["DataStream", { ...bytes, lines: ["hdfs.fileType = DataStream"] }],
  [
    "DataStream, no newline",
    {
      ...bytes,
      lines: ["hdfs.fileType = DataStream", "serializer = text", "serializer.appendNewline = false"],
    },
  ],
  [
    "DataStream, header_and_text",
    { ...bytes, showsHeaders: true, lines: ["hdfs.fileType = datastream", "serializer = header_and_text"] },
  ],
  [
    "DataStream, HEADER_AND_TEXT, no newline",
    {
      ...bytes,
      showsHeaders: true,
      lines: [
        "hdfs.fileType = DataStream",
        "serializer = HEADER_AND_TEXT",
        "serializer.appendNewline = false",
      ],
    },
  ],
  [
    "DataStream, avro_event",
    { ...text, showsHeaders: true, lines: ["hdfs.fileType = DataStream", "serializer = avro_event"] },
  ],
  [
    "CompressedStream, gzip",
    { ...inflated, lines: ["hdfs.fileType = CompressedStream", "hdfs.codeC = gzip"] },
  ],
  [
    "CompressedStream, DefaultCodec, header_and_text",
    {
      ...inflated,
      showsHeaders: true,
      lines: [
        "hdfs.fileType = CompressedStream",
        "hdfs.codeC = DefaultCodec",
        "serializer = header_and_text",
      ],
    },
  ],
  ["SequenceFile", { ...sequence, lines: [] }],
  ["SequenceFile, Text", { ...sequence, lines: ["hdfs.writeFormat = Text"] }],
  [
    "SequenceFile, DefaultCodec",
    {
      ...sequence,
      lines: ["hdfs.fileType = sequencefile", "hdfs.codeC = org.apache.hadoop.io.compress.DefaultCodec"],
    },
  ],
]);

const paths: ReadonlyMap<string, string> = new Map([
  ["plain", "/plain"],
  ["header", "/by-%{key}/all"],
  ["day", "/%Y/%m-%d"],
  ["day and hour", "/%Y-%m-%d/%H"],
  ["many letters", "/%a-%A-%b-%B-%d-%e/%I%p-%k-%l-%M-%S-%y-%j-%n-%z"],
  ["seconds", "/%s"],
  ["host", "/%[localhost]/%[ip]"],
  ["header and time", "/%{key}-%y%m%d/%H%M"],
]);

const zones: ReadonlyMap<string, readonly string[]> = new Map([
  ["machine", []],
  ["New York", ["hdfs.timeZone = America/New_York"]],
  ["Kolkata", ["hdfs.timeZone = Asia/Kolkata"]],
  ["GMT-3", ["hdfs.timeZone = GMT-03:00"]],
]);

const rounds: ReadonlyMap<string, readonly string[]> = new Map([
  ["none", []],
  ["10 minutes", ["hdfs.round = true", "hdfs.roundValue = 10", "hdfs.roundUnit = minute"]],
  ["6 hours", ["hdfs.round = true", "hdfs.roundValue = 6", "hdfs.roundUnit = hour"]],
  ["15 seconds", ["hdfs.round = true", "hdfs.roundValue = 15"]],
]);

const rolls: ReadonlyMap<string, readonly string[]> = new Map([
  ["none", ["hdfs.rollCount = 0", "hdfs.rollSize = 0"]],
  ["7 events", ["hdfs.rollCount = 7", "hdfs.rollSize = 0"]],
  ["300 bytes", ["hdfs.rollCount = 0", "hdfs.rollSize = 300"]],
  ["defaults", []],
]);

const names: ReadonlyMap<string, readonly string[]> = new Map([
  ["defaults", []],
  ["suffix", ["hdfs.fileSuffix = .csv"]],
  ["prefix with header", ["hdfs.filePrefix = calls-%{key}", "hdfs.fileSuffix = .txt"]],
  ["in use", ["hdfs.inUsePrefix = _", "hdfs.inUseSuffix = .part"]],
  ["no in-use suffix", ["hdfs.inUsePrefix = .", "hdfs.emptyInUseSuffix = true"]],
]);

const batches: ReadonlyMap<string, readonly string[]> = new Map([
  ["default", []],
  ["1", ["hdfs.batchSize = 1"]],
  ["1000", ["hdfs.batchSize = 1000"]],
]);

const tables = { format: formats, zone: zones, round: rounds, roll: rolls, names, batch: batches } as const;

/** What varies of an HDFS sink. */
export const hdfsDimensions: readonly Dimension[] = [
  ...Object.entries(tables).map(([name, values]) => ({ name, values: [...values.keys()] })),
  { name: "path", values: [...paths.keys()] },
];

function hasTime(choice: Choice): boolean {
  return /%\w/.test(paths.get(choice.get("path")!)!);
}

/** Where events have no time of their own, only the day is the same in two runs. */
export function sameInEachRun(choice: Choice): boolean {
  return !hasTime(choice) || choice.get("path") === "day";
}

/** How the files of a choice are told apart and read. */
export function formatOf(choice: Choice): Format {
  return formats.get(choice.get("format")!)!;
}

/** The lines of sink1. `localTime`: events have no time of their own. */
export function hdfsLines(choice: Choice, localTime: boolean): string[] {
  const lines = [
    "type = hdfs",
    "channel = channel1",
    `hdfs.path = @HDFS@${paths.get(choice.get("path")!)}`,
    ...formatOf(choice).lines,
    ...[zones, rounds, rolls, names, batches].flatMap(
      (table, index) => table.get(choice.get(["zone", "round", "roll", "names", "batch"][index]!)!)!,
    ),
    // By time files would be rolled where each run happens to be.
    "hdfs.rollInterval = 0",
    ...(localTime && hasTime(choice) ? ["hdfs.useLocalTimeStamp = true"] : []),
  ];
  return lines.map((line) => `agent1.sinks.sink1.${line}`);
}
