import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { runCommand } from "../../scripts/servers/command.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { type ProcessEnd, ServerProcess } from "../../scripts/servers/server-process.ts";

const root = new URL("../..", import.meta.url).pathname;

/** The sample of netcat → memory → Kafka, as a user would have it. */
export const sampleConf = join(root, "samples", "netcat-memory-kafka", "agent.conf");

/** Runs the command line of this checkout as a user does. */
export function flafkac(args: readonly string[], cwd: string = root) {
  return runCommand(process.execPath, [join(root, "cli", "main.ts"), ...args], { cwd });
}

/** The emitted program of a configuration, on disk, ready to run. */
export interface BuiltProgram {
  readonly directory: string;
  /** The file to run, within the folder. */
  readonly main: string;
}

/**
 * Builds a configuration through the command line, with overrides as `--set` takes them.
 * @param options Further options of `flafkac build`.
 */
export async function build(
  confFile: string,
  overrides: Readonly<Record<string, string | number>> = {},
  agentName = "agent1",
  options: readonly string[] = [],
): Promise<BuiltProgram> {
  const directory = join(await temporaryDirectory("program"), "out");
  const sets = Object.entries(overrides).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  await flafkac(["build", confFile, "-o", directory, "--agent", agentName, ...sets, ...options]);
  // The packages that npm install would fetch, in the versions that the lock file pins.
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  return { directory, main: `${agentName}.ts` };
}

/** As {@link build}, from the text of a configuration. */
export async function buildText(
  conf: string,
  overrides: Readonly<Record<string, string | number>> = {},
  options: readonly string[] = [],
): Promise<BuiltProgram> {
  const directory = await temporaryDirectory("conf");
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "agent1.conf"), conf);
  return await build(join(directory, "agent1.conf"), overrides, "agent1", options);
}

/**
 * The environment that gives a built program its secrets: the build names the variables in `.env.example`, each
 * under a comment that begins with its property.
 * @throws Error when the program looks a property up that has no value here.
 */
export async function environmentFor(
  program: BuiltProgram,
  values: ReadonlyMap<string, string>,
): Promise<Record<string, string>> {
  const file = join(program.directory, ".env.example");
  const example = existsSync(file) ? await readFile(file, "utf8") : ""; // without secrets there is none
  const environment: Record<string, string> = {};
  for (const [, property = "", variable = ""] of example.matchAll(/^# ([^\s]+) of .*\n([A-Z0-9_]+)=$/gm)) {
    const value = values.get(property);
    if (value === undefined) throw new Error(`No value for ${property} (${variable}).`);
    environment[variable] = value;
  }
  return environment;
}

/** With what an emitted program is started. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A running emitted program. */
export class EmittedProgram {
  /** Milliseconds (performance.now) when the process was started. */
  readonly startedAt: number;
  readonly #process: ServerProcess;
  readonly #logFile: string;
  readonly #metricsPort: number;

  private constructor(process: ServerProcess, logFile: string, metricsPort: number, startedAt: number) {
    this.#process = process;
    this.#logFile = logFile;
    this.#metricsPort = metricsPort;
    this.startedAt = startedAt;
  }

  /** Starts a built program, with its metrics on a free port. */
  static async start(program: BuiltProgram, options: ProgramOptions = {}): Promise<EmittedProgram> {
    const metricsPort = await freePort();
    const logFile = join(program.directory, `${metricsPort}.log`);
    const startedAt = performance.now();
    const server = await ServerProcess.start({
      name: "The emitted program",
      command: process.execPath,
      args: [
        ...(options.nodeOptions ?? []),
        program.main,
        ...["--metrics-port", String(metricsPort), ...(options.args ?? [])],
      ],
      cwd: program.directory,
      env: { ...process.env, ...options.env },
      logFile,
    });
    return new EmittedProgram(server, logFile, metricsPort, startedAt);
  }

  /** The program's process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Whether the process is there. */
  get running(): boolean {
    return this.#process.running;
  }

  /** Resolves with how the process ended. */
  get ended(): Promise<ProcessEnd> {
    return this.#process.ended;
  }

  /** All that the program has printed. */
  async output(): Promise<string> {
    return await readFile(this.#logFile, "utf8");
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** Sends TERM and resolves with how the program ended. */
  async stop(): Promise<ProcessEnd> {
    this.signal("SIGTERM");
    return await this.ended;
  }

  /** Sends KILL and waits for the end. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Flume's JSON of counters: component → counter → value as text. */
  async counters(): Promise<Record<string, Record<string, string>>> {
    const response = await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`);
    return (await response.json()) as Record<string, Record<string, string>>;
  }

  /** The answer of a path on the metrics port: `/healthz`, `/readyz`. */
  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.#metricsPort}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** Waits until the output matches. */
  async waitForOutput(pattern: RegExp, timeout = 30_000): Promise<void> {
    const deadline = performance.now() + timeout;
    while (!pattern.test(await this.output())) {
      if (!this.running || performance.now() > deadline) {
        throw new Error(`${pattern} is not in the program's output:\n${(await this.output()).slice(-4_000)}`);
      }
      await delay(20);
    }
  }

  /** Waits until a condition of the world outside holds, as long as the program lives. */
  async waitUntil(condition: () => Promise<boolean>, timeout = 60_000): Promise<void> {
    await this.#process.waitUntil(condition, timeout);
  }

  /** User and system CPU time so far, ms. Linux only. */
  async cpuTime(): Promise<number> {
    const stat = await readFile(`/proc/${this.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return ticks * 10; // Linux counts in hundredths of a second
  }

  /** So that `await using program = …` cleans up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
