import { Command, CommanderError } from "commander";
import { commands } from "./commands.ts";
import { COULD_NOT_RUN, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/**
 * Runs `flafkac` with these arguments (without node and the script). Ends with `terminal.exitCode` set.
 *
 * @throws whatever a fault of flafkac itself throws
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<void> {
  const program = await createProgram(args, terminal);
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    terminal.exitCode = error.exitCode === 0 ? 0 : COULD_NOT_RUN;
  }
}

/** The program with the one command that is called; of the others only name and summary are known. */
async function createProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command("flafkac")
    .description(
      "Lints Apache Flume agent configurations and compiles them to standalone TypeScript programs.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or that of a command")
    .helpCommand("help [COMMAND]", "print this help, or that of a command")
    .showSuggestionAfterError()
    .addHelpText("after", "\nExit status: 0 no errors, 1 errors were found, 2 could not run.");
  const called = calledCommand(args);
  for (const { name, summary, load } of commands) {
    const command = name === called ? (await load()).createCommand(terminal) : new Command(name);
    program.addCommand(command.summary(summary));
  }
  // subcommands that are added, rather than created by their program, inherit neither
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => terminal.columns ?? 100,
      getErrHelpWidth: () => terminal.columns ?? 100,
    });
  }
  return program;
}

/** The first word that is no option; the one after it when that is `help`. */
function calledCommand(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  return first === "help" ? second : first;
}
