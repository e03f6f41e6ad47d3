import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const program = fileURLToPath(new URL("fixtures/hdfs-writer.ts", import.meta.url));

/** A program with an HDFS sink, in a process of its own. */
export class HdfsWriter {
  /** The number after the last line that it has delivered. */
  delivered: number;
  log = "";
  readonly #process: ChildProcess;
  readonly #told: (() => void)[] = [];

  /** `uri` empty: on the local disk. Without `batches` it goes on until it is killed. */
  constructor(uri: string, directory: string, state: string, first: number, size: number, batches?: number) {
    const words = [uri, directory, first, size, ...(batches === undefined ? [] : [batches])].map(String);
    this.delivered = first;
    this.#process = spawn(process.execPath, [program, ...words], {
      env: { ...process.env, FLAFKAC_STATE_DIR: state },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      // A number may come in pieces: what stands before a line end is whole.
      const numbers = `${this.#rest}${text}`.split("\n");
      this.#rest = numbers.pop()!;
      if (numbers.length > 0) this.delivered = Number(numbers.at(-1));
      this.#tell();
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log += text;
      this.#tell();
    });
    this.#process.on("exit", () => this.#tell());
    onTestFinished(() => this.kill());
  }

  #rest = "";

  /** Waits for something to be so. Throws when the program ends before that. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#hasEnded) throw new Error(`the program ended: ${this.log}`);
      await new Promise<void>((resolve) => this.#told.push(resolve));
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.kill("SIGKILL");
    await once(this.#process, "close");
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#process.kill("SIGTERM");
    await once(this.#process, "close");
    return this.#process.exitCode;
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #tell(): void {
    for (const wake of this.#told.splice(0)) wake();
  }
}

/** What the lines of finished files say: torn ones, and how often each number is there. */
export function readNumbers(texts: readonly string[]): { torn: string[]; seen: Map<number, number> } {
  const torn: string[] = [];
  const seen = new Map<number, number>();
  for (const text of texts) {
    const lines = text.split("\n");
    const rest = lines.pop()!;
    if (rest !== "") torn.push(rest);
    for (const line of lines) {
      const match = /^(\d+) (x*) (\d+)$/.exec(line);
      if (match === null || match[1] !== match[3] || match[2]!.length !== Number(match[1]) % 200)
        torn.push(line);
      else seen.set(Number(match[1]), (seen.get(Number(match[1])) ?? 0) + 1);
    }
  }
  return { torn, seen };
}
