/** A place as editors show it: both from 1, the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Lines of a text, ended by LF, CR or CRLF as in `java.util.Properties`. Found once, then a look-up costs log n. */
export class LineIndex {
  readonly #text: string;
  /** Where each line starts; the first one at 0. */
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (const terminator of text.matchAll(/\r\n?|\n/g)) {
      this.#starts.push(terminator.index + terminator[0].length);
    }
  }

  /** How many lines there are; a text that ends with a line terminator has an empty last line. */
  get lineCount(): number {
    return this.#starts.length;
  }

  /** The line and column of an offset; offsets outside of the text are moved to its nearest end. */
  position(offset: number): Position {
    const within = Math.min(Math.max(0, offset), this.#text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: within - this.#starts[low]! + 1 };
  }

  /** The offset of a line and column (from 1); a column past the end of its line means the end of the line. */
  offset(line: number, column: number): number {
    if (line < 1) return 0;
    const start = this.#starts[line - 1];
    if (start === undefined) return this.#text.length;
    return Math.min(start + Math.max(0, column - 1), start + this.lineText(line).length);
  }

  /** A line (from 1) without its terminator; empty for a line that does not exist. */
  lineText(line: number): string {
    const start = this.#starts[line - 1];
    if (start === undefined) return "";
    return this.#text.slice(start, this.#starts[line] ?? this.#text.length).replace(/(?:\r\n?|\n)$/, "");
  }
}
