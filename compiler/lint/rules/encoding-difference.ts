import type { LogicalText } from "../../../grammar/properties/ast.ts";
import { replace, safeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
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
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = ⟦é⟧t\\u00e9 été",
      fixed:
        "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = \\u00e9t\\u00e9 \\u00e9t\\u00e9",
    },
  ],
  good: [
    { text: "# café in a comment" },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = caf\\u00e9",
    },
  ],
  *check({ document, isSecret }) {
    if (document.isAscii) return;
    for (const entry of document.entries) {
      for (const text of [entry.key, entry.value]) {
        if (text.text === text.flumeText) continue;
        yield* inText(text, placeOfKey(entry.key.text), isSecret(entry) && text === entry.value);
      }
    }
  },
};

/** One finding for a whole key or value, at the first of the characters. */
function* inText(
  text: LogicalText,
  place: ReturnType<typeof placeOfKey>,
  secret: boolean,
): Generator<Finding> {
  const runs = [...text.text.matchAll(/[^\x00-\x7f]+/g)]
    .map(({ 0: run, index }) => ({ run, span: text.rangeOf(index, index + run.length) }))
    // neither what is escaped already nor what another rule wants replaced
    .filter(({ run, span }) => span.end - span.start === run.length && !INVISIBLE.test(run));
  const [first] = runs;
  if (first === undefined) return;
  const read = new TextEncoder().encode(first.run);
  const what = secret ? "This" : `"${shortened(first.run)}"`;
  const as = secret ? "" : `, "${shortened(asLatin1(read))}"`;
  yield {
    span: first.span,
    ...place,
    message: `${what} is read by Flume as ${read.length} other characters${as}, because it takes the file for ISO-8859-1. Write \\uXXXX instead.`,
    fixes: secret
      ? []
      : [safeFix("Write as \\uXXXX", ...runs.map(({ run, span }) => replace(span, escaped(run))))],
  };
}

function shortened(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
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
