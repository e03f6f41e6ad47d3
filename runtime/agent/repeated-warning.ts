import type { Log, LogFields } from "./log.ts";

/** How long a warning that comes again is only counted, ms. */
const QUIET_TIME = 10_000;

/**
 * A warning that may be due thousands of times a second, such as for each line that a full channel refuses. The first
 * is written at once; of those that follow, one line every ten seconds says how many they were.
 */
export class RepeatedWarning {
  readonly #log: Log;
  readonly #what: string;
  #counted = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `what` are those that are counted: `lines refused`. */
  constructor(log: Log, what: string) {
    this.#log = log;
    this.#what = what;
  }

  /** Writes the warning, or counts it. */
  tell(message: string, fields?: LogFields): void {
    if (this.#timer !== undefined) {
      this.#counted++;
      return;
    }
    this.#log.warn(message, fields);
    this.#timer = setInterval(() => {
      if (this.#counted === 0) this.flush();
      else this.#tellCounted();
    }, QUIET_TIME).unref();
  }

  /** Says what was only counted so far; the next warning is written at once again. */
  flush(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#counted > 0) this.#tellCounted();
  }

  #tellCounted(): void {
    this.#log.warn(`${this.#counted} more: ${this.#what}`, { count: this.#counted });
    this.#counted = 0;
  }
}
