import { type CompiledAgent, compileBytes } from "../../cli/build-agent.ts";
import type { EmittedProgram } from "../../compiler/emit/emit.ts";

/** Compiles a configuration that has no errors; says which there are where it has. */
export function compile(conf: string, agent?: string, file = "agent.conf"): CompiledAgent {
  const result = compileBytes(conf, { path: file, agent, overrides: [] });
  if (result.kind === "compiled") return result;
  throw new Error(result.findings.diagnostics.map((one) => `${one.code}: ${one.message}`).join("\n"));
}

/** The text of the emitted `<agent>.ts`. */
export async function programOf(conf: string): Promise<string> {
  const program = await emitted(conf);
  return program.files.get(program.entry)!;
}

/** The whole emitted program. */
export function emitted(conf: string): Promise<EmittedProgram> {
  return compile(conf).emit();
}
