import { parseArgs } from "node:util";

/** How many records a run of a program takes. */
export interface RunSize {
  /** Records that go through before the clock starts: the JVM needs them, short runs would flatter us. */
  readonly warmUp: number;
  readonly measured: number;
}

/** What a benchmark was asked for. */
export interface BenchOptions {
  /** Runs of each program. */
  readonly runs: number;
  readonly size: RunSize;
  /** For Flume, where as many records as the others take would take too long. */
  readonly flumeSize: RunSize;
  /** Names of programs, see `peerNamed`; the first is the one that the others are compared with. */
  readonly peers: readonly string[];
  /** Processes of one program that share the work. */
  readonly processes: number;
  /** Partitions of the topic. */
  readonly partitions: number;
  /** The most bytes of a record batch in a topic that is filled beforehand. */
  readonly batchBytes: number;
}

/** What a benchmark does when it is not told otherwise. */
export interface BenchDefaults {
  readonly size: RunSize;
  /** Default: as `size`. */
  readonly flumeSize?: RunSize;
  readonly peers: readonly string[];
}

/** Java's producer fills batches up to so many bytes (`batch.size`). */
const JAVA_BATCH_BYTES = 16_384;

/** Reads the options that all benchmarks beside Flume have. Exits with a sentence when one is not known. */
export function benchOptions({ size, flumeSize = size, peers }: BenchDefaults): BenchOptions {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "5" },
      records: { type: "string" },
      "warm-up": { type: "string" },
      "flume-records": { type: "string" },
      "flume-warm-up": { type: "string" },
      peer: { type: "string", multiple: true, default: [...peers] },
      processes: { type: "string", default: "1" },
      partitions: { type: "string" },
      "batch-bytes": { type: "string", default: String(JAVA_BATCH_BYTES) },
    },
  });
  // Fewer records than by default are fewer for Flume, too.
  const own = sizeOf(values.records, values["warm-up"], size);
  const flumes = sizeOf(values["flume-records"], values["flume-warm-up"], {
    warmUp: Math.min(flumeSize.warmUp, own.warmUp),
    measured: Math.min(flumeSize.measured, own.measured),
  });
  const processes = Number(values.processes);
  return {
    runs: Number(values.runs),
    size: own,
    flumeSize: flumes,
    peers: values.peer,
    processes,
    partitions: Number(values.partitions ?? processes),
    batchBytes: Number(values["batch-bytes"]),
  };
}

function sizeOf(measured: string | undefined, warmUp: string | undefined, defaults: RunSize): RunSize {
  return {
    measured: Number(measured ?? defaults.measured),
    warmUp: Number(warmUp ?? defaults.warmUp),
  };
}
