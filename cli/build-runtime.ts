import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { PackageVersions } from "../compiler/emit/project-files.ts";
import manifest from "../package.json" with { type: "json" };

/** `runtime/`, beside this folder both in a checkout and in the installed package. */
const RUNTIME = fileURLToPath(new URL("../runtime/", import.meta.url));

/** The modules of `runtime/` as text, by path with `/`, in a fixed order. */
export async function readRuntime(): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(RUNTIME, { recursive: true });
  const paths = names.filter((name) => name.endsWith(".ts")).sort();
  const texts = await Promise.all(paths.map((path) => readFile(join(RUNTIME, path), "utf8")));
  return new Map(paths.map((path, index) => [path.split(sep).join("/"), texts[index]!]));
}

/** The versions that this release is tested with; emitted programs get the same. */
export function packageVersions(): PackageVersions {
  return new Map(Object.entries({ ...manifest.devDependencies, ...manifest.dependencies }));
}
