import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Output } from "./outputs.ts";
import type { RunningPeer } from "./peers.ts";
import { cpuTime } from "./process-usage.ts";

/** A look at an output and at the programs that write it. */
export interface Glance {
  /** ms, of `performance.now()`. */
  readonly time: number;
  /** Bytes that have come out. */
  readonly bytes: number;
  /** µs of CPU that the programs have used, together. */
  readonly cpu: number;
}

const LOOK_EVERY = 5; // ms
const GIVE_UP_AFTER = 120_000; // ms without a byte

/**
 * Waits until at least so many bytes have come out.
 * @throws Error with the end of the log when a program has ended, or nothing comes any more.
 */
export async function waitForBytes(
  output: Output,
  programs: readonly RunningPeer[],
  bytes: number,
): Promise<Glance> {
  let last = -1;
  let grown = performance.now();
  for (;;) {
    const found = output.bytes();
    const time = performance.now();
    if (found >= bytes) {
      return { time, bytes: found, cpu: programs.reduce((sum, { pid }) => sum + cpuTime(pid), 0) };
    }
    if (found > last) {
      last = found;
      grown = time;
    }
    const ended = programs.find(({ running }) => !running);
    if (ended !== undefined) throw failure("the program has ended", found, bytes, ended);
    if (time - grown > GIVE_UP_AFTER) throw failure("nothing comes any more", found, bytes, programs[0]!);
    await delay(LOOK_EVERY);
  }
}

function failure(what: string, found: number, wanted: number, { logFile }: RunningPeer): Error {
  const log = readFileSync(logFile, "utf8").slice(-4_000);
  return new Error(`${what}: ${found} of ${wanted} bytes have come out. The end of its log:\n${log}`);
}
