import type { Log } from "../agent/log.ts";

/** A connection that breaks and is made again is nothing to talk about. ms */
const SHORT_TROUBLE = 300;

/** How long a NameNode may take for an answer before the log says so: longer than most garbage collections. ms */
export const LONG_SILENCE = 5_000;

/**
 * One line in the log when no NameNode of a file system answers, and one when one does again: calls are sent again for
 * as long as they may take, 30 s by default, and nothing else would be heard until then.
 */
export class NameNodeTrouble {
  readonly #uri: string;
  readonly #log: Log | undefined;
  #since: number | undefined;
  #told = false;

  /** `uri` is that of the file system: `hdfs://namenode:8020`. Without a log nothing is said. */
  constructor(uri: string, log: Log | undefined) {
    this.#uri = uri;
    this.#log = log;
  }

  /** A call that began at `since` (ms of `performance.now`) is not answered yet; `why` names the NameNodes. */
  unanswered(why: string, since: number): void {
    this.#since ??= since;
    if (this.#told || performance.now() - this.#since < SHORT_TROUBLE) return;
    this.#told = true;
    this.#log?.error(`${this.#uri} does not answer: ${why}; trying again until it does`);
  }

  /** A NameNode has answered, whatever it said. */
  answered(): void {
    const since = this.#since;
    this.#since = undefined;
    if (!this.#told || since === undefined) return;
    this.#told = false;
    const seconds = Math.round((performance.now() - since) / 1000);
    this.#log?.info(`${this.#uri} answers again, after ${seconds} s`);
  }
}
