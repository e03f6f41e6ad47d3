import { crc32 } from "node:zlib";

/** What was written on one connection and what was said about it. Line numbers count from 0. */
export interface ConnectionLedger {
  readonly connection: string;
  /** Lines handed to the socket. */
  readonly written: number;
  /** Numbers of the lines that were answered with OK. */
  readonly acknowledged: ReadonlySet<number>;
  /** Numbers of the lines that were answered with FAILED. */
  readonly failed: ReadonlySet<number>;
  /** How often a line was written where that is not once: number → times. */
  readonly copies?: ReadonlyMap<number, number>;
}

/** What came out: a record of a topic, or a line of a file. */
export interface Delivered {
  /** Where the order counts: a topic's partition, or a file. */
  readonly partition: number | string;
  /** Where it stands in that: an offset, or the line's number. */
  readonly offset: number | bigint;
  readonly value: Buffer | null;
}

/** The one oracle: what came out compared with what went in. */
export interface Verdict {
  /** Lines answered with OK that did not come out. */
  readonly lost: number;
  /** Records beyond the first of a line. */
  readonly duplicated: number;
  /** First records of a line that stand, in their partition, behind a later line of the same connection. */
  readonly reordered: number;
  /** Records whose checksum is wrong. */
  readonly torn: number;
  /** Records of lines that nobody wrote. */
  readonly foreign: number;
  /** Records of lines that were answered with FAILED. */
  readonly refusedButStored: number;
}

/** The text of a line, without the newline: connection, number, filling, checksum of all before it. */
export function ledgerLine(connection: string, number: number, length = 100): string {
  const head = `${connection} ${number} `;
  const filled = head.padEnd(length - 9, "abcdefghijklmnopqrstuvwxyz");
  return `${filled} ${crc32(filled).toString(16).padStart(8, "0")}`;
}

/** A line that came out more often than it was written. */
export interface Duplicate {
  readonly connection: string;
  readonly number: number;
  /** Where a copy beyond the first stands: `partition or file @ offset or line`. */
  readonly at: string;
}

/** A verdict, and where its duplicates stand. */
export interface Findings {
  readonly verdict: Verdict;
  readonly duplicates: readonly Duplicate[];
}

/** Compares what came out with what the writers have noted. */
export function judge(ledgers: Iterable<ConnectionLedger>, records: Iterable<Delivered>): Verdict {
  return examine(ledgers, records).verdict;
}

/** As {@link judge}, and says where each duplicate stands. */
export function examine(ledgers: Iterable<ConnectionLedger>, records: Iterable<Delivered>): Findings {
  const byConnection = new Map([...ledgers].map((ledger) => [ledger.connection, ledger]));
  const seen = new Map([...byConnection.keys()].map((connection) => [connection, new Map<number, number>()]));
  const highest = new Map<string, number>(); // of a connection in a partition
  const duplicates: Duplicate[] = [];
  let reordered = 0;
  let torn = 0;
  let foreign = 0;
  let refusedButStored = 0;
  for (const { partition, offset, value } of records) {
    const text = value?.toString("latin1") ?? "";
    if (!isWhole(text)) {
      torn++;
      continue;
    }
    const { connection, number } = lineOf(text);
    const ledger = byConnection.get(connection);
    if (ledger === undefined || number >= ledger.written) {
      foreign++;
      continue;
    }
    const times = seen.get(connection)!;
    const before = times.get(number) ?? 0;
    times.set(number, before + 1);
    if (before > 0) {
      if (before >= (ledger.copies?.get(number) ?? 1)) {
        duplicates.push({ connection, number, at: `${partition} @ ${offset}` });
      }
      continue;
    }
    if (ledger.failed.has(number)) refusedButStored++;
    const lane = `${partition} ${connection}`;
    if (number < (highest.get(lane) ?? -1)) reordered++;
    else highest.set(lane, number);
  }
  let lost = 0;
  for (const [connection, { acknowledged }] of byConnection) {
    const times = seen.get(connection)!;
    for (const number of acknowledged) if (!times.has(number)) lost++;
  }
  const duplicated = duplicates.length;
  return { verdict: { lost, duplicated, reordered, torn, foreign, refusedButStored }, duplicates };
}

/**
 * The ledgers of what lies in a topic, for programs that read it: every record must come out, as often as it lies
 * there. Numbers that the topic does not hold count as refused.
 * @throws Error when a record is none of a ledger's.
 */
export function ledgersOf(records: Iterable<Delivered>): ConnectionLedger[] {
  const timesByConnection = new Map<string, Map<number, number>>();
  for (const { partition, offset, value } of records) {
    const text = value?.toString("latin1") ?? "";
    if (!isWhole(text)) throw new Error(`No line of a ledger at ${partition} @ ${offset}.`);
    const { connection, number } = lineOf(text);
    const times = timesByConnection.get(connection) ?? new Map<number, number>();
    timesByConnection.set(connection, times);
    times.set(number, (times.get(number) ?? 0) + 1);
  }
  return [...timesByConnection].map(([connection, times]) => {
    const acknowledged = new Set(times.keys());
    let written = 0;
    for (const number of acknowledged) written = Math.max(written, number + 1);
    const failed = new Set<number>();
    for (let number = 0; number < written; number++) if (!acknowledged.has(number)) failed.add(number);
    const copies = new Map([...times].filter(([, count]) => count > 1));
    return { connection, written, acknowledged, failed, copies };
  });
}

function isWhole(text: string): boolean {
  return crc32(text.slice(0, -9)).toString(16).padStart(8, "0") === text.slice(-8);
}

function lineOf(text: string): { connection: string; number: number } {
  const [connection = "", digits] = text.split(" ", 2);
  return { connection, number: Number(digits) };
}

/** How many lines were answered with OK, over all connections. */
export function acknowledgedLines(ledgers: Iterable<ConnectionLedger>): number {
  let sum = 0;
  for (const { acknowledged } of ledgers) sum += acknowledged.size;
  return sum;
}
