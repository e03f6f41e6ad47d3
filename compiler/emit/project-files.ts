import type { LookUp, PipelinePlan } from "../plan/pipeline-plan.ts";
import { commentText } from "./literal.ts";

/** Exact versions of packages, by name. */
export type PackageVersions = ReadonlyMap<string, string>;

/** What a package asks for in a range of versions; named beside it, so that it is exact as well. */
const BROUGHT_ALONG: ReadonlyMap<string, readonly string[]> = new Map([
  ["@platformatic/wasm-utils", ["@platformatic/dynamic-buffer"]],
]);

/**
 * Packages of native code that a module of the run time loads when it is used, by that module. Where npm cannot build
 * one, the rest is installed all the same, and the program says at its start what it misses.
 */
const NATIVE: ReadonlyMap<string, { readonly name: string; readonly version: string }> = new Map([
  ["hdfs/kerberos.ts", { name: "kerberos", version: "7.0.0" }],
]);

/**
 * `package.json` of an emitted program: what it imports, and what type-checks it, in exact versions. `modules` are
 * those of the run time in it.
 *
 * @throws Error for a package whose version is not given.
 */
export function printPackageJson(
  plan: PipelinePlan,
  packages: readonly string[],
  modules: ReadonlySet<string>,
  versions: PackageVersions,
): string {
  const exact = (names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => {
        const version = versions.get(name);
        if (version === undefined) throw new Error(`no version is pinned for ${name}`);
        return [name, version];
      }),
    );
  const native = [...NATIVE].flatMap(([module, one]) => (modules.has(module) ? [one] : []));
  const dependencies = packages.flatMap((name) => [...(BROUGHT_ALONG.get(name) ?? []), name]);
  const manifest = {
    name: packageName(plan.program),
    version: "1.0.0",
    description: `${plan.agent} of ${plan.file}, compiled by flafkac`,
    private: true,
    type: "module",
    engines: { node: ">=22.18.0" },
    scripts: { start: `node ${plan.program}.ts`, check: "tsc" },
    ...(dependencies.length > 0 && { dependencies: exact(dependencies) }),
    ...(native.length > 0 && {
      optionalDependencies: Object.fromEntries(native.map(({ name, version }) => [name, version])),
    }),
    devDependencies: exact(["@types/node", "typescript"]),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** npm's names are in lower case and begin with a letter or a digit. */
function packageName(program: string): string {
  return program.toLowerCase().replace(/^[^a-z0-9]+/, "") || "agent";
}

/** `tsconfig.json`: strict, and only syntax that Node can strip. */
export function printTsconfig(): string {
  const config = {
    compilerOptions: {
      target: "es2024",
      lib: ["es2024"],
      module: "nodenext",
      types: ["node"],
      strict: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ["*.ts", "lib"],
  };
  // Short lists on one line, as a formatter would have them
  const text = JSON.stringify(config, null, 2).replace(
    /\[\s+([^\]]*?)\s+\]/g,
    (_, inner: string) => `[${inner.replace(/\s+/g, " ")}]`,
  );
  return `${text}\n`;
}

/** `.env.example`: the variables that the program reads, without values. */
export function printEnvExample(plan: PipelinePlan, lookUps: readonly LookUp[]): string {
  const head = [
    `# What ${commentText(plan.agent)} needs at run time. Fill in a copy: node --env-file=.env ${plan.program}.ts`,
    "# Each value may be in a file instead, whose name is in the variable with _FILE at its end.",
  ];
  const entries = lookUps.flatMap((lookUp) => {
    const name = [...plan.sources, ...plan.channels, ...plan.sinks].find(
      ({ id }) => id === lookUp.component,
    )?.name;
    const of = name === undefined ? "" : ` of ${commentText(name)}`;
    const what = `${commentText(lookUp.property)}${of}${lookUp.secret ? ", secret" : ""}`;
    return lookUp.fallback === undefined
      ? ["", `# ${what}`, `${lookUp.variable}=`]
      : ["", `# ${what}; ${commentText(lookUp.fallback)} unless set`, `# ${lookUp.variable}=`];
  });
  return `${[...head, ...entries].join("\n")}\n`;
}
