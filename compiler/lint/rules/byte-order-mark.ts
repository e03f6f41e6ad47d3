import type { Rule } from "../rule.ts";

/** A byte order mark at the beginning of the file. */
export const rule: Rule = {
  id: "byte-order-mark",
  severity: "error",
  reads: "as-written",
  summary: "A byte order mark in front of the first line.",
  flume:
    "To Java the mark is no white space: the first line becomes a property of an agent called `ï»¿a1`, even when it is a comment.",
  bad: [
    { text: "\ufeff⟦a1.sources⟧ = r1", without: ["a1.sources"], fixed: "a1.sources = r1" },
    { text: "\ufeff⟦#⟧ the agent", fixed: "# the agent", also: ["unrecognized-key"] },
  ],
  good: [{ text: "a1.sources = r1" }],
  *check({ document }) {
    if (!document.hasByteOrderMark) return;
    const [first] = document.entries;
    const lost =
      first !== undefined && !/^\s*[#!]/.test(document.text) && !/^[^\S\r\n]*[\r\n]/.test(document.text);
    const advice = "Save the file as UTF-8 without a byte order mark.";
    if (!lost || first === undefined) {
      yield {
        span: { start: 0, end: Math.min(1, document.text.length) },
        severity: "warning",
        message: `The file begins with a byte order mark, which Flume takes for the beginning of a key: it ignores this line with a WARN. ${advice}`,
        fixes: [FIX],
      };
      return;
    }
    const { key } = first;
    const mark = key.text.length - key.text.replace(/^(\ufeff|ï»¿)/, "").length;
    yield {
      span: mark === 0 ? key.span : key.rangeOf(mark, key.text.length),
      message: `The file begins with a byte order mark, which Flume takes for a part of this key: the line configures an agent that does not exist and is lost. ${advice}`,
      fixes: [FIX],
      corrections: [{ entry: first, part: "key", start: 0, end: mark, text: "" }],
    };
  },
};

const FIX = {
  title: "Take the byte order mark away",
  safe: true,
  edits: [],
  removesByteOrderMark: true,
} as const;
