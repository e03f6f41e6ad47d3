import type { ChalkInstance } from "chalk";
import type { Severity } from "../compiler/diagnostics/diagnostic.ts";
import type { LineIndex } from "../grammar/text/line-index.ts";
import type { Span } from "../grammar/text/span.ts";
import { shown, widthOf } from "./escape-text.ts";

/** How a frame is drawn. */
export interface FrameOptions {
  readonly colours: ChalkInstance;
  /** In columns; longer lines are cut around the range. */
  readonly width: number;
  readonly severity: Severity;
  /** What must not be seen. */
  readonly secrets: readonly Span[];
}

/** What stands in place of a secret. */
const MASK = "•";
/** A range over more lines than this is shown by its first ones. */
const MOST_LINES = 4;

/** The lines of a range with one line above, numbered, the range underlined. Ends without a line end. */
export function codeFrame(lines: LineIndex, span: Span, options: FrameOptions): string {
  const { colours } = options;
  const first = lines.position(span.start).line;
  const last = Math.min(lines.position(Math.max(span.start, span.end - 1)).line, first + MOST_LINES - 1);
  const from = Math.max(1, first - 1);
  const gutter = String(last).length;
  const drawn: string[] = [];
  for (let line = from; line <= last; line++) {
    const start = lines.offset(line, 1);
    const source = lines.lineText(line);
    if (line < first && source.trim() === "") continue;
    const marked = { start: Math.max(span.start, start), end: Math.min(span.end, start + source.length) };
    const cells = cellsOf(source, start, marked, options.secrets);
    const cut = cutToFit(cells, marked, options.width - gutter - 5);
    const number = colours.dim(`${String(line).padStart(gutter + 2)} │`);
    const code = cut.map((cell) => cell.shown).join("");
    drawn.push(`${number} ${line < first ? colours.dim(code) : code}`.trimEnd());
    if (line < first) continue;
    const underline = underlineOf(cut, marked);
    if (underline === undefined) continue;
    const paint = paintOf(options.severity, colours);
    drawn.push(`${colours.dim(`${" ".repeat(gutter + 2)} │`)} ${underline.before}${paint(underline.marks)}`);
  }
  return drawn.join("\n");
}

/** The colour of a severity. */
export function paintOf(severity: Severity, colours: ChalkInstance): (text: string) => string {
  return severity === "error" ? colours.red : severity === "warning" ? colours.yellow : colours.cyan;
}

/** A character of a line: its offset in the file, how it is shown, how many columns that takes. */
interface Cell {
  readonly offset: number;
  readonly length: number;
  readonly shown: string;
  readonly width: number;
}

/** No more of a line is looked at than this, before and after the beginning of the range: a line can be a whole file. */
const MOST_SHOWN = 2000;

function cellsOf(source: string, lineStart: number, marked: Span, secrets: readonly Span[]): Cell[] {
  const from = Math.max(0, marked.start - lineStart - MOST_SHOWN);
  const start = lineStart + from;
  const window = source.slice(from, from + 2 * MOST_SHOWN);
  const end = start + window.length;
  const here = secrets.filter((secret) => secret.start < end && secret.end > start);
  const cells: Cell[] = [];
  let offset = start;
  for (const char of window) {
    const secret = here.find((one) => one.start <= offset && offset < one.end);
    if (secret === undefined) {
      const display = shown(char);
      cells.push({ offset, length: char.length, shown: display, width: widthOf(display) });
    } else if (offset === Math.max(secret.start, start)) {
      // neither the secret nor its length
      const length = Math.min(secret.end, end) - offset;
      cells.push({ offset, length, shown: MASK.repeat(8), width: 8 });
    }
    offset += char.length;
  }
  return cells;
}

/** The part of a line that fits, with the marked range in it, and `…` where it is cut. */
function cutToFit(cells: readonly Cell[], marked: Span, width: number): readonly Cell[] {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= width) return cells;
  const markedAt = cells.findIndex((cell) => cell.offset + cell.length > marked.start);
  let from = Math.max(0, markedAt === -1 ? cells.length - 1 : markedAt);
  let used = 1;
  // about a third of the width goes to what stands before the range
  while (from > 0 && used + cells[from - 1]!.width <= width / 3) used += cells[--from]!.width;
  let to = from;
  used = from > 0 ? 1 : 0;
  while (to < cells.length && used + cells[to]!.width <= width - 1) used += cells[to++]!.width;
  const ellipsis = (offset: number): Cell => ({ offset, length: 0, shown: "…", width: 1 });
  return [
    ...(from > 0 ? [ellipsis(cells[from]!.offset)] : []),
    ...cells.slice(from, to),
    ...(to < cells.length ? [ellipsis(cells[to]!.offset)] : []),
  ];
}

function underlineOf(cells: readonly Cell[], marked: Span): { before: string; marks: string } | undefined {
  let before = 0;
  let marks = 0;
  for (const cell of cells) {
    const touched = cell.offset < marked.end && cell.offset + cell.length > marked.start;
    if (touched) marks += cell.width;
    else if (marks === 0 && cell.offset + cell.length <= marked.start) before += cell.width;
  }
  return { before: " ".repeat(before), marks: "^".repeat(Math.max(1, marks)) };
}
