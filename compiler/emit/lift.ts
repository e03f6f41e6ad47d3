import { posix } from "node:path";
import { ts } from "ts-morph";
import { LINE_WIDTH, printImport, type RuntimeSymbol } from "./import-list.ts";
import {
  type ImportedName,
  NotLiftableError,
  type RuntimeDeclaration,
  type RuntimeModule,
  readRuntimeModule,
} from "./runtime-module.ts";

/** The modules of `runtime/` by path below it (`sources/netcat.ts`), as text. */
export type RuntimeSources = ReadonlyMap<string, string>;

/** The part of `runtime/` that a program reaches. */
export interface LiftedLibrary {
  /** By path below `lib/`. */
  readonly files: ReadonlyMap<string, string>;
  /** npm packages that the files import, sorted. */
  readonly packages: readonly string[];
}

/**
 * Copies the declarations that `symbols` reach, directly or through others, out of the run-time modules: same
 * folders, same order, doc comments kept, imports cut down to what is still used.
 *
 * @throws NotLiftableError where a name leads nowhere or a module is not made of declarations alone.
 */
export function lift(sources: RuntimeSources, symbols: readonly RuntimeSymbol[]): LiftedLibrary {
  const modules = new Map<string, RuntimeModule>();
  const reached = new Map<string, Set<RuntimeDeclaration>>();
  const packages = new Set<string>();
  const ambient = new Set<string>();

  function moduleAt(path: string): RuntimeModule {
    let module = modules.get(path);
    if (module === undefined) {
      const text = sources.get(path);
      if (text === undefined) throw new NotLiftableError(path, 1, "there is no such module");
      module = readRuntimeModule(ts, path, text);
      modules.set(path, module);
    }
    return module;
  }

  function reach(path: string, name: string): void {
    const module = moduleAt(path);
    const declarations = module.declarations.filter((declaration) => declaration.names.includes(name));
    if (declarations.length === 0) throw new NotLiftableError(path, 1, `declares no ${name}`);
    const here = reached.get(path) ?? new Set();
    reached.set(path, here);
    for (const declaration of declarations) {
      if (here.has(declaration)) continue;
      here.add(declaration);
      for (const mention of declaration.mentions) follow(module, mention);
      for (const from of declaration.dynamicImports) followWhole(module, from);
    }
  }

  function follow(module: RuntimeModule, name: string): void {
    const imported = module.imports.get(name);
    if (imported === undefined) {
      reach(module.path, name);
    } else if (imported.from.startsWith(".")) {
      const target = posix.join(posix.dirname(module.path), imported.from);
      if (imported.imported === "*") {
        throw new NotLiftableError(module.path, 1, `imports all of ${target}; name what is used`);
      }
      reach(target, imported.imported);
    } else {
      usePackage(imported.from);
    }
  }

  /** `import("…")`: all that the module exports. */
  function followWhole(module: RuntimeModule, from: string): void {
    if (!from.startsWith(".")) {
      usePackage(from);
      return;
    }
    const target = moduleAt(posix.join(posix.dirname(module.path), from));
    for (const { names, text } of target.declarations) {
      if (/^export /m.test(text)) for (const name of names) reach(target.path, name);
    }
  }

  function usePackage(from: string): void {
    if (from.startsWith("node:")) return;
    packages.add(packageOf(from));
    for (const path of declaringFiles(sources, from)) ambient.add(path);
  }

  for (const symbol of symbols) reach(symbol.module, symbol.name);

  const files = new Map<string, string>();
  for (const path of [...reached.keys(), ...ambient].sort()) {
    const here = reached.get(path);
    files.set(path, here === undefined ? sources.get(path)! : printModule(moduleAt(path), here));
  }
  return { files, packages: [...packages].sort() };
}

/** `kafkajs/src/cluster/index.js` and `@scope/name/x.js` without what follows the package's name. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The `.d.ts` files beside the modules that declare the types of an import which ships none of its own. */
function declaringFiles(sources: RuntimeSources, specifier: string): string[] {
  return [...sources]
    .filter(([path, text]) => path.endsWith(".d.ts") && text.includes(`declare module "${specifier}"`))
    .map(([path]) => path);
}

function printModule(module: RuntimeModule, reached: ReadonlySet<RuntimeDeclaration>): string {
  const declarations = module.declarations.filter((declaration) => reached.has(declaration));
  const used = new Set(declarations.flatMap((declaration) => [...declaration.mentions]));
  const imports = [...module.imports.values()].filter((imported) => used.has(imported.local));
  const body = declarations.map((declaration) => declaration.text).join("\n\n");
  return imports.length === 0 ? `${body}\n` : `${printImports(imports)}\n\n${body}\n`;
}

function printImports(imports: readonly ImportedName[]): string {
  const statements = Map.groupBy(imports, (imported) => `${imported.order} ${imported.from}`);
  return [...statements.values()].map(printStatement).join("\n");
}

/** One statement again, as it stood in the module, without the names that are no longer used. */
function printStatement(names: readonly ImportedName[]): string {
  const allTypes = names.every((name) => name.typeOnly);
  const keyword = allTypes ? "import type" : "import";
  const from = names[0]!.from;
  const named = names.filter((name) => name.form === "named");
  const whole = names
    .filter((name) => !named.includes(name))
    .map((name) => (name.form === "namespace" ? `* as ${name.local}` : name.local));
  if (named.length === 0) {
    return `${keyword} ${whole.join(", ")} from "${from}";`;
  }
  const bindings = named.map((name) => printBinding(name, allTypes));
  if (whole.length === 0) {
    return printImport(keyword, bindings, from);
  }
  const line = `${keyword} ${whole.join(", ")}, { ${bindings.join(", ")} } from "${from}";`;
  return line.length <= LINE_WIDTH ? line : printImport(`${keyword} ${whole.join(", ")},`, bindings, from);
}

function printBinding(name: ImportedName, allTypes: boolean): string {
  const renamed = name.imported === name.local ? name.local : `${name.imported} as ${name.local}`;
  return name.typeOnly && !allTypes ? `type ${renamed}` : renamed;
}
