import type { ResolvedAgent } from "../../resolve/resolved-agent.ts";
import { removeEntry, unsafeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";
import { droppedByName, type Place, sites } from "../walk.ts";

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
  *check({ document, bound, agents }) {
    const required = requiredProperties(agents);
    for (const { entry, reason } of bound.rejected) {
      if (reason !== "empty-value" || !entry.key.text.includes(".")) continue;
      const place = placeOfKey(entry.key.text);
      const effect = required.get(entry.key.text.trim());
      const advice = effect === undefined ? "Write a value or delete the line." : `${effect}. Write a value.`;
      yield {
        span: entry.key.span,
        ...place,
        message: `This property has no value: Flume refuses it with an error in its log and goes on as if the line were not there. ${advice}`,
        fixes: effect === undefined ? [unsafeFix("Delete this line", removeEntry(document, entry))] : [],
      };
    }
  },
};

/** The keys without which Flume drops something, and what it drops. */
function requiredProperties(agents: readonly ResolvedAgent[]): ReadonlyMap<string, string> {
  const required = new Map<string, string>();
  for (const site of sites(agents)) {
    const keyOf = ({ agent, component, property }: Place) => `${agent}.${component}.${property}`;
    if (site.component.unresolved === "no-type") required.set(keyOf(site.atType()), droppedByName(site));
    for (const [name, definition] of Object.entries(site.component.definition?.properties ?? {})) {
      if (definition.required !== true || site.component.properties.has(name)) continue;
      required.set(keyOf(site.at(name)), droppedByName(site));
    }
  }
  return required;
}
