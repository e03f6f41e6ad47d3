import { LINE_BYTES, numberOf } from "./numbered-lines.ts";

const NEWLINE = 10;

/**
 * Counts the numbered lines that came out: each of 0 to `count` has to be there once, with every byte, and those of one
 * partition (`number % partitions`) in order.
 */
export class Tally {
  readonly #seen: Uint8Array;
  readonly #partitions: number;
  #last: number[] = [];
  #damaged = 0;
  #twice = 0;
  #misplaced = 0;

  constructor(count: number, partitions = 1) {
    this.#seen = new Uint8Array(count);
    this.#partitions = partitions;
    this.beginSequence();
  }

  /** What comes next was written by another process than what came so far: its order begins anew. */
  beginSequence(): void {
    this.#last = new Array<number>(this.#partitions).fill(-1);
  }

  /** Whole lines, each with its newline. */
  lines(bytes: Buffer): void {
    const size = LINE_BYTES + 1;
    if (bytes.length % size !== 0) this.#damaged++;
    for (let at = 0; at < bytes.length; at += size) {
      if (bytes[at + LINE_BYTES] === NEWLINE) this.line(bytes.subarray(at, at + LINE_BYTES));
      else this.#damaged++;
    }
  }

  /** One line without its newline. */
  line(value: Buffer | null): void {
    const number = numberOf(value);
    if (number < 0 || number >= this.#seen.length) {
      this.#damaged++;
      return;
    }
    if (this.#seen[number]!++ > 0) this.#twice++;
    const partition = number % this.#partitions;
    if (number < this.#last[partition]!) this.#misplaced++;
    this.#last[partition] = number;
  }

  /** @throws Error when a line is missing, twice there, damaged or out of order. */
  settle(where: string): void {
    let lost = 0;
    for (const times of this.#seen) if (times === 0) lost++;
    const wrong = [
      `${lost} lines lost`,
      `${this.#twice} there twice`,
      `${this.#damaged} damaged`,
      `${this.#misplaced} out of order`,
    ].filter((finding) => !finding.startsWith("0 "));
    if (wrong.length > 0) throw new Error(`${where}: ${wrong.join(", ")}`);
  }
}
