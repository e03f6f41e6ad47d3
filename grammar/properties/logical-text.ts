import { asFlumeReads, BYTE_ORDER_MARK_AS_FLUME_READS, type DecodedText } from "../text/encoding.ts";
import type { Span } from "../text/span.ts";
import type { LogicalText } from "./ast.ts";
import { decodeEscapes } from "./escapes.ts";
import { Segments } from "./segments.ts";

/** A key or value that decodes itself when it is asked, since most of a large file is never looked at twice. */
export class SourceText implements LogicalText {
  readonly start: number;
  readonly end: number;
  protected readonly source: DecodedText;
  #text: string | undefined;
  #segments: Segments | undefined;

  /** Offsets in `source.text`. */
  constructor(source: DecodedText, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.end = end;
  }

  /** As written, escapes and continuation lines included. */
  get raw(): string {
    return this.source.text.slice(this.start, this.end);
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }

  get text(): string {
    if (this.#text === undefined) {
      const raw = this.raw;
      this.#text = raw.includes("\\") ? decodeEscapes(raw) : raw;
    }
    return this.#text;
  }

  get flumeText(): string {
    const raw = this.raw;
    const read = asFlumeReads(raw, this.source);
    return read === raw ? this.text : decodeEscapes(read);
  }

  rangeOf(start: number, end: number): Span {
    const raw = this.raw;
    if (!raw.includes("\\")) return this.#plainRange(start, end);
    this.#segments ??= Segments.ofText(raw);
    return this.#inDocument(this.#segments.rangeOf(start, end));
  }

  rangeOfFlumeText(start: number, end: number): Span {
    const raw = this.raw;
    if (asFlumeReads(raw, this.source) === raw) return this.rangeOf(start, end);
    return this.#inDocument(Segments.ofFlumeText(raw).rangeOf(start, end));
  }

  #plainRange(start: number, end: number): Span {
    const first = Math.min(Math.max(this.start, this.start + start), this.end);
    return { start: first, end: Math.min(Math.max(first, this.start + end), this.end) };
  }

  #inDocument({ start, end }: Span): Span {
    return { start: this.start + start, end: this.start + end };
  }
}

/**
 * The first key of a file with a byte order mark. Editors hide the mark; to Java it is no white space but the
 * beginning of the key, read as the three characters `ï»¿`.
 */
export class MarkedKey extends SourceText {
  override get flumeText(): string {
    return BYTE_ORDER_MARK_AS_FLUME_READS + super.flumeText;
  }

  override rangeOfFlumeText(start: number, end: number): Span {
    const mark = BYTE_ORDER_MARK_AS_FLUME_READS.length;
    return super.rangeOfFlumeText(Math.max(0, start - mark), Math.max(0, end - mark));
  }
}
