import type { PropertiesDocument } from "../../../grammar/properties/ast.ts";
import type { Rule } from "../rule.ts";

/** A file that is no text; no other rule looks at it. */
export const rule: Rule = {
  id: "binary-file",
  severity: "error",
  reads: "as-written",
  summary: "A file with NUL characters: a program, an archive, or text in UTF-16.",
  flume:
    "Flume reads keys and values out of it that nobody has written, ignores them with a WARN each, and idles for ever.",
  bad: [{ text: "PK\u0003\u0004⟦\0⟧\0\nchannels", whole: true }],
  good: [{ text: "# \\u0000" }],
  *check({ document }) {
    if (!isBinary(document)) return;
    const at = document.text.indexOf("\0");
    const wide = /^(?:\u00ff\u00fe|\u00fe\u00ff|[\x20-\x7e]\0|\0[\x20-\x7e])/.test(document.text);
    yield {
      span: { start: at, end: at + 1 },
      message: wide
        ? "The file is UTF-16, of which Flume reads every byte as a character: it finds no agent in it and idles for ever. Save it as UTF-8 without a byte order mark."
        : "The file is no text: it has NUL characters in it. Flume finds no agent in it and idles for ever. Is it the file that was meant?",
    };
  },
};

/** Whether a file is judged by this rule alone. */
export function isBinary({ text }: PropertiesDocument): boolean {
  return text.includes("\0");
}
