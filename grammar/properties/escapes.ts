/**
 * Receives the parts of a key or value as written, in order. Offsets are offsets in the raw text; what lies
 * between two parts is a continuation (backslash, line terminator, white space), which stands for nothing.
 */
interface Visitor {
  /** Characters that stand for themselves. */
  plain(start: number, end: number): unknown;
  /** A backslash and a character, which stand for `character`. */
  escape(character: string, start: number, end: number): unknown;
  /** A `\u0041`, which stands for `character`. */
  unicode(character: string, start: number, end: number): unknown;
  /** A `\u` without four hexadecimal digits, from the backslash to its last digit; visited as an `escape` too. */
  malformed?(start: number, end: number): unknown;
}

const PLAIN = /[^\\]*/y;
const CONTINUATION = /\\(?:\r\n?|\n)[ \t\f]*/y;
/** Any other escaped character stands for itself. */
const CONTROL_CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["t", "\t"],
  ["n", "\n"],
  ["r", "\r"],
  ["f", "\f"],
]);

/** Where the continuation at `offset` ends, or `offset` where there is none. */
function endOfContinuation(raw: string, offset: number): number {
  CONTINUATION.lastIndex = offset;
  return CONTINUATION.test(raw) ? CONTINUATION.lastIndex : offset;
}

function isHexadecimal(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** Where the next hexadecimal digit is; `\u00` and its `41` may stand on different lines. */
function findDigit(raw: string, offset: number): number | undefined {
  let digit = offset;
  for (let next = endOfContinuation(raw, digit); next !== digit; next = endOfContinuation(raw, digit))
    digit = next;
  return isHexadecimal(raw.charCodeAt(digit)) ? digit : undefined;
}

/** Visits the `\u` at `start` and returns where to go on. */
function visitUnicode(raw: string, start: number, visitor: Visitor): number {
  let end = start + 2;
  let digits = "";
  for (let at = findDigit(raw, end); at !== undefined; at = findDigit(raw, end)) {
    digits += raw[at];
    end = at + 1;
    if (digits.length === 4) {
      visitor.unicode(String.fromCharCode(Number.parseInt(digits, 16)), start, end);
      return end;
    }
  }
  visitor.malformed?.(start, end);
  // Java reads nothing at all here. The nearest is an escape without a meaning: `C:\users` as `C:users`.
  visitor.escape("u", start, start + 2);
  return start + 2;
}

/** Walks through a key or value as written, with the rules of `Properties.LineReader` and `loadConvert`. */
export function visit(raw: string, visitor: Visitor): void {
  let offset = 0;
  while (offset < raw.length) {
    PLAIN.lastIndex = offset;
    PLAIN.test(raw);
    const backslash = PLAIN.lastIndex;
    if (backslash > offset) visitor.plain(offset, backslash);
    offset = endOfContinuation(raw, backslash);
    if (offset > backslash) continue;
    const escaped = raw.codePointAt(backslash + 1);
    if (escaped === undefined) return; // the backslash ends the file
    const character = String.fromCodePoint(escaped);
    if (character === "u") {
      offset = visitUnicode(raw, backslash, visitor);
    } else {
      offset = backslash + 1 + character.length;
      visitor.escape(CONTROL_CHARACTERS.get(character) ?? character, backslash, offset);
    }
  }
}

/** The text that `raw`, a key or value as written, stands for. */
export function decodeEscapes(raw: string): string {
  const parts: string[] = [];
  const append = (character: string) => parts.push(character);
  visit(raw, { plain: (start, end) => parts.push(raw.slice(start, end)), escape: append, unicode: append });
  return parts.join("");
}
