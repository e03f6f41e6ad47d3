import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { isAlive } from "../../scripts/servers/lock.ts";

const servers = new URL("../../scripts/servers/", import.meta.url);
const within = 10_000; // ms

/** Starts a server process, makes a folder and claims a port, prints what they are, and lives on. */
const parent = `
  import { freePort } from ${JSON.stringify(new URL("ports.ts", servers).href)};
  import { temporaryDirectory } from ${JSON.stringify(new URL("reaper.ts", servers).href)};
  import { ServerProcess } from ${JSON.stringify(new URL("server-process.ts", servers).href)};
  const directory = await temporaryDirectory("a folder");
  const child = await ServerProcess.start({
    name: "sleep", command: "sleep", args: ["600"], cwd: directory, logFile: directory + "/log",
  });
  const ended = await ServerProcess.start({
    name: "true", command: "true", args: [], cwd: directory, logFile: directory + "/log",
  });
  await ended.ended;
  await freePort();
  console.log(JSON.stringify({ directory, pid: child.pid }));
`;

test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
  "nothing outlives a process that %s ends",
  async (signal) => {
    const started = spawn(process.execPath, ["--input-type=module-typescript", "-e", parent], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(started.stdout, "data")) as [Buffer];
    const { directory, pid } = JSON.parse(line.toString()) as { directory: string; pid: number };
    expect(isAlive(pid)).toBe(true);
    expect(existsSync(directory)).toBe(true);
    started.kill(signal);
    await once(started, "exit");
    const deadline = performance.now() + within;
    while ((isAlive(pid) || existsSync(directory)) && performance.now() < deadline) await delay(10);
    expect({ alive: isAlive(pid), left: existsSync(directory) }).toEqual({ alive: false, left: false });
  },
);
