import type { Tally } from "./use-cases.ts";

/** What a soak was, and found. */
export interface SoakResult {
  readonly date: Date;
  readonly seed: number;
  readonly seconds: number;
  readonly kills: readonly Tally[];
  readonly faults: readonly Tally[];
}

/** The tables of a soak, as Markdown. */
export function report({ date, seed, seconds, kills, faults }: SoakResult): string {
  return [
    "# Soak",
    "",
    `${date.toISOString().slice(0, 10)}, seed ${seed}, ${Math.round(seconds / 60)} minutes; Node ${process.version}.`,
    "",
    "Written by `npm run soak`. The emitted programs of the four use cases under load, on a real Kafka and a real HDFS; what",
    "went in is compared with what came out, line by line. Lost are lines that were said OK to, and records of a topic;",
    "torn are lines that are not whole, in files or in Kafka.",
    "",
    "## kill -9 of the program",
    "",
    ...table("kills", kills),
    "",
    "A memory channel may lose what it holds when its program is killed (first row; `flafkac lint` says so). What is",
    "twice was delivered and not yet committed when the program was killed.",
    "",
    "## Everything else",
    "",
    "Broker, DataNode and NameNode killed and restarted, programs stopped for longer than their session (SIGSTOP), ended",
    "and started again, and joined by a second one; all four at work at the same time.",
    "",
    ...table("faults", faults),
    "",
  ].join("\n");
}

function table(what: string, tallies: readonly Tally[]): string[] {
  return [
    `| use case | ${what} | acknowledged | lost | twice | torn | out of order | foreign | left in use | bad exits |`,
    "|---|---|---|---|---|---|---|---|---|---|",
    ...tallies.map(
      (tally) =>
        `| ${tally.title} | ${tally.faults} | ${tally.acknowledged} | ${tally.lost} | ${tally.duplicated} | ${tally.torn}` +
        ` | ${tally.reordered} | ${tally.foreign + tally.refusedButStored} | ${tally.leftInUse} | ${tally.badExits} |`,
    ),
  ];
}
