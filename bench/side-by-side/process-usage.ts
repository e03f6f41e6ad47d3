import { readFileSync } from "node:fs";

/** Linux counts a process's CPU time in hundredths of a second, whatever the kernel's own tick is. */
const TICK = 10_000; // µs

/** CPU time that all threads of a process have used so far, user and system, in µs. Linux only. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The command's name may hold anything, but it ends at the last parenthesis; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** The most memory that a process has had resident so far, in MB (2^20 bytes). Linux only. */
export function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kilobytes) / 1024;
}
