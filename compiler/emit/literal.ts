/** A value that may be printed as TypeScript. Objects are printed by the templates, key by known key. */
export type Literal = string | number | boolean | readonly Literal[];

/**
 * Prints a value as a TypeScript expression. The one way for text of a configuration to reach emitted code:
 * whatever the text is, the result is one literal (or an array of literals) and stands on one line.
 *
 * @throws RangeError for a number that is not finite.
 */
export function printLiteral(value: Literal): string {
  switch (typeof value) {
    case "string":
      return printString(value);
    case "number":
      return printNumber(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      return `[${value.map(printLiteral).join(", ")}]`;
  }
}

/**
 * Characters that JSON leaves alone but that must not stand in a source file as they are: line separators,
 * controls, and the invisible and direction-changing ones that make code read otherwise than it runs.
 */
const UNPRINTABLE = /[\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;

/** JSON, with `</script` and both ends of a comment broken up, and nothing invisible. */
function printString(text: string): string {
  const json = JSON.stringify(text)
    .replace(UNPRINTABLE, escapeUnit)
    .replaceAll("</", "<\\/")
    .replaceAll("*/", "*\\/")
    .replaceAll("<!--", "<\\u0021--");
  return count(text, '"') > count(text, "'") ? singleQuoted(json) : json;
}

/** The same literal in single quotes: fewer backslashes, as a formatter would have it. */
function singleQuoted(json: string): string {
  const inner = json
    .slice(1, -1)
    .replace(/\\.|'/g, (piece) => (piece === '\\"' ? '"' : piece === "'" ? "\\'" : piece));
  return `'${inner}'`;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `10000` as `10_000`, the way people write it. */
function printNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new RangeError(`${value} has no literal`);
  }
  const text = String(value);
  return /^-?\d{4,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, "_") : text;
}

/** A whole number for people: `10,000`. */
export function printCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

// A comment may be wrapped at any blank, so an @ within quotes could come to stand where a directive begins.

/** Names and addresses that can stand in a comment as they are: no quotes, no `*`, no `@` to begin a directive. */
const PLAIN = /^[A-Za-z0-9_.,:/%{}+-][A-Za-z0-9_.,:/%{}+ -]{0,99}$/;

/**
 * Text of a configuration inside a comment of the emitted program: plain words as they are, everything else as
 * a quoted literal, so that it can end neither the line nor the comment and cannot be taken for a directive.
 */
export function commentText(text: string): string {
  if (PLAIN.test(text) && !text.includes("//")) {
    return text;
  }
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return printString(shown).replaceAll("/*", "/\\*").replaceAll("@", "\\u0040");
}
