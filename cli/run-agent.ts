import type { Command } from "commander";
import { commandCalled } from "./run.ts";
import type { Terminal } from "./terminal.ts";

/** `flafkac agent -n NAME -f FILE …`: a start script of Flume's, with one word changed. */
export function createCommand(terminal: Terminal): Command {
  return commandCalled("agent", "-n NAME -f FILE [-c DIR]", ["agent"], terminal);
}
