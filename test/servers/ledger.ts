import { crc32 } from "node:zlib";
import type { TopicRecord } from "../../scripts/servers/topic.ts";

/** What was written on one connection and what was said about it. Line numbers count from 0. */
export interface ConnectionLedger {
  readonly connection: string;
  /** Lines handed to the socket. */
  readonly written: number;
  /** Numbers of the lines that were answered with OK. */
  readonly acknowledged: ReadonlySet<number>;
  /** Numbers of the lines that were answered with FAILED. */
  readonly failed: ReadonlySet<number>;
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

/** Compares a topic's records with what the writers have noted. */
export function judge(ledgers: Iterable<ConnectionLedger>, records: readonly TopicRecord[]): Verdict {
  const byConnection = new Map([...ledgers].map((ledger) => [ledger.connection, ledger]));
  const seen = new Map([...byConnection.keys()].map((connection) => [connection, new Set<number>()]));
  const highest = new Map<string, number>(); // of a connection in a partition
  let duplicated = 0;
  let reordered = 0;
  let torn = 0;
  let foreign = 0;
  let refusedButStored = 0;
  for (const { partition, value } of records) {
    const text = value?.toString("latin1") ?? "";
    if (crc32(text.slice(0, -9)).toString(16).padStart(8, "0") !== text.slice(-8)) {
      torn++;
      continue;
    }
    const [connection = "", digits] = text.split(" ", 2);
    const number = Number(digits);
    const ledger = byConnection.get(connection);
    if (ledger === undefined || number >= ledger.written) {
      foreign++;
      continue;
    }
    const numbers = seen.get(connection)!;
    if (numbers.has(number)) {
      duplicated++;
      continue;
    }
    numbers.add(number);
    if (ledger.failed.has(number)) refusedButStored++;
    const lane = `${partition} ${connection}`;
    if (number < (highest.get(lane) ?? -1)) reordered++;
    else highest.set(lane, number);
  }
  let lost = 0;
  for (const [connection, { acknowledged }] of byConnection) {
    const numbers = seen.get(connection)!;
    for (const number of acknowledged) if (!numbers.has(number)) lost++;
  }
  return { lost, duplicated, reordered, torn, foreign, refusedButStored };
}

/** How many lines were answered with OK, over all connections. */
export function acknowledgedLines(ledgers: Iterable<ConnectionLedger>): number {
  let sum = 0;
  for (const { acknowledged } of ledgers) sum += acknowledged.size;
  return sum;
}
