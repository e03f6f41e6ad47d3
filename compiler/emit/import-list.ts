/** A declaration of the run-time library: its name and its module below `lib/`, such as `sources/netcat.ts`, or a `node:` module. */
export interface RuntimeSymbol {
  readonly name: string;
  readonly module: string;
}

/** Collects what a program uses of `lib/` and prints the import statements, sorted, each name once. */
export class ImportList {
  readonly #values = new Map<string, Set<string>>();
  readonly #types = new Map<string, Set<string>>();

  /** Notes that the program calls or constructs `symbol`; returns its name. */
  use(symbol: RuntimeSymbol): string {
    addTo(this.#values, symbol);
    return symbol.name;
  }

  /** Notes that the program names `symbol` as a type only; returns its name. */
  useType(symbol: RuntimeSymbol): string {
    addTo(this.#types, symbol);
    return symbol.name;
  }

  /** Everything noted, for `lift`. */
  get symbols(): readonly RuntimeSymbol[] {
    return [...this.#values, ...this.#types]
      .filter(([module]) => !module.startsWith("node:"))
      .flatMap(([module, names]) => [...names].map((name) => ({ name, module })));
  }

  /** One statement a line, values before types, sorted by module. */
  print(): string {
    const types = new Map<string, Set<string>>();
    for (const [module, names] of this.#types) {
      const rest = [...names].filter((name) => this.#values.get(module)?.has(name) !== true);
      if (rest.length > 0) types.set(module, new Set(rest));
    }
    return [...printAll("import", this.#values), ...printAll("import type", types)].join("\n");
  }
}

function addTo(modules: Map<string, Set<string>>, symbol: RuntimeSymbol): void {
  const names = modules.get(symbol.module) ?? new Set();
  modules.set(symbol.module, names.add(symbol.name));
}

function printAll(keyword: string, modules: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...modules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) =>
      printImport(keyword, [...names].sort(), module.startsWith("node:") ? module : `./lib/${module}`),
    );
}

/** The longest line of an emitted file, in characters; the same as in `runtime/`. */
export const LINE_WIDTH = 110;

/** An import statement of named bindings, broken up as the formatter of `runtime/` would. */
export function printImport(keyword: string, names: readonly string[], from: string): string {
  const line = `${keyword} { ${names.join(", ")} } from "${from}";`;
  if (line.length <= LINE_WIDTH) {
    return line;
  }
  return `${keyword} {\n${names.map((name) => `  ${name},\n`).join("")}} from "${from}";`;
}
