import type { PropertiesDocument, PropertyEntry } from "../../grammar/properties/ast.ts";
import type { Span } from "../../grammar/text/span.ts";
import type { Fix, TextEdit } from "../diagnostics/diagnostic.ts";

/** A fix that Flume's behaviour makes certain: what the agent does afterwards is what was surely meant. */
export function safeFix(title: string, ...edits: readonly TextEdit[]): Fix {
  return { title, safe: true, edits };
}

/** A likely fix, which a person should look at. */
export function unsafeFix(title: string, ...edits: readonly TextEdit[]): Fix {
  return { title, safe: false, edits };
}

/** Replaces what a range holds. */
export function replace(span: Span, newText: string): TextEdit {
  return { span, newText };
}

/** Takes an entry out of the file with the lines it stands on. */
export function removeEntry(document: PropertiesDocument, entry: PropertyEntry): TextEdit {
  const { text } = document;
  const start = lineStart(text, entry.span.start);
  let end = entry.span.end;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
  if (text.startsWith("\r\n", end)) end += 2;
  else if (end < text.length) end += 1;
  return { span: { start, end }, newText: "" };
}

/** Puts a line before the one on which an entry begins, with the line ending of the file. */
export function insertLineBefore(document: PropertiesDocument, entry: PropertyEntry, line: string): TextEdit {
  const at = lineStart(document.text, entry.span.start);
  return { span: { start: at, end: at }, newText: line + lineEnding(document) };
}

/** `\r\n`, `\r` or `\n`, whichever comes first in the file; `\n` in a file of one line. */
function lineEnding(document: PropertiesDocument): string {
  return /\r\n|\r|\n/.exec(document.text)?.[0] ?? "\n";
}

/** A text written so that it is one key or one part of a key again (`sp ace` becomes `sp\ ace`). */
export function escapeKey(text: string): string {
  return text.replace(/[\\ :=#!\t\n\r\f]/g, (char) => KEY_ESCAPES.get(char) ?? `\\${char}`);
}

const KEY_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\f", "\\f"],
]);

function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && text[start - 1] !== "\n" && text[start - 1] !== "\r") start--;
  return start;
}
