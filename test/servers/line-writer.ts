import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connected } from "../../scripts/servers/connected.ts";
import { type ConnectionLedger, ledgerLine } from "./ledger.ts";

/** How a writer behaves; everything has a default. */
export interface LineWriterOptions {
  /** Lines without an answer at a time. Default 500. */
  readonly window?: number;
  /** Characters of a line without its newline. Default 100. */
  readonly length?: number;
  /** Ends by itself after so many lines. Default: only when told. */
  readonly lines?: number;
  /** Lines a second. Default: as many as go. */
  readonly perSecond?: number;
}

const tick = 10; // ms

let connections = 0;

/** Writes ledger lines to a netcat source over one connection and notes every answer. */
export class LineWriter implements ConnectionLedger {
  readonly connection = `connection${++connections}`;
  readonly acknowledged = new Set<number>();
  readonly failed = new Set<number>();
  /** The FAILED answers, in full. */
  readonly failures: string[] = [];
  /** Resolves when the connection is gone: the writer closed it, or the program did. */
  readonly closed: Promise<void>;
  written = 0;
  readonly #socket: Socket;
  readonly #window: number;
  readonly #length: number;
  readonly #lines: number;
  readonly #perSecond: number;
  readonly #startedAt = performance.now();
  #answered = 0;
  #answers = "";
  #stopping = false;

  private constructor(socket: Socket, options: LineWriterOptions) {
    this.#socket = socket;
    this.#window = options.window ?? 500;
    this.#length = options.length ?? 100;
    this.#lines = options.lines ?? Number.POSITIVE_INFINITY;
    this.#perSecond = options.perSecond ?? Number.POSITIVE_INFINITY;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#read(chunk));
    socket.on("error", () => undefined); // what is lost by it shows in the ledger
    if (options.perSecond !== undefined) {
      const timer = setInterval(() => this.#write(), tick);
      socket.once("close", () => clearInterval(timer));
    }
    this.#write();
  }

  /** Connects, waiting for the listener if need be, and starts to write at full speed. */
  static async start(port: number, options: LineWriterOptions = {}): Promise<LineWriter> {
    return new LineWriter(await connected(port), options);
  }

  /** Writes no more, waits for the answers to what was written, closes. */
  async finish(): Promise<void> {
    this.#stopping = true;
    this.#endWhenAnswered();
    await this.closed;
  }

  /** Waits until `count` lines were answered with OK. */
  async waitForAcknowledged(count: number, timeout = 60_000): Promise<void> {
    const deadline = performance.now() + timeout;
    while (this.acknowledged.size < count) {
      if (this.#socket.destroyed || performance.now() > deadline) {
        throw new Error(
          `${this.connection}: ${this.acknowledged.size} of ${count} lines acknowledged, ${this.failed.size} failed` +
            ` (${this.failures[0] ?? "no answer"}), ${this.#socket.destroyed ? "closed" : "open"}`,
        );
      }
      await delay(5);
    }
  }

  #write(): void {
    let text = "";
    const elapsed = (performance.now() - this.#startedAt) / 1_000;
    const due =
      this.#perSecond === Number.POSITIVE_INFINITY ? this.#lines : Math.ceil(elapsed * this.#perSecond);
    const most = Math.min(this.#lines, due, this.#answered + this.#window);
    while (!this.#stopping && this.written < most) {
      text += `${ledgerLine(this.connection, this.written, this.#length)}\n`;
      this.written++;
    }
    if (text !== "") this.#socket.write(text, "latin1");
    if (this.written === this.#lines) this.#stopping = true;
    this.#endWhenAnswered();
  }

  #read(chunk: string): void {
    this.#answers += chunk;
    let start = 0;
    for (let end = this.#answers.indexOf("\n"); end >= 0; end = this.#answers.indexOf("\n", start)) {
      const answer = this.#answers.slice(start, end);
      start = end + 1;
      if (answer === "OK") this.acknowledged.add(this.#answered);
      else {
        this.failed.add(this.#answered);
        this.failures.push(answer);
      }
      this.#answered++;
    }
    this.#answers = this.#answers.slice(start);
    this.#write();
  }

  #endWhenAnswered(): void {
    if (this.#stopping && this.#answered === this.written) this.#socket.end();
  }
}
