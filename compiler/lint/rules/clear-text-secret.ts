import { placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";

/** Passwords that stand in the file. */
export const rule: Rule = {
  id: "clear-text-secret",
  severity: "info",
  reads: "as-meant",
  summary: "A password, a token or the like that stands in the file.",
  flume: "Flume logs whole configurations at DEBUG level, and every line that it refuses at any level.",
  bad: [
    {
      text: "a1.sources.r1.type = avro\na1.sources.r1.keystore-password = ⟦hunter2⟧",
      also: ["pending-component"],
    },
  ],
  good: [
    {
      text: "a1.sources.r1.type = avro\na1.sources.r1.keystore-password = ${env:KEYSTORE_PASSWORD}",
      also: ["pending-component"],
    },
  ],
  *check({ document, isSecret }) {
    for (const entry of document.entries) {
      if (!isSecret(entry) || entry.value.text.includes("${") || isPlaceholder(entry.value.text)) continue;
      yield {
        span: entry.value.span,
        ...placeOfKey(entry.key.text),
        message:
          "This secret stands in the file in clear text. Write ${env:NAME}, and Flume (1.10 and later) takes it from the environment. A program built from this file does not hold it: it looks it up when it starts.",
      };
    }
  },
};

/** `<required>`, `[your token]`: nothing to hide yet. */
function isPlaceholder(value: string): boolean {
  return /^(<[^<>]*>|\[[^[\]]*\])\s*$/.test(value);
}
