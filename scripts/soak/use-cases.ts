import { type Feed, Flow } from "../../test/servers/faults/flow.ts";
import { Load } from "../../test/servers/faults/load.ts";
import type { Verdict } from "../../test/servers/ledger.ts";
import type { HdfsCluster } from "../servers/hdfs.ts";
import type { KafkaServer } from "../servers/kafka.ts";

/** The four use cases, in their order. */
export const useCases: readonly { readonly feed: Feed; readonly title: string }[] = [
  { feed: "netcat-memory", title: "netcat → memory → Kafka" },
  { feed: "kafka-source", title: "Kafka source → memory → HDFS" },
  { feed: "netcat-kafka-channel", title: "netcat → Kafka channel → HDFS" },
  { feed: "kafka-channel", title: "Kafka channel → HDFS" },
];

/** The servers of a soak. */
export interface Servers {
  readonly kafka: KafkaServer;
  readonly hdfs: HdfsCluster;
}

/** ms; a member that was killed keeps its group waiting for as long. */
const SESSION_TIMEOUT = 1_500;

/** A new flow of a use case, with a topic, a group and a directory of its own, and its load. */
export async function newFlow(feed: Feed, { kafka, hdfs }: Servers): Promise<{ flow: Flow; load: Load }> {
  // Lines of one connection keep their order in one partition only.
  const partitions = feed === "kafka-source" || feed === "kafka-channel" ? 2 : 1;
  const flow = await Flow.build(kafka.bootstrapServers, feed, {
    hdfs,
    topicOptions: { partitions },
    ...(feed === "netcat-memory" ? {} : { sessionTimeout: SESSION_TIMEOUT }),
  });
  return { flow, load: await Load.start(flow, kafka.bootstrapServers, partitions) };
}

/** What became of the events of one use case, summed up. */
export interface Tally extends Record<keyof Verdict, number> {
  readonly title: string;
  /** Kills, or other faults. */
  faults: number;
  acknowledged: number;
  /** Files that were left in use by a program that ended in order. */
  leftInUse: number;
  /** Programs that did not end with 0 when they were told to. */
  badExits: number;
}

/** A tally of nothing yet. */
export function newTally(title: string): Tally {
  return {
    title,
    faults: 0,
    acknowledged: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    torn: 0,
    foreign: 0,
    refusedButStored: 0,
    leftInUse: 0,
    badExits: 0,
  };
}

/** Adds a verdict. */
export function addVerdict(tally: Tally, verdict: Verdict): void {
  tally.lost += verdict.lost;
  tally.duplicated += verdict.duplicated;
  tally.reordered += verdict.reordered;
  tally.torn += verdict.torn;
  tally.foreign += verdict.foreign;
  tally.refusedButStored += verdict.refusedButStored;
}

/** What a program that is killed may lose at most: what its memory channel holds. */
const CAPACITY = 10_000; // events

/**
 * Whether what was promised was kept.
 * @param mayLose by each fault what a memory channel holds.
 */
export function isKept(tally: Tally, mayLose: boolean): boolean {
  const { lost, faults, reordered, torn, foreign, refusedButStored, leftInUse, badExits } = tally;
  const bad = reordered + torn + foreign + refusedButStored + leftInUse + badExits;
  return bad === 0 && lost <= (mayLose ? faults * CAPACITY : 0);
}
