import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

/** What the module of a command exports: the command with its options and action. */
export interface CommandModule {
  /** A fresh command; its action sets `terminal.exitCode` and throws only for faults of flafkac itself. */
  createCommand(terminal: Terminal): Command;
}

/** One command of the program. Its module is loaded only when it is called or explained. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** All commands, in the order of the help. A new one needs a line here and a module beside this file. */
export const commands: readonly CommandEntry[] = [
  {
    name: "lint",
    summary: "say everything that is wrong with Flume configurations",
    load: () => import("./lint.ts"),
  },
  {
    name: "build",
    summary: "compile an agent to a standalone TypeScript program",
    load: () => import("./build.ts"),
  },
  {
    name: "run",
    summary: "compile an agent in memory and run it",
    load: () => import("./run.ts"),
  },
  {
    name: "agent",
    summary: "the same with flume-ng's own command line",
    load: () => import("./run-agent.ts"),
  },
];
