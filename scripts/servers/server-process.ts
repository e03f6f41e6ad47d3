import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { reap } from "./reaper.ts";

/** How a server's process is started. */
export interface ServerCommand {
  /** For messages: `kafka 3.9.2`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Receives standard output and standard error, appended. */
  readonly logFile: string;
}

/** How a process ended. */
export interface ProcessEnd {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

const stopWithin = 30_000; // ms
const pollEvery = 20; // ms

/** A process that runs until it is stopped. It is killed at the latest when this process ends. */
export class ServerProcess {
  readonly #what: ServerCommand;
  readonly #child: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<ProcessEnd>;

  private constructor(what: ServerCommand, child: ChildProcess) {
    this.#what = what;
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        reap.ended(this.pid);
        resolve({ code: code ?? undefined, signal: signal ?? undefined });
      });
    });
  }

  /** Starts the process; resolves as soon as it has an id. */
  static async start(what: ServerCommand): Promise<ServerProcess> {
    const log = openSync(what.logFile, "a");
    try {
      const child = spawn(what.command, [...what.args], {
        cwd: what.cwd,
        stdio: ["ignore", log, log],
        ...(what.env === undefined ? {} : { env: what.env }),
      });
      await once(child, "spawn");
      const server = new ServerProcess(what, child);
      reap.process(server.pid);
      return server;
    } finally {
      closeSync(log);
    }
  }

  /** The process's id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Whether the process is still there. */
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a signal to the process. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends TERM and waits for the end; KILL after 30 s. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Sends KILL and waits for the end. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /**
   * Waits until `condition` holds.
   * @throws Error with the end of the server's log when the process ends first or `timeout` ms have passed.
   */
  async waitUntil(condition: () => Promise<boolean>, timeout = 60_000): Promise<void> {
    const deadline = performance.now() + timeout;
    while (!(await condition())) {
      if (!this.running) throw await this.#failure("ended while it started");
      if (performance.now() > deadline) throw await this.#failure(`was not ready within ${timeout} ms`);
      await delay(pollEvery);
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    this.#child.kill(signal);
    const killer = setTimeout(() => this.#child.kill("SIGKILL"), stopWithin);
    await this.ended;
    clearTimeout(killer);
  }

  async #failure(what: string): Promise<Error> {
    const log = await readFile(this.#what.logFile, "utf8").catch(() => "");
    return new Error(`${this.#what.name} ${what}. The end of its log:\n${log.slice(-4_000)}`);
  }
}
