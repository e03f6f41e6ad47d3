// Compiles in a process of its own, so that the memory of the compiler is gone when the program runs.

import { stripTypeScriptTypes } from "node:module";
import process from "node:process";
import { report } from "./build.ts";
import { CannotCompile, type CompileRequest, compileAgent } from "./build-agent.ts";
import { giveUp, processTerminal } from "./terminal.ts";

/** A compiled program on its way to the process that runs it: JavaScript by path. */
export interface CompiledModules {
  readonly entry: string;
  readonly modules: readonly (readonly [path: string, code: string])[];
}

const terminal = processTerminal();
const request = JSON.parse(Buffer.from(await terminal.readStdin()).toString("utf8")) as CompileRequest;
try {
  const compiled = await compileAgent(request);
  await report(compiled.findings, compiled.kind === "refused", terminal);
  if (compiled.kind === "refused") {
    terminal.exitCode = 1;
  } else {
    const { entry, files } = await compiled.emit();
    const modules = [...files].filter(([path]) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
    const stripped: CompiledModules = {
      entry,
      modules: modules.map(([path, text]) => [path, stripTypeScriptTypes(text)]),
    };
    process.stdout.write(JSON.stringify(stripped));
  }
} catch (error) {
  if (!(error instanceof CannotCompile)) throw error;
  giveUp(terminal, error.message);
}
