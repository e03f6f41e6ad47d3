import { spawn } from "node:child_process";
import { registerHooks } from "node:module";
import { posix } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { CompileRequest } from "./build-agent.ts";
import type { CompiledModules } from "./run-compile.ts";
import { runStateDirectory } from "./run-state.ts";
import type { Terminal } from "./terminal.ts";

/** The modules of the program have addresses of their own: they are in no file. */
const SCHEME = "flafkac:///";

/**
 * Compiles an agent in another process and runs it in this one, which from then on is the program: it ends by
 * itself, or by a signal. Where the file does not compile, the exit code is set and nothing runs.
 */
export async function runAgent(
  request: CompileRequest,
  programArgs: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const compiled = await compileElsewhere(request, terminal);
  if (compiled === undefined) return;
  serveModules(new Map(compiled.modules));
  process.argv = [process.argv[0]!, compiled.entry, ...programArgs];
  const state = process.env.FLAFKAC_STATE_DIR || runStateDirectory(request.path);
  if (state !== undefined) process.env.FLAFKAC_STATE_DIR = state;
  // Not awaited: a fault of the program is the program's to tell, and its agent waits for uncaught ones.
  void import(`${SCHEME}${compiled.entry}`);
}

async function compileElsewhere(
  request: CompileRequest,
  terminal: Terminal,
): Promise<CompiledModules | undefined> {
  const script = import.meta.url.endsWith(".ts") ? "./run-compile.ts" : "./run-compile.js";
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", fileURLToPath(new URL(script, import.meta.url))],
    { stdio: ["pipe", "pipe", "inherit"], env: process.env },
  );
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on("error", () => {}); // the child's end, and its code, say what went wrong
  child.stdin.end(JSON.stringify(request));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return JSON.parse(Buffer.concat(chunks).toString("utf8")) as CompiledModules;
  terminal.exitCode = code ?? 70;
  return undefined;
}

/** Makes the program importable: its own modules from memory, packages from where flafkac is installed. */
function serveModules(modules: ReadonlyMap<string, string>): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier.startsWith(SCHEME)) return { url: specifier, shortCircuit: true };
      if (!context.parentURL?.startsWith(SCHEME)) return nextResolve(specifier, context);
      if (!specifier.startsWith("."))
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      const parent = context.parentURL.slice(SCHEME.length);
      return { url: SCHEME + posix.join(posix.dirname(parent), specifier), shortCircuit: true };
    },
    load(url, context, nextLoad) {
      const source = url.startsWith(SCHEME) ? modules.get(url.slice(SCHEME.length)) : undefined;
      return source === undefined ? nextLoad(url, context) : { format: "module", source, shortCircuit: true };
    },
  });
}
