import { replace, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

/** A switch that says neither true nor false. */
export const rule: Rule = {
  id: "invalid-boolean",
  severity: "warning",
  reads: "as-meant",
  summary: "A boolean that is neither true nor false.",
  flume: "Only `true`, in any case, is true; everything else is false, without a word.",
  bad: [
    { text: "a1.sources.r1.ack-every-event = ⟦yes⟧", fixed: "a1.sources.r1.ack-every-event = true" },
    { text: "a1.sources.r1.ack-every-event = ⟦0⟧", fixed: "a1.sources.r1.ack-every-event = false" },
  ],
  good: [{ text: "a1.sources.r1.ack-every-event = TRUE" }, { text: "a1.sources.r1.ack-every-event = false" }],
  *check({ agents, quote }) {
    for (const site of sites(agents)) {
      for (const property of site.component.properties.values()) {
        const written = writtenAs(property);
        if (property.value.kind !== "boolean" || written === undefined) continue;
        if (property.definition.type.kind !== "boolean" || /^(true|false)$/i.test(property.text)) continue;
        const meant = MEANINGS.get(property.text.toLowerCase());
        const advice = meant === undefined ? "Write true or false." : `Write ${meant}.`;
        yield {
          span: written.valueSpan,
          ...site.at(written.name),
          message: `${quote(written)} is neither true nor false, and Flume takes it for false without a word. ${advice}`,
          fixes:
            meant === undefined ? [] : [unsafeFix(`Change to ${meant}`, replace(written.valueSpan, meant))],
        };
      }
    }
  },
};

/** Words for yes and no, and slips of the hand. */
const MEANINGS: ReadonlyMap<string, "true" | "false"> = new Map([
  ...["yes", "y", "on", "1", "t", "ture", "treu", "tru", "enabled"].map((word) => [word, "true"] as const),
  ...["no", "n", "off", "0", "f", "flase", "fasle", "fals", "disabled"].map(
    (word) => [word, "false"] as const,
  ),
]);
