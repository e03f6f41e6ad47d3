import { readFile } from "node:fs/promises";

/** The most memory that a process has had so far (VmHWM), MB. Linux only. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  return Math.round(kilobytes / 1_000);
}
