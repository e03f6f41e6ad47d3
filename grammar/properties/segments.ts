import { Buffer } from "node:buffer";
import type { Span } from "../text/span.ts";
import { visit } from "./escapes.ts";

/** Numbers kept for each segment: its offset in the decoded text, its start and its end in the raw text. */
const WIDTH = 3;

/**
 * Maps offsets in a decoded key or value back to offsets in its raw text. A segment is a run of plain
 * characters, which map one to one, or what an escape became as a whole. Typed arrays, because a hostile file
 * may be one value of eight million escapes.
 */
export class Segments {
  #numbers = new Int32Array(8 * WIDTH);
  #count = 0;
  /** Of the decoded text. */
  #length = 0;

  /** Of the text as an editor decodes it. */
  static ofText(raw: string): Segments {
    const segments = new Segments();
    visit(raw, {
      plain: (start, end) => segments.#add(end - start, start, end, true),
      escape: (character, start, end) => segments.#add(character.length, start, end, false),
      unicode: (character, start, end) => segments.#add(character.length, start, end, false),
    });
    return segments;
  }

  /** Of the text as Flume decodes a UTF-8 file: each byte of a character beyond ASCII is one character. */
  static ofFlumeText(raw: string): Segments {
    const segments = new Segments();
    visit(raw, {
      plain: (start, end) => {
        for (const { 0: run, index } of raw.slice(start, end).matchAll(/[\0-\x7f]+|[^\0-\x7f]/gu)) {
          const at = start + index;
          segments.#add(Buffer.byteLength(run), at, at + run.length, run.charCodeAt(0) < 0x80);
        }
      },
      escape: (character, start, end) => segments.#add(Buffer.byteLength(character), start, end, false),
      unicode: (character, start, end) => segments.#add(character.length, start, end, false),
    });
    return segments;
  }

  #add(length: number, start: number, end: number, plain: boolean): void {
    const at = this.#count * WIDTH;
    if (at === this.#numbers.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[at] = this.#length;
    this.#numbers[at + 1] = start;
    this.#numbers[at + 2] = plain ? end : ~end; // a negative end marks an escape
    this.#count++;
    this.#length += length;
  }

  /** The raw range of the decoded characters from `start` to `end`, as narrow as whole escapes allow. */
  rangeOf(start: number, end: number): Span {
    const first = Math.max(0, start);
    const last = Math.min(end, this.#length) - 1;
    if (first <= last) return { start: this.#characterAt(first).start, end: this.#characterAt(last).end };
    // An empty range: before the character that is there, or after the last one.
    let place = 0;
    if (first < this.#length) place = this.#characterAt(first).start;
    else if (this.#length > 0) place = this.#characterAt(this.#length - 1).end;
    return { start: place, end: place };
  }

  #characterAt(offset: number): Span {
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#numbers[middle * WIDTH]! <= offset) low = middle;
      else high = middle - 1;
    }
    const decoded = this.#numbers[low * WIDTH]!;
    const start = this.#numbers[low * WIDTH + 1]!;
    const end = this.#numbers[low * WIDTH + 2]!;
    if (end < 0) return { start, end: ~end };
    return { start: start + offset - decoded, end: start + offset - decoded + 1 };
  }
}
