import type { Span } from "../text/span.ts";
import { visit } from "./escapes.ts";

/** Neighbouring decoded characters and where they come from. */
interface Segment {
  /** Offset of the first of them in the decoded text. */
  readonly decoded: number;
  /** Where they stand in the raw text. */
  readonly start: number;
  readonly end: number;
  /** Character by character, or (an escape) all as one. */
  readonly plain: boolean;
}

/** Maps offsets in a decoded key or value back to offsets in its raw text. A few objects for each escape. */
export class Segments {
  readonly #segments: Segment[] = [];
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
    this.#segments.push({ decoded: this.#length, start, end, plain });
    this.#length += length;
  }

  /** The raw range of the decoded characters from `start` to `end`, as narrow as whole escapes allow. */
  rangeOf(start: number, end: number): Span {
    const first = Math.max(0, start);
    const last = Math.min(end, this.#length) - 1;
    if (first <= last) return { start: this.#characterAt(first).start, end: this.#characterAt(last).end };
    // An empty range: before the character that is there, or after the last one.
    const at = first < this.#length ? this.#characterAt(first).start : (this.#segments.at(-1)?.end ?? 0);
    return { start: at, end: at };
  }

  #characterAt(offset: number): Span {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#segments[middle]!.decoded <= offset) low = middle;
      else high = middle - 1;
    }
    const segment = this.#segments[low]!;
    if (!segment.plain) return segment;
    const start = segment.start + offset - segment.decoded;
    return { start, end: start + 1 };
  }
}
