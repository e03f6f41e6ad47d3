import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** One line of a program's log. */
export interface LogLine {
  readonly level: string;
  readonly component: string;
  readonly place?: string;
  readonly message: string;
  readonly stack?: string;
}

/** Where a program of test/runtime/fixtures is. */
export function fixturePath(fixture: string): string {
  return fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url));
}

/** A program of test/runtime/fixtures in a process of its own; killed when the test ends. */
export class Program {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  stderr = "";
  stdout = "";
  #changed: (() => void)[] = [];

  /** `user`: the id of a user to run as, for who may choose. */
  constructor(
    fixture: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    user?: number,
  ) {
    const path = fixturePath(fixture);
    this.child = spawn(process.execPath, [path, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(user === undefined ? {} : { uid: user }),
    });
    this.child.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
      this.#notify();
    });
    this.child.stdout?.on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.exit = new Promise((resolve) => {
      this.child.on("close", (code) => {
        resolve(code);
        this.#notify();
      });
    });
    onTestFinished(async () => {
      this.child.kill("SIGKILL");
      await this.exit;
    });
  }

  get log(): LogLine[] {
    const lines = this.stderr.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  /** Resolves once standard error has text that matches; rejects when the program ends without. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stderr);
      if (match !== null) return match;
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  async port(): Promise<number> {
    return Number((await this.said(/listening on 127\.0\.0\.1:(\d+)/))[1]);
  }

  #notify(): void {
    for (const changed of this.#changed.splice(0)) changed();
  }
}

/** Writes numbered lines, as many as the socket takes, until the connection ends. */
export class Producer {
  readonly socket: Socket;
  readonly ended: Promise<void>;
  /** Lines that the source said OK to; they are acknowledged in order. */
  acknowledged = 0;
  sent = 0;

  constructor(port: number, name: string, most = Number.POSITIVE_INFINITY) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk) => {
      for (const byte of chunk) if (byte === 10) this.acknowledged++;
    });
    this.ended = new Promise((resolve) => this.socket.on("close", () => resolve()));
    const write = () => {
      if (!this.socket.writable || this.sent >= most) return;
      let lines = "";
      for (let i = 0; i < 50 && this.sent < most; i++) lines += `${name}-${this.sent++}\n`;
      // Takes turns with whoever reads the program's log in this process: a log that is full is waited for only a while.
      if (this.socket.write(lines)) setImmediate(write);
      else this.socket.once("drain", write);
    };
    this.socket.on("connect", write);
    onTestFinished(() => void this.socket.destroy());
  }
}
