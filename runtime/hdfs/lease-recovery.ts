import { setTimeout as delay } from "node:timers/promises";
import type { ClientProtocol } from "./client-protocol.ts";
import { HdfsError } from "./file-system.ts";

const FIRST_REPEAT = 5_000; // ms
const LONGEST_REPEAT = 60_000; // ms
const FIRST_POLL = 20; // ms
const LONGEST_POLL = 1_000; // ms

interface Recovery {
  askAgainAt: number;
  wait: number;
}

/**
 * Closes files whose writers are gone. The NameNode is told once and then only asked: each new order to recover a
 * lease makes an earlier one, that a DataNode may be at, worthless. It is told again after 5, 10, 20, … 60 s.
 */
export class LeaseRecovery {
  readonly #protocol: ClientProtocol;
  readonly #recoveries = new Map<string, Recovery>();

  constructor(protocol: ClientProtocol) {
    this.#protocol = protocol;
  }

  /** Whether the file is closed by now. Fails as a call does. */
  async advance(path: string): Promise<boolean> {
    const now = performance.now();
    const recovery = this.#recoveries.get(path);
    let closed: boolean;
    if (recovery === undefined || now >= recovery.askAgainAt) {
      const wait = Math.min((recovery?.wait ?? FIRST_REPEAT / 2) * 2, LONGEST_REPEAT);
      closed = await this.#protocol.recoverLease(path);
      this.#recoveries.set(path, { askAgainAt: now + wait, wait });
    } else {
      closed = await this.#protocol.isFileClosed(path);
    }
    if (closed) this.#recoveries.delete(path);
    return closed;
  }

  /** Waits for the DataNodes to cut the last block of a file. Fails as `finish` does. */
  async finishCut(path: string, timeout: number): Promise<void> {
    // The NameNode has begun that recovery by itself.
    this.#recoveries.set(path, { askAgainAt: performance.now() + FIRST_REPEAT, wait: FIRST_REPEAT });
    await this.finish(path, timeout);
  }

  /**
   * Resolves when the file is closed, or is not there any more.
   * @throws Error where that takes longer than `timeout` ms (0: no limit); recovery goes on at the NameNode all the
   * same, and the next call goes on waiting for it.
   */
  async finish(path: string, timeout: number): Promise<void> {
    const deadline = timeout === 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    try {
      for (let poll = FIRST_POLL; !(await this.advance(path)); poll = Math.min(2 * poll, LONGEST_POLL)) {
        if (performance.now() + poll > deadline) {
          throw new Error(`${path} cannot be closed yet: its last block waits for a DataNode`);
        }
        await delay(poll);
      }
    } catch (error) {
      if (!(error instanceof HdfsError) || error.exception !== "FileNotFoundException") throw error;
      this.#recoveries.delete(path);
    }
  }
}
