import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "../../cli/program.ts";
import { MemoryTerminal } from "./memory-terminal.ts";

const root = resolve(import.meta.dirname, "../..");

/** Rewrites what the samples expect; the diff is the review. */
const update = process.env.UPDATE_SAMPLES === "1";

const samples = readdirSync(join(root, "samples")).map((name) => ({
  path: `samples/${name}/agent.conf`,
  expected: `samples/${name}/expected/diagnostics.json`,
}));
const mistakes = {
  path: "test/lint/samples/common-mistakes.conf",
  expected: "test/lint/samples/common-mistakes",
};

async function lint(path: string, format: string): Promise<string> {
  const terminal = new MemoryTerminal({ stdin: readFileSync(join(root, path)), columns: 100 });
  await runProgram(["lint", "--format", format, "-"], terminal);
  return terminal.output.replaceAll("<stdin>", path);
}

function expectFile(path: string, text: string): void {
  const file = join(root, path);
  if (update) writeFileSync(file, text);
  expect(text).toBe(
    existsSync(file) ? readFileSync(file, "utf8") : "(no such file: UPDATE_SAMPLES=1 writes it)",
  );
}

describe("what lint says of the samples is in expected/ (UPDATE_SAMPLES=1 rewrites it)", () => {
  test.each(samples.map(({ path, expected }) => [path, expected]))("%s", async (path, expected) => {
    expectFile(expected, await lint(path, "json"));
  });

  test(mistakes.path, async () => {
    expectFile(`${mistakes.expected}.json`, await lint(mistakes.path, "json"));
    expectFile(`${mistakes.expected}.txt`, await lint(mistakes.path, "pretty"));
  });
});
