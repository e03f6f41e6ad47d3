import { cpus } from "node:os";
import type { Column, Figures } from "./figures.ts";
import type { BenchOptions } from "./options.ts";
import { type Peer, peerNamed } from "./peers.ts";
import { spread, spreadText } from "./statistics.ts";

/** A comparison of programs. */
export interface Comparison {
  /** As after `npm run bench --`. */
  readonly name: string;
  readonly options: BenchOptions;
  readonly columns: readonly Column[];
  /** The servers, for the line above the table: `Kafka 4.4.0`. */
  readonly servers: string;
  /** The hand-written program, where there is one. */
  readonly handWritten?: string;
  /** One run. @throws Error when a record is missing, twice there or damaged. */
  readonly measure: (peer: Peer) => Promise<Figures>;
}

/**
 * Lets the programs take turns, in one order and then in the other, so that a busy machine is busy for all, and prints
 * a Markdown table for bench/README.md. A first run that does not count warms the servers up.
 */
export async function compare(comparison: Comparison): Promise<void> {
  const { options, columns, handWritten, measure } = comparison;
  const { runs } = options;
  const peers = options.peers.map((name) => peerNamed(name, handWritten));
  const results = new Map<Peer, Figures[]>(peers.map((peer) => [peer, []]));
  await measure(peers[0]!);
  for (let run = 1; run <= runs; run++) {
    for (const peer of run % 2 === 1 ? peers : [...peers].reverse()) {
      const figures = await measure(peer);
      results.get(peer)!.push(figures);
      const cells = columns.map(
        ({ title, digits, of }) => `${of(figures).toLocaleString("en-US", fraction(digits))} ${title}`,
      );
      console.log(`run ${run} of ${runs}  ${peer.name}: ${cells.join(", ")}`);
    }
  }
  report(comparison, peers, results);
}

function fraction(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

function report(
  { name, columns, servers }: Comparison,
  peers: readonly Peer[],
  results: ReadonlyMap<Peer, readonly Figures[]>,
): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "CPU"}`;
  const date = new Date().toISOString().slice(0, 10);
  const command = [`npm run bench -- ${name}`, ...process.argv.slice(2)].join(" ");
  console.log(`\n${date}, ${machine}, Node ${process.version}, ${servers}: \`${command}\`\n`);
  const titles = ["program", ...columns.map(({ title }) => title), "times its events/s", "of its CPU"];
  console.log(`| ${titles.join(" | ")} |`);
  console.log(`|${"---|".repeat(titles.length)}`);
  const [first] = peers;
  const own = results.get(first!)!;
  const rate = (all: readonly Figures[]) => spread(all.map((each) => each.eventsPerSecond)).median;
  const cpu = (all: readonly Figures[]) => spread(all.map((each) => each.cpuPerEvent)).median;
  for (const peer of peers) {
    const all = results.get(peer)!;
    const cells = [
      peer.name,
      ...columns.map(({ digits, of }) => spreadText(spread(all.map(of)), digits)),
      peer === first ? "" : `${(rate(own) / rate(all)).toFixed(2)} ×`,
      peer === first ? "" : `1/${(cpu(all) / cpu(own)).toFixed(2)}`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
