import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which run of a program this is, so that a later one can tell whether it is over. */
export interface RunIdentity {
  readonly host: string;
  /** Of the machine's start; empty where the system does not say. */
  readonly boot: string;
  /** Process numbers mean something within one only; empty where there is no such thing. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process started, in the system's own unit; empty where the system does not say. */
  readonly started: string;
}

/** This run. */
export function thisRun(): RunIdentity {
  return {
    host: hostname(),
    boot: textOf("/proc/sys/kernel/random/boot_id"),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    started: startOf(process.pid),
  };
}

/** Whether a run is over: `undefined` where this cannot be seen from here, as that of another container. */
export function isOver(run: RunIdentity, here: RunIdentity): boolean | undefined {
  if (run.host !== here.host) return undefined;
  if (run.boot !== here.boot) return true;
  if (run.pidNamespace !== here.pidNamespace) return undefined;
  try {
    process.kill(run.pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  return isUnburied(run.pid) || startOf(run.pid) !== run.started;
}

/** Whether what a run has written, but not forced to the disk, is certainly there. */
export function isSameBoot(run: RunIdentity, here: RunIdentity): boolean {
  return run.boot !== "" && run.host === here.host && run.boot === here.boot;
}

function startOf(pid: number): string {
  return statusOf(pid)[20] ?? "";
}

/** A process that has ended, and still has its number because its parent does not ask how (a zombie). */
function isUnburied(pid: number): boolean {
  return /^[ZX]$/.test(statusOf(pid)[1] ?? "");
}

/** What the system says of a process after its name; nothing where there is no `/proc`. */
function statusOf(pid: number): string[] {
  // The name of the program, in parentheses, may hold anything.
  return textOf(`/proc/${pid}/stat`).split(")").at(-1)!.split(" ");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
