/**
 * Text of a file made safe for a terminal: control characters and those that turn the direction of writing are shown
 * by their names (`\x1b`, `\u202e`) rather than sent; a tab becomes blanks, a no-break space an open box.
 */
export function escapeText(text: string): string {
  let escaped = "";
  for (const char of text) escaped += shown(char);
  return escaped;
}

/** How a character is shown. */
export function shown(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === "\t") return "    ";
  if (char === "\u00a0") return "␣";
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${hex(code, 2)}`;
  if (INVISIBLE.test(char)) return `\\u${hex(code, 4)}`;
  return char;
}

/** How many columns a shown character takes: two for East Asian wide ones and emoji, none for combining marks. */
export function widthOf(shownChar: string): number {
  let width = 0;
  for (const char of shownChar) width += COMBINING.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** Direction marks, zero-width characters, special spaces, lone surrogates. */
const INVISIBLE =
  /^[\u00a0\u00ad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\ud800-\udfff]$/u;

const COMBINING = /^\p{M}$/u;

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
