import type { LookUp, PipelinePlan } from "../plan/pipeline-plan.ts";
import type { RuntimeSources } from "./lift.ts";
import { printProgram } from "./program.ts";
import { type PackageVersions, printEnvExample, printPackageJson, printTsconfig } from "./project-files.ts";

/** Everything that an emitted program is made of. The same plan gives the same bytes. */
export interface EmittedProgram {
  /** The program's file: `agent1.ts`. */
  readonly entry: string;
  /** Texts by path below the output folder, with `/`, in a fixed order. */
  readonly files: ReadonlyMap<string, string>;
  /** npm packages that it imports. */
  readonly packages: readonly string[];
  /** Values that it looks up when it starts. */
  readonly lookUps: readonly LookUp[];
}

/** What emitting takes from around the compiler, read by whoever may read files. */
export interface EmitOptions {
  /** The text of `runtime/`. */
  readonly runtime: RuntimeSources;
  /** flafkac's own version, for the header comment. */
  readonly version: string;
  readonly packageVersions: PackageVersions;
}

/** Prints a plan as a program: `<agent>.ts`, the part of the run time that it reaches, and its project files. */
export async function emit(plan: PipelinePlan, options: EmitOptions): Promise<EmittedProgram> {
  const program = printProgram(plan, options.version);
  // ts-morph takes half a second and 70 MB to load: only who emits pays for it.
  const { lift } = await import("./lift.ts");
  const library = lift(options.runtime, program.symbols);
  const entry = `${plan.program}.ts`;
  const files = new Map<string, string>([
    [entry, program.text],
    ...[...library.files].map(([path, text]): [string, string] => [`lib/${path}`, text]),
    [
      "package.json",
      printPackageJson(plan, library.packages, new Set(library.files.keys()), options.packageVersions),
    ],
    ["tsconfig.json", printTsconfig()],
  ]);
  if (program.lookUps.length > 0) files.set(".env.example", printEnvExample(plan, program.lookUps));
  return { entry, files, packages: library.packages, lookUps: program.lookUps };
}
