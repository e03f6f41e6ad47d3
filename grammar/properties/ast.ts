import type { Span } from "../text/span.ts";

/**
 * A piece of logical text (a key or a value) and where it stands in the document. Escapes (`\t`, `\u0041`,
 * `\:`) and continuation lines make the decoded text shorter than its source, so the mapping is kept.
 */
export interface LogicalText {
  /** The decoded text in the editor's encoding: what a person reads in the file. */
  readonly text: string;
  /** What Flume reads: `Properties.load(InputStream)` decodes bytes as ISO-8859-1. Equal to `text` for ASCII. */
  readonly flumeText: string;
  /** The whole piece in the document; empty (start = end) for an absent value. */
  readonly span: Span;
  /**
   * The document range of `text.slice(start, end)`: whole escapes, without continuation lines at either end. An
   * empty range is a place; offsets outside of the text are moved to its nearest end.
   */
  rangeOf(start: number, end: number): Span;
  /** The document range of `flumeText.slice(start, end)`; the same as `rangeOf` where the two texts are equal. */
  rangeOfFlumeText(start: number, end: number): Span;
}

/** One key/value pair, in file order; duplicates are all kept. */
export interface PropertyEntry {
  readonly kind: "property";
  readonly key: LogicalText;
  readonly value: LogicalText;
  /** From the `=`, `:` or blank(s) between key and value; empty where there is none. */
  readonly separator: Span;
  /** From the first character of the key to the end of the value, without the line terminator. */
  readonly span: Span;
}

/** A `#` or `!` line, without its line terminator. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
  readonly span: Span;
}

/** The one thing `java.util.Properties` refuses: `\u` without four hexadecimal digits. Flume does not start. */
export interface SyntaxProblem {
  readonly message: string;
  readonly span: Span;
}

/** How the bytes of the file were read for the editor. */
export type TextEncoding = "utf-8" | "latin-1";

/** A parsed `.properties` file: lossless, every character belongs to an entry, a comment or white space. */
export interface PropertiesDocument {
  /** The text as an editor shows it, without a byte order mark. */
  readonly text: string;
  readonly encoding: TextEncoding;
  /**
   * Whether EF BB BF came before `text`. To Java the mark is no white space: the first line becomes a property
   * whose key begins with `ï»¿` (see `flumeText` of the first entry's key), even if it looks like a comment.
   */
  readonly hasByteOrderMark: boolean;
  /** No character beyond U+007F: `text` and `flumeText` are equal everywhere, but for the mark. */
  readonly isAscii: boolean;
  readonly nodes: readonly (PropertyEntry | Comment)[];
  /** The property nodes alone, in file order. */
  readonly entries: readonly PropertyEntry[];
  readonly problems: readonly SyntaxProblem[];
}
