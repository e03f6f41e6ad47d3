import type { Span } from "../text/span.ts";

/**
 * How Flume cuts a value into a list: `whitespace` is `split("\\s+")`, `space` is `split(" ")` (a tab stays in
 * the name, a second blank makes an empty name), `comma` is `,` with white space around it.
 */
export type Separator = "whitespace" | "space" | "comma";

/** One element of a list and where it stands in the value. Empty where two separators meet, as in Java. */
export interface ListElement extends Span {
  readonly text: string;
}

/** What `\s` is in a Java regular expression; JavaScript's has no-break spaces and more. */
const WHITE_SPACE = " \\t\\n\\x0B\\f\\r";
const SEPARATORS: Readonly<Record<Separator, RegExp>> = {
  whitespace: new RegExp(`[${WHITE_SPACE}]+`, "g"),
  space: / /g,
  comma: /,/g,
};
const LEADING = new RegExp(`^[${WHITE_SPACE}]+`);

/**
 * Cuts a value as `String.split` does: an empty element at the beginning is kept, those at the end are dropped;
 * a value without a separator, even an empty one, is one element. Offsets are offsets in `value`.
 */
export function splitList(value: string, separator: Separator): ListElement[] {
  const elements: ListElement[] = [];
  let start = 0;
  for (const match of value.matchAll(SEPARATORS[separator])) {
    elements.push(element(value, start, match.index, separator));
    start = match.index + match[0].length;
  }
  elements.push(element(value, start, value.length, separator));
  if (elements.length === 1) return elements;
  while (elements.at(-1)?.text === "") elements.pop();
  return elements;
}

function element(value: string, start: number, end: number, separator: Separator): ListElement {
  if (separator !== "comma") return { text: value.slice(start, end), start, end };
  const untrimmed = value.slice(start, end);
  const from = start + (LEADING.exec(untrimmed)?.[0].length ?? 0);
  let to = end;
  while (to > from && isWhiteSpace(value.charCodeAt(to - 1))) to--;
  return { text: value.slice(from, to), start: from, end: to };
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
