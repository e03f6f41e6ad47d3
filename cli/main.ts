#!/usr/bin/env node
import process from "node:process";
import { runProgram } from "./program.ts";
import { COULD_NOT_RUN, processTerminal } from "./terminal.ts";

// whoever reads the output may stop reading, as `head` does
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  await runProgram(process.argv.slice(2), processTerminal());
} catch (error) {
  process.stderr.write(
    `flafkac itself has failed, which is a fault of flafkac:\n${String((error as Error)?.stack ?? error)}\n`,
  );
  process.exitCode = COULD_NOT_RUN;
}
