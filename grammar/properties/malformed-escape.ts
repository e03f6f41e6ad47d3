import type { SyntaxProblem } from "./ast.ts";
import type { SourceEntry } from "./document.ts";
import { visit } from "./escapes.ts";
import type { SourceText } from "./logical-text.ts";

/** Java stops at the first problem of a file; more than this many help nobody. */
export const MOST_PROBLEMS = 1000;

/** Finds `\u` without four hexadecimal digits in keys and values; in comments it means nothing. */
export function malformedEscapes(entries: readonly SourceEntry[]): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  for (const { key, value } of entries) {
    collect(key, problems);
    collect(value, problems);
    if (problems.length >= MOST_PROBLEMS) break;
  }
  return problems.slice(0, MOST_PROBLEMS);
}

function collect(text: SourceText, problems: SyntaxProblem[]): void {
  const raw = text.raw;
  if (!raw.includes("\\u")) return;
  const ignore = () => {};
  visit(raw, {
    plain: ignore,
    escape: ignore,
    unicode: ignore,
    malformed: (start, end) => {
      if (problems.length >= MOST_PROBLEMS) return;
      const span = { start: text.start + start, end: text.start + end };
      problems.push({ message: describe(raw.slice(start, end)), span });
    },
  });
}

function describe(written: string): string {
  const shown = written.replace(/[\r\n].*/s, "…");
  return `${shown} is not followed by four hexadecimal digits`;
}
