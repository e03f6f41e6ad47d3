import { type ChildProcess, execFile } from "node:child_process";

/** What a command printed. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that could not be started or ended with another code than 0; the message holds what it printed. */
export class CommandFailed extends Error {
  /** The program itself was not found. */
  readonly notFound: boolean;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(command: string, code: string | number | null | undefined, output: CommandOutput) {
    super(`${command} failed (${code ?? "killed"}): ${output.stderr}${output.stdout}`);
    this.notFound = code === "ENOENT";
    this.exitCode = typeof code === "number" ? code : undefined;
    this.stdout = output.stdout;
    this.stderr = output.stderr;
  }
}

/** Where and with which environment and input a command runs. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Buffer;
}

/**
 * Runs a command to its end, without a shell.
 * @throws CommandFailed when it could not be started or ended with another code than 0.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const { input, ...rest } = options;
    const child: ChildProcess = execFile(
      command,
      [...args],
      { ...rest, maxBuffer: 64 * 1024 * 1024, encoding: "utf8" },
      (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr });
        else reject(new CommandFailed(`${command} ${args.join(" ")}`, error.code, { stdout, stderr }));
      },
    );
    // A command that does not read its input ends the pipe early, which is its own affair.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
