import type { LogicalText, PropertiesDocument, PropertyEntry } from "../../grammar/properties/ast.ts";
import type { Span } from "../../grammar/text/span.ts";

/** Reads `key.text.slice(start, end)` (or the value's) of an entry as `text`. */
export interface Correction {
  readonly entry: PropertyEntry;
  readonly part: "key" | "value";
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The document with the corrections applied to what its entries say, while every range still points at the file as
 * it stands. Overlapping corrections of one key or value: the first one counts.
 */
export function asMeant(
  document: PropertiesDocument,
  corrections: readonly Correction[],
): PropertiesDocument {
  if (corrections.length === 0) return document;
  const byEntry = Map.groupBy(corrections, (correction) => correction.entry);
  const corrected = new Map<PropertyEntry, PropertyEntry>();
  for (const [entry, own] of byEntry) {
    const of = (part: "key" | "value") => own.filter((correction) => correction.part === part);
    corrected.set(entry, {
      kind: "property",
      key: correct(entry.key, of("key")),
      value: correct(entry.value, of("value")),
      separator: entry.separator,
      span: entry.span,
    });
  }
  const entries = document.entries.map((entry) => corrected.get(entry) ?? entry);
  const nodes = document.nodes.map((node) =>
    node.kind === "property" ? (corrected.get(node) ?? node) : node,
  );
  return { ...document, entries, nodes };
}

function correct(original: LogicalText, corrections: readonly Correction[]): LogicalText {
  const ordered = corrections.toSorted((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let text = "";
  let done = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < done) continue;
    pieces.push({ at: text.length, from: done, to: start, kept: true });
    text += original.text.slice(done, start);
    pieces.push({ at: text.length, from: start, to: end, kept: false });
    text += replacement;
    done = end;
  }
  if (ordered.length === 0) return original;
  pieces.push({ at: text.length, from: done, to: original.text.length, kept: true });
  text += original.text.slice(done);
  const flumeText = original.text === original.flumeText ? text : asLatin1(text);
  const rangeOf = (start: number, end: number): Span =>
    original.rangeOf(originalOffset(pieces, start, "start"), originalOffset(pieces, end, "end"));
  const whole = { start: 0, end: original.text.length };
  const rangeOfFlumeText = flumeText === text ? rangeOf : () => original.rangeOf(whole.start, whole.end);
  return { text, flumeText, span: original.span, rangeOf, rangeOfFlumeText };
}

/** A stretch of the corrected text that begins at `at` and stands for `from`–`to` of the original. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly kept: boolean;
}

/** Where an offset of the corrected text lies in the original; inside a replacement, its nearest border. */
function originalOffset(pieces: readonly Piece[], offset: number, side: "start" | "end"): number {
  let found = pieces[0];
  for (const piece of pieces) {
    if (piece.at < offset || (piece.at === offset && side === "start")) found = piece;
  }
  if (found === undefined) return offset;
  if (found.kept) return Math.min(found.from + (offset - found.at), found.to);
  return side === "start" ? found.from : found.to;
}

/** What `Properties.load(InputStream)` makes of UTF-8: every byte becomes one character. */
function asLatin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
