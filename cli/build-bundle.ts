import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { EmittedProgram } from "../compiler/emit/emit.ts";

/** Packages are taken from where flafkac itself is installed. */
const OWN_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/**
 * CommonJS packages such as kafkajs call `require` for Node's own modules, which an ES module does not have. Under a
 * name of its own: the program may import `createRequire` too.
 */
const REQUIRE =
  'import { createRequire as requireFor } from "node:module";\nconst require = requireFor(import.meta.url);';

/** One ES module with everything in it: runs on Node with nothing installed. */
export async function bundle(program: EmittedProgram): Promise<string> {
  const esbuild = await import("esbuild");
  const header = program.files.get(program.entry)!.split("\n", 1)[0]!;
  const result = await esbuild.build({
    entryPoints: [program.entry],
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    format: "esm",
    charset: "utf8",
    legalComments: "inline",
    logLevel: "silent",
    banner: { js: program.packages.length > 0 ? `${header}\n${REQUIRE}` : header },
    plugins: [
      {
        name: "emitted-program",
        setup(build) {
          build.onResolve({ filter: /.*/, namespace: "emitted" }, ({ path, importer, kind }) => {
            if (!path.startsWith(".")) return kind === "import-statement" ? undefined : null;
            return { path: posix.join(posix.dirname(importer), path), namespace: "emitted" };
          });
          build.onResolve({ filter: /.*/ }, ({ path, kind }) =>
            // esbuild writes ./agent.ts where the working directory has a file of that name
            kind === "entry-point" ? { path: posix.normalize(path), namespace: "emitted" } : undefined,
          );
          build.onLoad({ filter: /.*/, namespace: "emitted" }, ({ path }) => ({
            contents: program.files.get(path)!,
            loader: "ts",
            resolveDir: OWN_FOLDER,
          }));
        },
      },
    ],
  });
  return result.outputFiles[0]!.text;
}
