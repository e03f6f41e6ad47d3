import { ServerProcess } from "./server-process.ts";

const answerWithin = 2_000; // ms
// Several of them at once, on a busy machine, take a minute.
const startWithin = 180_000; // ms

/** How one daemon is started, and how it shows that it works. */
export interface DaemonCommand {
  /** For messages: `NameNode nn1`. */
  readonly name: string;
  readonly directory: string;
  /** Arguments of java. */
  readonly args: readonly string[];
  readonly logFile: string;
  /** Whether it answers. */
  readonly answers: () => Promise<boolean>;
}

/** A NameNode or a DataNode: a process that can be ended in every way and started again on its ports and data. */
export class HdfsDaemon {
  /** The file that receives the daemon's log. */
  readonly logFile: string;
  readonly #command: DaemonCommand;
  #process: ServerProcess | undefined;

  constructor(command: DaemonCommand) {
    this.#command = command;
    this.logFile = command.logFile;
  }

  /** The process id of the running daemon. */
  get pid(): number {
    if (this.#process === undefined) throw new Error(`${this.#command.name} is not running.`);
    return this.#process.pid;
  }

  /** Whether the daemon's process is there. */
  get running(): boolean {
    return this.#process?.running ?? false;
  }

  /**
   * Starts the daemon on the ports and the data that it had before; resolves when it answers.
   * @throws Error with the daemon's log when it does not come up.
   */
  async start(): Promise<void> {
    if (this.running) return;
    this.#process = await ServerProcess.start({
      name: this.#command.name,
      command: "java",
      args: this.#command.args,
      cwd: this.#command.directory,
      logFile: this.logFile,
    });
    await this.#process.waitUntil(this.#command.answers, startWithin);
  }

  /** TERM, and waits for the end. Its data stay for {@link start}. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** KILL: the daemon vanishes as in a crash. Its data stay for {@link start}. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Stops (TERM) and starts again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Sends a signal: STOP and CONT make a daemon that hangs. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  /** Waits until a condition holds, as long as the daemon lives. */
  async waitUntil(condition: () => Promise<boolean>): Promise<void> {
    await this.#process?.waitUntil(condition);
  }
}

/** What Hadoop's daemons say of themselves over HTTP (`/jmx`): one bean's attributes, undefined while there is no answer. */
export async function jmxBean(httpPort: number, bean: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(`http://localhost:${httpPort}/jmx?qry=${bean}`, {
      signal: AbortSignal.timeout(answerWithin),
    });
    const { beans } = (await response.json()) as { beans: Record<string, unknown>[] };
    return beans[0];
  } catch {
    return undefined; // not listening yet, ending, or hanging
  }
}
