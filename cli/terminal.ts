import { Buffer } from "node:buffer";
import process from "node:process";
import type { ChalkInstance } from "chalk";
import { escapeText } from "./escape-text.ts";

/** All that a command has of the world around it, so that a test can give it another one. */
export interface Terminal {
  /** Prints to standard output. */
  out(text: string | Uint8Array): void;
  /** Prints to standard error. */
  err(text: string): void;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The width of standard output in columns; undefined when it is no terminal. */
  readonly columns: number | undefined;
  /** Whether standard output is a terminal that shows colours. */
  readonly hasColours: boolean;
  /** What the process will end with: 0 well, 1 errors found, 2 could not run. */
  exitCode: number;
}

/** Could not run: wrong options, a file that cannot be read, an agent that does not exist. */
export const COULD_NOT_RUN = 2;

/** Tells why flafkac could not run; the text may come from a file or the command line. */
export function giveUp(terminal: Terminal, why: string): void {
  terminal.err(`flafkac: ${escapeText(why)}\n`);
  terminal.exitCode = COULD_NOT_RUN;
}

/** The process's own terminal. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks);
    },
    env: process.env,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    hasColours: process.stdout.isTTY === true && process.env.TERM !== "dumb",
    get exitCode() {
      return Number(process.exitCode ?? 0);
    },
    set exitCode(code: number) {
      process.exitCode = code;
    },
  };
}

/**
 * Chalk at the level that the environment asks for: `NO_COLOR` (anything but empty) means none, `FORCE_COLOR` (anything
 * but `0` and `false`) means colours even into a file; otherwise the terminal decides.
 */
export async function coloursOf(terminal: Terminal): Promise<ChalkInstance> {
  const { Chalk } = await import("chalk");
  return new Chalk({ level: wantsColours(terminal) ? 1 : 0 });
}

function wantsColours({ env, hasColours }: Terminal): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  const no = env.NO_COLOR;
  return (no === undefined || no === "") && hasColours;
}
