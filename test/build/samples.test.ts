import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileBytes, stops } from "../../cli/build-agent.ts";
import type { EmittedProgram } from "../../compiler/emit/emit.ts";
import { applyFixes } from "../../compiler/lint/fix.ts";
import { compile } from "./compile.ts";

const root = new URL("../..", import.meta.url).pathname;
const samples = join(root, "samples");
const names = (await readdir(samples, { withFileTypes: true })).filter((entry) => entry.isDirectory());
/** As people have them, with a mistake; what is left when it is repaired is the sample without these words. */
const AS_WRITTEN = "-as-written";
const mistaken = names.filter(({ name }) => name.endsWith(AS_WRITTEN));
const compiled = names.filter(({ name }) => !name.endsWith(AS_WRITTEN));
const bin = join(root, "node_modules", ".bin");
const run = promisify(execFile);

/** Rewrites what the samples expect; the diff is the review. */
const update = process.env.UPDATE_SAMPLES === "1";

let folder: string;
const programs = new Map<string, EmittedProgram>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flafkac-samples-"));
  for (const { name } of compiled) {
    const conf = await readFile(join(samples, name, "agent.conf"), "utf8");
    programs.set(name, await compile(conf).emit());
  }
  for (const [name, program] of programs) await writeAll(join(folder, name), program.files);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

async function writeAll(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

/** What a sample keeps of its program: all but the library, of which it keeps the list of files. */
function kept(program: EmittedProgram): Map<string, string> {
  const own = [...program.files].filter(([path]) => !path.startsWith("lib/"));
  const library = [...program.files.keys()].filter((path) => path.startsWith("lib/"));
  return new Map([...own, ["lib.txt", library.map((path) => `${path}\n`).join("")]]);
}

describe.each(compiled.map(({ name }) => name))("sample %s", (name) => {
  test("compiles to what is in expected/ (UPDATE_SAMPLES=1 rewrites it)", async () => {
    const program = programs.get(name)!;
    const expected = join(samples, name, "expected");
    if (update) {
      for (const path of await readdir(expected).catch(() => [])) {
        if (!path.startsWith("diagnostics")) await rm(join(expected, path), { recursive: true });
      }
      await writeAll(expected, kept(program));
    }
    const found = new Map<string, string>();
    for (const path of kept(program).keys()) {
      found.set(path, await readFile(join(expected, path), "utf8").catch(() => "(missing)"));
    }
    expect(found).toEqual(kept(program));
  });

  test("compiles to the same bytes again", async () => {
    const conf = await readFile(join(samples, name, "agent.conf"), "utf8");
    const again = await compile(conf).emit();
    expect([...again.files]).toEqual([...programs.get(name)!.files]);
  });

  test("has a program that can be read in one sitting", () => {
    const program = programs.get(name)!;
    const lines = program.files.get(program.entry)!.split("\n");
    expect(lines.length).toBeLessThanOrEqual(300);
    expect(lines.filter((line) => line.length > 110 && !line.includes("//"))).toEqual([]);
  });
});

describe.each(mistaken.map(({ name }) => name))("sample %s", (name) => {
  const file = join(samples, name, "agent.conf");

  test("does not compile, for the sink without a channel", async () => {
    const result = compileBytes(await readFile(file), { path: file, agent: undefined, overrides: [] });
    expect(result.kind).toBe("refused");
    const stopping = result.findings.diagnostics.filter(stops);
    expect(stopping.map(({ code, component }) => [code, component])).toEqual([
      ["channel-unbound", "sinks.sink1"],
    ]);
  });

  test("is repaired by --fix, and is then the program of the sample without the mistake", async () => {
    const text = Buffer.from(applyFixes(await readFile(file)).bytes).toString("utf8");
    const expected = join(samples, name, "expected", "fixed.conf");
    if (update) await writeFile(expected, text);
    expect(await readFile(expected, "utf8")).toBe(text);
    const program = await compile(text).emit();
    expect([...program.files]).toEqual([...programs.get(name.slice(0, -AS_WRITTEN.length))!.files]);
  });
});

test("all samples type-check under strict and erasableSyntaxOnly, in one run", async () => {
  const [first] = programs.values();
  const config = JSON.parse(first!.files.get("tsconfig.json")!);
  config.compilerOptions.types = ["node"];
  config.include = ["*/*.ts", "*/lib"];
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const { stdout } = await run(join(bin, "tsc"), ["-p", folder]).catch((error) => error);
  expect(stdout).toBe("");
});

test("emitted programs need no formatter", async () => {
  const config = JSON.parse(await readFile(join(root, "biome.json"), "utf8"));
  const formatted = join(folder, "formatted");
  for (const [name, program] of programs) {
    await writeAll(join(formatted, name), new Map([[program.entry, program.files.get(program.entry)!]]));
  }
  const { formatter, javascript } = config;
  await writeFile(join(formatted, "biome.json"), JSON.stringify({ root: true, formatter, javascript }));
  await cp(join(formatted), `${formatted}-2`, { recursive: true });
  await run(join(bin, "biome"), ["format", "--write", "."], { cwd: `${formatted}-2` });
  for (const [name, program] of programs) {
    expect(await readFile(join(`${formatted}-2`, name, program.entry), "utf8")).toBe(
      program.files.get(program.entry),
    );
  }
});
