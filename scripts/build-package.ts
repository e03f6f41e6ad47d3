// Bundles the command line into dist/ for the npm package: one small file a start loads, chunks for what each command
// needs. ts-morph and esbuild stay packages of their own; runtime/ is shipped as the text that programs are made of.

import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");

await rm(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { flafkac: "cli/main.ts", "run-compile": "cli/run-compile.ts" },
  outdir: dist,
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  platform: "node",
  target: "node22",
  format: "esm",
  // ts-morph and esbuild are large, and loaded by build alone; kafkajs is for the programs, not for the compiler
  external: ["ts-morph", "esbuild", "kafkajs"],
  // CommonJS parts of dependencies ask for Node's own modules
  banner: {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
await chmod(join(dist, "flafkac.js"), 0o755);

const sizes = Object.entries(result.metafile.outputs).map(([file, { bytes }]) => ({ file, bytes }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`dist/: ${sizes.length} files, ${Math.round(total / 1024)} KiB`);
