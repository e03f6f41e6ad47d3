import type { Terminal } from "../../cli/terminal.ts";

/** A terminal that keeps what is printed. */
export class MemoryTerminal implements Terminal {
  exitCode = 0;
  readonly columns: number | undefined;
  readonly hasColours: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #stdin: Uint8Array;
  readonly #out: Uint8Array[] = [];
  readonly #err: string[] = [];

  constructor({
    stdin = "",
    env = {},
    columns,
    hasColours = false,
  }: {
    stdin?: string | Uint8Array;
    env?: Readonly<Record<string, string>>;
    columns?: number;
    hasColours?: boolean;
  } = {}) {
    this.#stdin = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
    this.env = env;
    this.columns = columns;
    this.hasColours = hasColours;
  }

  out(text: string | Uint8Array): void {
    this.#out.push(typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  err(text: string): void {
    this.#err.push(text);
  }

  async readStdin(): Promise<Uint8Array> {
    return this.#stdin;
  }

  /** What went to standard output. */
  get bytes(): Uint8Array {
    return Buffer.concat(this.#out);
  }

  get output(): string {
    return new TextDecoder().decode(this.bytes);
  }

  get errors(): string {
    return this.#err.join("");
  }
}
