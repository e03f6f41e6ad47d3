import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { runCommand } from "../../scripts/servers/command.ts";

const root = new URL("../..", import.meta.url).pathname;
const readme = await readFile(join(root, "README.md"), "utf8");
const listenWithin = 30_000; // ms

/** The commands of the block that the README marks as executed by this file under a name. */
function commands(name: string): string[] {
  const mark = `<!-- executed by test/package/readme.test.ts: ${name} -->\n\`\`\`sh\n`;
  const start = readme.indexOf(mark);
  if (start < 0) throw new Error(`README.md has no block marked ${name}.`);
  const end = readme.indexOf("```", start + mark.length);
  return readme
    .slice(start + mark.length, end)
    .trim()
    .split("\n");
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test("the way without Java works as the README has it", async () => {
  const [install, lint = "", run = "", ...others] = commands("without-java");
  const [send = "", ...more] = commands("send-a-line");
  expect([...others, ...more]).toEqual([]);
  expect(install).toBe("npm ci"); // done already, or this test would not run
  expect(await listens(20_444), "something else listens on the README's port").toBe(false);

  await runCommand("bash", ["-c", lint], { cwd: root });

  // A process group of its own is what a terminal gives it, and what ^C goes to.
  const program = spawn("bash", ["-c", run], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(program, "exit");
  let log = "";
  for (const stream of [program.stdout, program.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
  }
  try {
    const deadline = performance.now() + listenWithin;
    while (!(await listens(20_444))) {
      if (program.exitCode !== null || performance.now() > deadline) throw new Error(`Not started:\n${log}`);
      await delay(20);
    }
    expect((await runCommand("bash", ["-c", send])).stdout).toBe("OK\n");
    while (!log.includes("hello")) {
      if (performance.now() > deadline) throw new Error(`The line is not in the log:\n${log}`);
      await delay(20);
    }
  } finally {
    process.kill(-program.pid!, "SIGINT");
    await ended;
  }
  expect(await listens(20_444)).toBe(false);
});

test("the two commands that the README begins with are scripts of the package", async () => {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(readme).toContain("npm ci && npm run demo\n");
  expect(readme).toContain("npm ci && npm test\n");
  for (const [, name = ""] of readme.matchAll(/npm run (?:-s )?([\w:-]+)/g))
    expect(scripts).toHaveProperty(name);
  expect(scripts.test).toBeDefined();
});
