import { Command } from "commander";
import { SETTING_HELP } from "./build-settings.ts";
import { escapeText } from "./escape-text.ts";
import { parseRunOptions, RunUsageError } from "./run-options.ts";
import { runAgent } from "./run-program.ts";
import { giveUp, type Terminal } from "./terminal.ts";

const HELP = `
Options:
  -n, --name, --agent NAME   the agent, where the file configures several
  --set KEY=VALUE            set a property, as if it were the last line of the file
  --default-fs URI           ${SETTING_HELP["--default-fs"]}
  --on-poison WHAT           a record that cannot be read: stop, skip, or the topic that it goes to (stop)
  --metrics-port PORT, --metrics-host HOST, --log-level LEVEL, --log-format FORMAT, --drain-timeout SEC
                             options of the program (flafkac build FILE -o DIR; node DIR/agent.ts --help)

flume-ng's own command line works after the word agent:
  flafkac run agent -n NAME -f FILE -c DIR [-Dflume.monitoring.type=http -Dflume.monitoring.port=N]
Other -D and -X options are ignored, with a word on standard error.

Exit status: that of the program; 1 errors in the file, 2 could not run.`;

/** `flafkac run FILE`: compiles in memory and runs. */
export function createCommand(terminal: Terminal): Command {
  return commandCalled("run", "<FILE> [options]", [], terminal);
}

/** A command that takes its words as they are: flume-ng's are not those of a usual parser. */
export function commandCalled(
  name: string,
  usage: string,
  before: readonly string[],
  terminal: Terminal,
): Command {
  return new Command(name)
    .description("Compiles an agent in memory and runs it.")
    .usage(usage)
    .argument("[args...]")
    .allowUnknownOption()
    .addHelpText("after", HELP)
    .action(async (_words: readonly string[], _flags: object, command: Command) => {
      await run([...before, ...command.args], terminal);
    });
}

async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  try {
    const { path, agent, overrides, settings, programArgs, ignored } = parseRunOptions(args);
    for (const word of ignored) terminal.err(`flafkac: ${escapeText(word)}\n`);
    await runAgent({ path, agent, overrides, settings }, programArgs, terminal);
  } catch (error) {
    if (!(error instanceof RunUsageError)) throw error;
    giveUp(terminal, error.message);
  }
}
