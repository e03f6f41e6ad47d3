import type { Span } from "../../grammar/text/span.ts";

/** Text with `⟦…⟧` around what a rule must report. */
export interface MarkedText {
  /** Without the marks. */
  readonly text: string;
  readonly spans: readonly Span[];
}

/** Takes the marks out. */
export function unmarked(marked: string): MarkedText {
  const spans: Span[] = [];
  let text = "";
  let start = -1;
  for (const char of marked) {
    if (char === "⟦") start = text.length;
    else if (char === "⟧") spans.push({ start, end: text.length });
    else text += char;
  }
  return { text, spans };
}

/** Puts marks around ranges, so that a failing test shows what was reported. */
export function marked(text: string, spans: readonly Span[]): string {
  const marks = spans.flatMap(({ start, end }, at) => [
    { offset: start, order: at * 2 + 1, mark: "⟦" },
    { offset: end, order: at * 2 + (end === start ? 2 : 0), mark: "⟧" },
  ]);
  let out = "";
  let done = 0;
  for (const { offset, mark } of marks.sort((a, b) => a.offset - b.offset || a.order - b.order)) {
    out += text.slice(done, offset) + mark;
    done = offset;
  }
  return out + text.slice(done);
}
