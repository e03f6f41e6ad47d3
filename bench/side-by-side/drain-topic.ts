import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import { compare } from "./compare.ts";
import { columns, type Figures } from "./figures.ts";
import { LINE_BYTES } from "./numbered-lines.ts";
import type { BenchOptions } from "./options.ts";
import type { Output } from "./outputs.ts";
import type { Job, Peer, RunningPeer } from "./peers.ts";
import { peakMemory } from "./process-usage.ts";
import { Supply, startBenchKafka } from "./supply.ts";
import { waitForBytes } from "./watch.ts";

/** Where one process of a program reads and writes in one run. */
export interface Place {
  readonly bootstrapServers: string;
  readonly topic: string;
  readonly group: string;
  /** Where it writes. */
  readonly path: string;
}

/** A benchmark of programs that read a topic and write what is in it. */
export interface DrainBenchmark {
  readonly name: string;
  readonly options: BenchOptions;
  /** Beside the broker: `HDFS 3.4.3`. */
  readonly servers?: string;
  readonly handWritten?: string;
  newOutput(processes: number): Promise<Output>;
  jobAt(place: Place, batchSize: number | undefined): Job;
}

const LINE = LINE_BYTES + 1; // with its newline

/** Starts a broker and compares the programs; the table is printed. */
export async function compareDrains(benchmark: DrainBenchmark): Promise<void> {
  const { name, options, handWritten } = benchmark;
  const kafka = await startBenchKafka({
    // Kafka's own default: processes that are started together join one generation of the group, so that no
    // partition changes hands while the clock runs. One alone need not wait.
    "group.initial.rebalance.delay.ms": options.processes > 1 ? 3_000 : 0,
  });
  try {
    const supply = new Supply(kafka, options);
    await compare({
      name,
      options,
      servers: [`Kafka ${kafka.version}`, benchmark.servers].filter((each) => each !== undefined).join(", "),
      columns: columns("first record"),
      ...(handWritten === undefined ? {} : { handWritten }),
      measure: (peer) => measure(benchmark, kafka, supply, peer),
    });
  } finally {
    await kafka.close();
  }
}

/**
 * One run: fresh processes, a fresh group, all records of a topic that was filled before. The clock starts with the first
 * look at an output that holds the warm-up, and counts what comes out after that.
 */
async function measure(
  { options, newOutput, jobAt }: DrainBenchmark,
  kafka: KafkaServer,
  supply: Supply,
  peer: Peer,
): Promise<Figures> {
  const { processes, partitions } = options;
  const { warmUp, measured } = peer.isFlume ? options.flumeSize : options.size;
  const count = warmUp + measured;
  const topic = await supply.topicOf(count);
  const group = `bench-${Date.now()}`;
  const output = await newOutput(processes);
  const { bootstrapServers } = kafka;
  const starts: (() => Promise<RunningPeer>)[] = [];
  for (let process = 0; process < processes; process++) {
    const job = jobAt({ bootstrapServers, topic, group, path: output.pathOf(process) }, peer.batchSize);
    const environment = { ...job.environment, BENCH_PROCESS: `${process}/${processes}` };
    starts.push(await peer.prepare({ ...job, environment }));
  }

  const begin = performance.now();
  const programs = await Promise.all(starts.map((start) => start()));
  try {
    const first = await waitForBytes(output, programs, 1);
    const warm = await waitForBytes(output, programs, warmUp * LINE);
    const full = await waitForBytes(output, programs, count * LINE);
    const memory = Math.max(...programs.map(({ pid }) => peakMemory(pid)));
    await Promise.all(programs.map((program) => program.stop()));
    await output.check(count, partitions);
    const records = (full.bytes - warm.bytes) / LINE;
    return {
      eventsPerSecond: (records / (full.time - warm.time)) * 1000,
      cpuPerEvent: (full.cpu - warm.cpu) / records,
      peakMemory: memory,
      start: first.time - begin,
    };
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    await output.remove();
  }
}
