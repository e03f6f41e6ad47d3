import { removeEntry, unsafeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";

/** A key without a value. */
export const rule: Rule = {
  id: "empty-value",
  severity: "error",
  reads: "as-written",
  summary: "A property without a value.",
  flume: "Flume refuses it with an error in its log; the property is absent.",
  bad: [
    { text: "⟦a1.channels.c1.capacity⟧ =", fixed: "" },
    { text: "⟦a1.sources.r1.port⟧ =   ", without: ["a1.sources.r1.port"] },
  ],
  good: [{ text: "a1.channels.c1.capacity = 100" }],
  *check({ document, bound }) {
    for (const { entry, reason } of bound.rejected) {
      if (reason !== "empty-value" || !entry.key.text.includes(".")) continue;
      yield {
        span: entry.key.span,
        ...placeOfKey(entry.key.text),
        message:
          "This property has no value: Flume refuses it with an error in its log and goes on as if the line were not there. Write a value or delete the line.",
        fixes: [unsafeFix("Delete this line", removeEntry(document, entry))],
      };
    }
  },
};
