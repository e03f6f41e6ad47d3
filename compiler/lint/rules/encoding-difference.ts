import type { LogicalText } from "../../../grammar/properties/ast.ts";
import { replace, safeFix } from "../edits.ts";
import type { Finding, Rule } from "../rule.ts";
import { INVISIBLE } from "./invisible-character.ts";

/** UTF-8 text that Flume reads as ISO-8859-1. */
export const rule: Rule = {
  id: "encoding-difference",
  severity: "warning",
  reads: "as-written",
  summary: "Characters outside ASCII in a UTF-8 file, which Flume reads as other characters.",
  flume:
    "Since 1.10 Flume reads ISO-8859-1: every byte of a UTF-8 character becomes a character of its own. Up to 1.9 it depends on the platform.",
  bad: [
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = caf⟦é⟧",
      fixed:
        "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = caf\\u00e9",
    },
  ],
  good: [
    { text: "# café in a comment" },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = caf\\u00e9",
    },
  ],
  *check({ document, isSecret }) {
    for (const entry of document.entries) {
      for (const text of [entry.key, entry.value]) {
        if (text.text === text.flumeText) continue;
        for (const finding of inText(text, isSecret(entry) && text === entry.value)) yield finding;
      }
    }
  },
};

function* inText(text: LogicalText, secret: boolean): Generator<Finding> {
  for (const { 0: run, index } of text.text.matchAll(/[^\x00-\x7f]+/g)) {
    const span = text.rangeOf(index, index + run.length);
    if (span.end - span.start !== run.length || INVISIBLE.test(run)) continue;
    const read = new TextEncoder().encode(run);
    const what = secret ? "This character" : `"${run}"`;
    yield {
      span,
      message: `${what} is read by Flume as ${read.length} other characters${secret ? "" : `, "${asLatin1(read)}"`}, because it takes the file for ISO-8859-1. Write \\uXXXX instead.`,
      fixes: secret ? [] : [safeFix("Write as \\uXXXX", replace(span, escaped(run)))],
    };
  }
}

function asLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function escaped(run: string): string {
  return Array.from(
    { length: run.length },
    (_, at) => `\\u${run.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}
