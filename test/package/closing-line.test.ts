import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CommandFailed, runCommand } from "../../scripts/servers/command.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";

const root = new URL("../..", import.meta.url).pathname;

/** Runs vitest, with the closing line, over files in a folder of their own. */
async function run(files: Readonly<Record<string, string>>): Promise<{ code: number; lastLine: string }> {
  const directory = await temporaryDirectory("vitest");
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const args = [
    ...[join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--root", directory, "--globals"],
    ...["--reporter", "default", "--reporter", join(root, "scripts", "closing-line.ts")],
  ];
  const env = { ...process.env, FORCE_COLOR: "0" };
  const ended = await runCommand(process.execPath, args, { cwd: directory, env }).catch((error: unknown) => {
    if (error instanceof CommandFailed) return error;
    throw error;
  });
  const lastLine = ended.stdout.trimEnd().split("\n").at(-1) ?? "";
  return { code: ended instanceof CommandFailed ? (ended.exitCode ?? -1) : 0, lastLine };
}

test("the last line of a run counts what passed, failed and was skipped, and the exit code agrees", async () => {
  const good = "test('one', () => {}); test('two', () => {});";
  expect(await run({ "good.test.mjs": good })).toEqual({ code: 0, lastLine: "2 passed, 0 failed" });
  expect(await run({ "good.test.mjs": good, "skip.test.mjs": "test.skip('x', () => {});" })).toEqual({
    code: 0,
    lastLine: "2 passed, 0 failed, 1 skipped",
  });
  expect(
    await run({
      "good.test.mjs": good,
      "bad.test.mjs": "test('bad', () => { throw new Error('no'); });",
      "broken.test.mjs": "throw new Error('no test can be collected');",
    }),
  ).toEqual({ code: 1, lastLine: "2 passed, 2 failed" });
});
