import { setImmediate as turn } from "node:timers/promises";

/** How long sources and sinks may go on among themselves before sockets, signals and timers have a turn, ms. */
const LONGEST_TURN = 10;

/** For a loop that may go on without ever waiting for anything outside: lets the rest of the program have its turns. */
export class ProgramTurns {
  #began = performance.now();

  /** To wait for between two rounds; undefined as long as the present turn is short enough. */
  next(): Promise<void> | undefined {
    return performance.now() - this.#began > LONGEST_TURN ? this.#give() : undefined;
  }

  async #give(): Promise<void> {
    await turn();
    this.#began = performance.now();
  }
}
