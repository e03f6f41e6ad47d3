import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { isOver, isSameBoot, thisRun } from "../../runtime/sinks/hdfs/run-identity.ts";

const here = thisRun();
const statOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)!.split(" ");

describe.runIf(existsSync("/proc/self/stat"))("whether a run is over", () => {
  it("is not, while it lives", () => {
    expect(isOver(here, here)).toBe(false);
    expect(isSameBoot(here, here)).toBe(true);
  });

  it("is, where its number has gone to another process, or the machine was started again", () => {
    expect(isOver({ ...here, started: "1" }, here)).toBe(true);
    expect(isOver({ ...here, boot: "earlier" }, here)).toBe(true);
    expect(isSameBoot({ ...here, boot: "earlier" }, here)).toBe(false);
  });

  it("cannot be seen from another machine, or out of another container", () => {
    expect(isOver({ ...here, host: "elsewhere" }, here)).toBeUndefined();
    expect(isOver({ ...here, pidNamespace: "pid:[1]" }, here)).toBeUndefined();
  });

  it("is, where its parent has not asked for its end", async () => {
    // The shell becomes a program that knows of no child.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void parent.kill("SIGKILL"));
    let pid = 0;
    for await (const line of createInterface({ input: parent.stdout })) {
      pid = Number(line);
      break;
    }
    const run = { ...here, pid, started: statOf(pid)[20]! };
    expect(isOver(run, here)).toBe(false);
    process.kill(pid, "SIGKILL");
    await expect.poll(() => statOf(pid)[1]).toBe("Z");
    expect(isOver(run, here)).toBe(true);
  });
});
