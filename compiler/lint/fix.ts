import type { PropertiesDocument } from "../../grammar/properties/ast.ts";
import { encodeText } from "../../grammar/text/encoding.ts";
import type { Fix, TextEdit } from "../diagnostics/diagnostic.ts";
import { type LintOptions, type LintResult, lint } from "./lint.ts";

/** One fix can make room for the next; a fix that is undone by another must not run for ever. */
const MAX_PASSES = 10;

/** Which fixes to apply, besides what lint itself is told. */
export interface FixOptions extends LintOptions {
  /** Also those that a person should look at. */
  readonly unsafe?: boolean;
}

/** The file after its fixes. */
export interface FixResult {
  readonly bytes: Uint8Array;
  /** The number of fixes applied. */
  readonly applied: number;
  /** What is left. */
  readonly result: LintResult;
}

/**
 * Applies fixes and lints again until nothing is left to apply. Of fixes that touch the same text the first one is
 * applied, the others wait for the next pass. Bytes outside the edits stay as they are, whatever their encoding.
 *
 * @throws DocumentTooLargeError above the size that the grammar states
 */
export function applyFixes(input: Uint8Array, options: FixOptions = {}): FixResult {
  let bytes = input;
  let applied = 0;
  let result = lint(bytes, options);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const fixes = chooseFixes(result, options.unsafe === true);
    if (fixes.length === 0) break;
    const { document } = result;
    const edits = fixes.flatMap((fix) => fix.edits);
    const hasByteOrderMark =
      document.hasByteOrderMark && !fixes.some(({ removesByteOrderMark }) => removesByteOrderMark);
    bytes = encodeText(applyEdits(document, edits), { encoding: document.encoding, hasByteOrderMark });
    applied += fixes.length;
    result = lint(bytes, options);
  }
  return { bytes, applied, result };
}

/** The first fix of each finding, as far as they do not touch each other. */
function chooseFixes(result: LintResult, unsafe: boolean): readonly Fix[] {
  const chosen: Fix[] = [];
  const taken: TextEdit[] = [];
  for (const { fixes } of result.diagnostics) {
    const fix = fixes?.find((one) => unsafe || one.safe);
    if (fix === undefined || fix.edits.some((edit) => taken.some((other) => touch(edit, other)))) continue;
    chosen.push(fix);
    taken.push(...fix.edits);
  }
  return chosen;
}

/** The text of the document after edits that do not touch each other. */
export function applyEdits(document: PropertiesDocument, edits: readonly TextEdit[]): string {
  let text = "";
  let done = 0;
  for (const { span, newText } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    text += document.text.slice(done, span.start) + newText;
    done = span.end;
  }
  return text + document.text.slice(done);
}

/** Two edits touch when they share text, or insert at the same place. */
function touch(a: TextEdit, b: TextEdit): boolean {
  if (a.span.start === b.span.start) return true;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}
