import type { PropertiesDocument, PropertyEntry } from "../../../grammar/properties/ast.ts";
import { bind } from "../../bind/bind.ts";
import type { Severity } from "../../diagnostics/diagnostic.ts";
import { resolve } from "../../resolve/resolve.ts";
import type { ResolvedAgent } from "../../resolve/resolved-agent.ts";
import { asMeant, type Correction } from "../as-meant.ts";
import { trailingComment } from "../blanks.ts";
import { insertLineBefore, replace, safeFix, unsafeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";
import { isList, isStrict, severityOfSpoiling, typesByStart, type ValueType } from "../value-types.ts";
import { sites } from "../walk.ts";

/** A comment behind a value. */
export const rule: Rule = {
  id: "trailing-comment",
  severity: "warning",
  reads: "as-written",
  summary: "`# …` behind a value.",
  flume: "A comment has a line of its own; behind a value it is part of the value.",
  bad: [
    {
      text: "a1.sources.r1.port = 44444 ⟦# the port⟧",
      fixed: "# the port\na1.sources.r1.port = 44444",
    },
    { text: "a1.sinks = k1 ⟦#k2⟧", fixed: "#k2\na1.sinks = k1" },
  ],
  good: [
    { text: "a1.sources.r1.port = 44444\n# the port" },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = issue#1",
    },
  ],
  *check({ document, agents, isSecret }) {
    const types = typesByStart(withTypesAsMeant(document, agents));
    for (const entry of document.entries) {
      const text = entry.value.text;
      if (!text.includes("#") || isSecret(entry)) continue;
      const type = types.get(entry.span.start);
      const strict = isStrict(entry, type);
      const comment = trailingComment(text, strict);
      if (comment === undefined) continue;
      const { start, hash } = comment;
      const end = text.trimEnd().length;
      const words = text.slice(hash, end).replace(/\s+/g, " ");
      const span = entry.value.rangeOf(hash, end);
      const edits = [
        insertLineBefore(document, entry, words),
        replace(entry.value.rangeOf(start, text.length), ""),
      ];
      const title = "Move the comment to a line of its own";
      yield {
        span,
        ...placeOfKey(entry.key.text),
        severity: severityOf(entry, type),
        message: `A comment has a line of its own: behind a value it is part of it, and Flume reads ${strict && isNames(entry, type) ? "its words as further names" : "it as such"}. Move it to the line above.`,
        fixes: [strict ? safeFix(title, ...edits) : unsafeFix(title, ...edits)],
        corrections: strict ? [{ entry, part: "value", start, end: text.length, text: "" }] : [],
      };
    }
  },
};

/** Names too many in a list of channels are left out; the channels before them stay. */
function severityOf(entry: PropertyEntry, value: ValueType | undefined): Severity {
  return value?.type.kind === "reference" && value.type.many ? "warning" : severityOfSpoiling(entry, value);
}

function isNames(entry: PropertyEntry, value: ValueType | undefined): boolean {
  const type = value?.type;
  return isList(entry) || type?.kind === "part-names" || (type?.kind === "reference" && type.many);
}

/** The agents without the comments behind their types: what the other values may hold hangs on these. */
function withTypesAsMeant(
  document: PropertiesDocument,
  agents: readonly ResolvedAgent[],
): readonly ResolvedAgent[] {
  const corrections = [...sites(agents)].flatMap(({ component: { typeProperty } }): Correction[] => {
    const { entry } = typeProperty ?? {};
    const comment = entry === undefined ? undefined : trailingComment(entry.value.text, true);
    if (entry === undefined || comment === undefined) return [];
    return [{ entry, part: "value", start: comment.start, end: entry.value.text.length, text: "" }];
  });
  return corrections.length === 0 ? agents : resolve(bind(asMeant(document, corrections))).agents;
}
