import type { LogicalText } from "../../../grammar/properties/ast.ts";
import { listOfKind } from "../../bind/key.ts";
import { replace, unsafeFix } from "../edits.ts";
import { keyParts, placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";

/** A backslash at the end of a line that makes the next property a part of this value. */
export const rule: Rule = {
  id: "swallowed-line",
  severity: "error",
  reads: "as-written",
  summary: "A backslash at the end of a value, and the next property in the next line.",
  flume: "The next line is the rest of this value: what it says is lost.",
  bad: [
    {
      text: "a1.sources.r1.encoding = utf-8⟦\\⟧\na1.sources.r1.ack-every-event = false",
      fixed: "a1.sources.r1.encoding = utf-8\na1.sources.r1.ack-every-event = false",
    },
  ],
  good: [{ text: "a1.sources.r1.encoding = \\\n  utf-8" }],
  *check({ document }) {
    for (const entry of document.entries) {
      const { start, end } = entry.value.span;
      const written = document.text.slice(start, end);
      const { agent } = keyParts(entry.key.text.trim());
      for (const { 0: lineEnd, index } of written.matchAll(/\\(?:\r\n|\r|\n)/g)) {
        const next = start + index + lineEnd.length;
        if (!isPropertyOf(agent.text, document.text.slice(next, next + LONGEST_BEGINNING))) continue;
        const backslash = { start: start + index, end: start + index + 1 };
        const rest = offsetOf(entry.value, next);
        yield {
          span: backslash,
          ...placeOfKey(entry.key.text),
          message:
            "A backslash at the end of a line makes the next line a part of the value: the property there is lost, and this value is spoilt. Delete the backslash.",
          fixes: [unsafeFix("Delete the backslash", replace(backslash, ""))],
          corrections: [{ entry, part: "value", start: rest, end: entry.value.text.length, text: "" }],
        };
        break;
      }
    }
  },
};

/** No more of a line is looked at. */
const LONGEST_BEGINNING = 300;

/** True for `a1.sources…` and its like. */
function isPropertyOf(agent: string, line: string): boolean {
  const { agent: name, word } = keyParts(line.trimStart());
  if (agent === "" || name.text !== agent || word === undefined) return false;
  return Object.values(listOfKind).some((kind) => word.text.split(/[\s=:]/, 1)[0] === kind);
}

/** The first offset in the value that stands at or behind an offset of the file. */
function offsetOf(value: LogicalText, place: number): number {
  let low = 0;
  let high = value.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value.rangeOf(middle, middle + 1).end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
