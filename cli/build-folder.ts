import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { readRuntime } from "./build-runtime.ts";

/** The folder holds something that a build must not write over. */
export class FolderTaken extends Error {
  override readonly name = "FolderTaken";
}

/** The folder cannot be read or written: why, for the user. */
export class FolderUnusable extends Error {
  override readonly name = "FolderUnusable";
}

/** A file of a folder that is not as it should be. */
export interface Difference {
  readonly file: string;
  readonly how: "missing" | "differs" | "no longer needed";
}

/**
 * Writes a program. What an earlier build left in `lib/` and this one does not need goes away.
 *
 * @throws FolderTaken where the folder holds another project, or another agent's program
 * @throws FolderUnusable where the system does not let it be written
 */
export async function writeProgram(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await orUnusable(folder, "written", async () => {
    await refuseOthers(folder, files);
    for (const file of await leftovers(folder, files)) await rm(join(folder, file));
    // The manifest first: it is what an interrupted build is known by when it is repeated.
    for (const file of new Set(["package.json", ...files.keys()])) {
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, files.get(file)!);
    }
  });
}

/**
 * How a folder differs from a program, by file.
 *
 * @throws FolderUnusable where the system does not let it be read
 */
export async function differences(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<readonly Difference[]> {
  return orUnusable(folder, "read", async () => {
    const found: Difference[] = [];
    for (const [file, text] of files) {
      const there = await textOf(join(folder, file));
      if (there !== text) found.push({ file, how: there === undefined ? "missing" : "differs" });
    }
    const rest = await leftovers(folder, files);
    return [...found, ...rest.map((file) => ({ file, how: "no longer needed" as const }))];
  });
}

/** Does something to a folder; what the system says against it is told in a sentence, not as a fault of flafkac. */
async function orUnusable<T>(folder: string, verb: "read" | "written", action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new FolderUnusable(`${folder} cannot be ${verb}: ${message}.`);
  }
}

/** Only a folder with none of the files to be written, or with the package.json of this very agent, may be written into. */
async function refuseOthers(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const there = await textOf(join(folder, "package.json"));
  if (there === undefined) {
    for (const file of files.keys()) {
      if ((await textOf(join(folder, file))) === undefined) continue;
      throw new FolderTaken(
        `${join(folder, file)} is there already, and not from flafkac. Choose another folder.`,
      );
    }
    return;
  }
  const [found, own] = [there, files.get("package.json")!].map(descriptionOf);
  if (found === own) return;
  throw new FolderTaken(
    found?.endsWith(", compiled by flafkac") === true
      ? `${folder} holds another program: ${found}. Choose a folder of its own for each agent.`
      : `${join(folder, "package.json")} belongs to another project, and would be written over. Choose another folder.`,
  );
}

function descriptionOf(manifest: string): string | undefined {
  try {
    const { description } = JSON.parse(manifest) as { description?: unknown };
    return typeof description === "string" ? description : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Files that can only be from an earlier build: parts of the run time that are not in this program, and a bundle of
 * it, which would go on doing what the configuration no longer says.
 */
async function leftovers(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const bundles = [...files.keys()].filter(isEntry).map((file) => file.replace(/\.ts$/, ".mjs"));
  const old: string[] = [];
  for (const file of bundles) {
    if (!files.has(file) && (await textOf(join(folder, file))) !== undefined) old.push(file);
  }
  return [...old, ...(await unusedParts(folder, files))];
}

/** The program itself is the one TypeScript file beside `lib/`. */
function isEntry(file: string): boolean {
  return file.endsWith(".ts") && !file.includes("/");
}

async function unusedParts(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const library = join(folder, "lib");
  const names = await readdir(library, { recursive: true }).catch(() => []);
  const runtime = names.length === 0 ? new Map() : await readRuntime();
  return names
    .map((name) => name.split(sep).join("/"))
    .filter((name) => runtime.has(name) && !files.has(`lib/${name}`))
    .map((name) => `lib/${name}`)
    .sort();
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
