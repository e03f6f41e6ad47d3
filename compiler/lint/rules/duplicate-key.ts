import type { PropertyEntry } from "../../../grammar/properties/ast.ts";
import { removeEntry, safeFix, unsafeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";

/** The same key twice in one file. */
export const rule: Rule = {
  id: "duplicate-key",
  severity: "warning",
  reads: "as-written",
  summary: "A key that is written again further down.",
  flume: "The last one counts; the others are forgotten without a word.",
  bad: [
    {
      text: "⟦a1.sources.r1.port⟧ = 44444\na1.sources.r1.port = 44445",
      without: ["a1.sources.r1.port"],
      fixed: "a1.sources.r1.port = 44445",
    },
    { text: "a1.sinks = k1\n⟦a1.sinks\\ ⟧ = k1" },
    { text: "⟦a1.sinks⟧ = k1\na1.sinks = k1", without: ["a1.sinks"], fixed: "a1.sinks = k1" },
  ],
  good: [{ text: "a1.sources.r1.port = 44444\n# a1.sources.r1.port = 44445" }],
  *check({ document, bound }) {
    for (const { entry, reason } of bound.rejected) {
      if (reason !== "second-list") continue;
      yield {
        span: entry.key.span,
        severity: "error",
        ...placeOfKey(entry.key.text),
        message:
          "This list is here already, under a key that differs in escaped blanks only. Flume takes one of the two and refuses the other, which one is a matter of chance. Delete one.",
      };
    }
    const refused = new Set(bound.agents.flatMap(({ unbound }) => unbound));
    for (const { entry, reason, overridden } of bound.rejected) {
      if (reason === "no-agent" || reason === "no-property")
        for (const one of [entry, ...overridden]) refused.add(one);
    }
    const last = new Map<string, PropertyEntry>();
    for (const entry of document.entries) last.set(entry.key.text, entry);
    for (const entry of document.entries) {
      const winner = last.get(entry.key.text);
      if (winner === undefined || winner === entry || refused.has(entry)) continue;
      const same = winner.value.text.trim() === entry.value.text.trim();
      const title = "Delete this line";
      const edit = removeEntry(document, entry);
      yield {
        span: entry.key.span,
        ...placeOfKey(entry.key.text),
        message: same
          ? "This key is written again further down, with the same value. Delete one of the two."
          : "This key is written again further down with another value. Flume takes the last one and forgets this one in silence. Keep the one that is meant.",
        related: [{ message: "the one that counts", span: winner.key.span }],
        fixes: [same ? safeFix(title, edit) : unsafeFix(title, edit)],
      };
    }
  },
};
