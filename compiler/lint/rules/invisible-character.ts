import { replace, safeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";

/** No-break and other special spaces, zero-width characters, a byte order mark in the middle. */
export const INVISIBLE = /^[\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+$/;

const RUNS = /[\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+/g;

/** Characters that look like a blank or like nothing, and are neither to Flume. */
export const rule: Rule = {
  id: "invisible-character",
  severity: "error",
  reads: "as-written",
  summary: "A no-break space or another invisible character, which does not count as a blank.",
  flume:
    "It becomes part of the key or of the value: the key names another property, the name another component. On an otherwise empty line it becomes a key, which Flume ignores with a WARN.",
  bad: [
    {
      text: "a1.sources.r1.port⟦\u00a0⟧= 44444",
      without: ["a1.sources.r1.port"],
      fixed: "a1.sources.r1.port = 44444",
    },
    { text: "a1.sources.r1.channels = c1⟦\u00a0⟧", fixed: "a1.sources.r1.channels = c1" },
    { text: "⟦\u00a0⟧", fixed: "" },
  ],
  good: [{ text: "# no\u00a0break in a comment" }, { text: "a1.sources.r1.port\t=\t44444" }],
  *check({ document }) {
    for (const entry of document.entries) {
      const keyOnly = entry.value.text === "";
      for (const part of ["key", "value"] as const) {
        const text = entry[part];
        for (const { 0: run, index } of text.text.matchAll(RUNS)) {
          const start = index;
          const end = index + run.length;
          const span = text.rangeOf(start, end);
          if (span.end - span.start !== run.length) continue;
          const blankLine = keyOnly && part === "key" && text.text.trim() === "";
          const inside = start > 0 && end < text.text.length && part === "value";
          yield {
            span,
            severity: blankLine || inside ? "warning" : "error",
            message: `${nameOf(run)} is not a blank to Flume: it ${blankLine ? "makes this line a key, which Flume ignores with a WARN" : `becomes part of the ${part}`}. ${inside ? "Type a plain blank instead." : "Delete it."}`,
            fixes: [
              safeFix(
                `Replace ${nameOf(run)}`,
                replace(span, blankLine || (!inside && part === "value") ? "" : " "),
              ),
            ],
            corrections: [{ entry, part, start, end, text: inside ? " " : "" }],
          };
        }
      }
    }
  },
};

function nameOf(run: string): string {
  const code = run.charCodeAt(0);
  const name =
    code === 0xa0 ? "A no-break space" : code === 0xfeff ? "A byte order mark" : "An invisible character";
  return `${name} (U+${code.toString(16).toUpperCase().padStart(4, "0")})`;
}
