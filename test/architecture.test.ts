import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each folder may import; `types` only with `import type`. */
const ARROWS: Readonly<Record<string, { values: readonly string[]; types: readonly string[] }>> = {
  grammar: { values: ["grammar"], types: [] },
  runtime: { values: ["runtime"], types: [] },
  compiler: { values: ["grammar", "compiler"], types: ["runtime"] },
  cli: { values: ["grammar", "compiler", "cli"], types: [] },
};

/** Packages that a folder may import. None of them is loaded by another folder, and so neither by a lint. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  grammar: ["chevrotain"],
  runtime: ["kafkajs", "@platformatic/wasm-utils"],
  compiler: ["ts-morph"],
  cli: ["chalk", "commander", "esbuild"],
};

const IMPORT = /^\s*(import|export)\s+(type\s)?[^;"']*?from\s+"([^"]+)"|\b(import)\s*\(\s*"([^"]+)"/gm;

interface Arrow {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

function arrowsOf(folder: string): Arrow[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const file = `${folder}/${name.replaceAll("\\", "/")}`;
      const code = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      return [...code.matchAll(IMPORT)].map((match) => ({
        file,
        target: match[3] ?? match[5]!,
        isType: match[2] !== undefined,
      }));
    });
}

test.each(Object.entries(ARROWS))("%s imports only what it may", (folder, { values, types }) => {
  const arrows = arrowsOf(folder);
  expect(arrows.length).toBeGreaterThan(20);
  const wrong = arrows.filter(({ file, target, isType }) => {
    if (target.startsWith("node:")) return false;
    if (!target.startsWith(".")) {
      return !PACKAGES[folder]!.some((name) => target === name || target.startsWith(`${name}/`));
    }
    const path = posix.join(posix.dirname(file), target);
    if (path === "package.json") return false;
    const to = path.split("/", 1)[0]!;
    return !values.includes(to) && !(isType && types.includes(to));
  });
  expect(wrong).toEqual([]);
});

test("one file alone loads ts-morph", () => {
  const users = arrowsOf("compiler").filter(({ target, isType }) => target === "ts-morph" && !isType);
  expect(users.map(({ file }) => file)).toEqual(["compiler/emit/lift.ts"]);
});
