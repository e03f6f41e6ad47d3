import type { DecodedText } from "../text/encoding.ts";
import type { Span } from "../text/span.ts";
import type { Comment, PropertyEntry } from "./ast.ts";
import type { SourceText } from "./logical-text.ts";

/** A property that makes its spans when asked: a large file has hundreds of thousands. */
export class SourceEntry implements PropertyEntry {
  readonly key: SourceText;
  readonly value: SourceText;

  constructor(key: SourceText, value: SourceText) {
    this.key = key;
    this.value = value;
  }

  get kind(): "property" {
    return "property";
  }

  get separator(): Span {
    return { start: this.key.end, end: this.value.start };
  }

  get span(): Span {
    return { start: this.key.start, end: this.value.end };
  }
}

/** A comment line. */
export class SourceComment implements Comment {
  readonly start: number;
  readonly end: number;
  readonly #source: DecodedText;

  constructor(source: DecodedText, start: number, end: number) {
    this.#source = source;
    this.start = start;
    this.end = end;
  }

  get kind(): "comment" {
    return "comment";
  }

  get text(): string {
    return this.#source.text.slice(this.start, this.end);
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}
