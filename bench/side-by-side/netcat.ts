import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { numberedLines } from "./numbered-lines.ts";
import type { RunSize } from "./options.ts";

const START_WITHIN = 60_000; // ms

/** Sends line 0 as soon as somebody listens on the port, and waits for its OK. */
export async function firstAnswer(port: number): Promise<void> {
  const deadline = performance.now() + START_WITHIN;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      socket.write(numberedLines(0, 1));
      const [answer] = (await once(socket, "data")) as [Buffer];
      if (answer.toString("latin1") !== "OK\n") throw new Error(`the first line was answered with ${answer}`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED" || performance.now() > deadline)
        throw error;
      await delay(2);
    } finally {
      socket.destroy();
    }
  }
}

/** The process that sends the lines, from line 1. */
export class Driver {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(port: number, { warmUp, measured }: RunSize) {
    const file = new URL("netcat-driver.ts", import.meta.url).pathname;
    this.#child = spawn(process.execPath, [file, ...[port, 1, warmUp, measured].map(String)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until the lines of the warm-up are answered. */
  async warm(): Promise<void> {
    const line = await this.#nextLine();
    if (line !== "warm") throw new Error(`the driver said ${line}`);
  }

  /** Sends the lines that count; s until the last OK. */
  async measured(): Promise<number> {
    this.#child.stdin.end("go\n");
    return Number(await this.#nextLine());
  }

  /** Ends the process, whatever it is at. */
  end(): void {
    this.#child.kill("SIGKILL");
  }

  async #nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the driver ended before its time");
    return value;
  }
}
