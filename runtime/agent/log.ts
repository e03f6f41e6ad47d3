import { writeSync } from "node:fs";

/** How much is said; each level includes those after it. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** `json`: one object a line. `text`: for people at a terminal. */
export type LogFormat = "json" | "text";

/** Further facts of a line. An Error is written as its message and code. `place` replaces the component's own. */
export type LogFields = Readonly<Record<string, unknown>>;

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

// What could move a cursor, end a line or reorder text: C0, DEL, C1, line and paragraph separator, bidi controls.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text with every control character as `\u001b`, so that no event and no value can forge or colour a log line. */
export function escapeControls(text: string): string {
  return text.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Where the lines of all components go: standard error, or what a test puts in its place. Never throws. */
export class LogOutput {
  readonly format: LogFormat;
  readonly #rank: number;
  readonly #write: (line: string) => void;

  constructor(
    level: LogLevel,
    format: LogFormat,
    write: (line: string) => void = (line) => writeAll(2, line),
  ) {
    this.format = format;
    this.#rank = RANK[level];
    this.#write = write;
  }

  /** Whether lines of this level are written at all. */
  isEnabled(level: LogLevel): boolean {
    return RANK[level] >= this.#rank;
  }

  /**
   * One line. `place` is `agent1.conf:8`, or undefined.
   *
   * @returns false where the line is left out because its reader is too slow.
   */
  line(
    level: LogLevel,
    component: string,
    place: string | undefined,
    message: string,
    fields?: LogFields,
  ): boolean {
    if (RANK[level] < this.#rank) return true;
    try {
      const time = new Date().toISOString();
      if (this.format === "json") this.#write(jsonLine(time, level, component, place, message, fields));
      else this.#write(textLine(time, level, component, place, message, fields));
      return true;
    } catch (error) {
      // A log line is never worth the pipeline: a full disk or a closed pipe behind stderr is no reason to stop.
      return !isPipeFull(error);
    }
  }
}

/** One component's view of the log: every line carries its name and its place in the configuration. */
export class Log {
  readonly #output: LogOutput;
  readonly #component: string;
  readonly #place: string | undefined;

  constructor(output: LogOutput, component: string, place: string | undefined) {
    this.#output = output;
    this.#component = component;
    this.#place = place;
  }

  /** Whether lines of this level are written; worth asking before building a costly message. */
  isEnabled(level: LogLevel): boolean {
    return this.#output.isEnabled(level);
  }

  debug(message: string, fields?: LogFields): void {
    this.#output.line("debug", this.#component, this.#place, message, fields);
  }

  /** Returns false where the line is left out because its reader is too slow; for whom the line is what matters. */
  info(message: string, fields?: LogFields): boolean {
    return this.#output.line("info", this.#component, this.#place, message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#output.line("warn", this.#component, this.#place, message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#output.line("error", this.#component, this.#place, message, fields);
  }
}

/** An error as one line: its message, with the system's code where the message lacks it. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const text = error.message === "" ? error.name : error.message;
  return code === "" || text.includes(code) ? text : `${text} (${code})`;
}

function jsonLine(
  time: string,
  level: LogLevel,
  component: string,
  place: string | undefined,
  message: string,
  fields: LogFields | undefined,
): string {
  const text = JSON.stringify(
    { time, level, component, place, message, ...fields },
    (_key, value: unknown) => {
      if (value instanceof Error) return errorText(value);
      return typeof value === "bigint" ? String(value) : value;
    },
  );
  return `${escapeControls(text)}\n`;
}

function textLine(
  time: string,
  level: LogLevel,
  component: string,
  place: string | undefined,
  message: string,
  fields: LogFields | undefined,
): string {
  let at = place;
  let rest = "";
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (value === undefined) continue;
    if (name === "place") at = String(value);
    else rest += ` ${name}=${value instanceof Error ? errorText(value) : asText(value)}`;
  }
  const who = at === undefined ? component : `${component} (${at})`;
  // A start failure brings its own name and place.
  const said = message.startsWith(`${who}: `) ? message : `${who}: ${message}`;
  return `${escapeControls(`${time} ${level.toUpperCase().padEnd(5)} ${said}${rest}`)}\n`;
}

function asText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function isPipeFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** Writes to standard output (1) or error (2), all of it before it returns: a process that ends here loses nothing. */
export function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  const deadline = performance.now() + 1000;
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      // Somebody made the pipe non-blocking, and its reader is slow: wait a little, but do not hang for ever.
      if (!isPipeFull(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
