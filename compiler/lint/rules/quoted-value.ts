import { replace, safeFix, unsafeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
import type { Rule } from "../rule.ts";
import { isStrict, severityOfSpoiling, typesByStart } from "../value-types.ts";

/** Quotes around a value, as a shell or YAML would have them. */
export const rule: Rule = {
  id: "quoted-value",
  severity: "warning",
  reads: "as-written",
  summary: "A value in quotes.",
  flume: "A properties file knows no quotes: they are part of the value.",
  bad: [
    { text: 'a1.sources.r1.bind = ⟦"localhost"⟧', fixed: "a1.sources.r1.bind = localhost" },
    { text: "a1.sources.r1.port = ⟦'44444'⟧", fixed: "a1.sources.r1.port = 44444" },
    { text: 'a1.sinks = ⟦"k1"⟧', fixed: "a1.sinks = k1" },
    { text: "a1.sinks.k1.type = ⟦'logger'⟧", fixed: "a1.sinks.k1.type = logger" },
    {
      text: 'a1.sinks.k1.type = file_roll\na1.sinks.k1.sink.directory = ⟦"/var/log/flume"⟧',
      fixed: "a1.sinks.k1.type = file_roll\na1.sinks.k1.sink.directory = /var/log/flume",
    },
  ],
  good: [
    {
      text: 'a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = say "no"',
    },
  ],
  *check({ document, agents }) {
    const types = typesByStart(agents);
    for (const entry of document.entries) {
      const { text } = entry.value;
      const end = text.trimEnd().length;
      const mark = text.charAt(0);
      if ((mark !== '"' && mark !== "'") || end < 3 || text.indexOf(mark, 1) !== end - 1) continue;
      const type = types.get(entry.span.start);
      const strict = isStrict(entry, type);
      // of what no schema knows, quotes may be a part
      if (type === undefined && !strict) continue;
      const edits = [replace(entry.value.rangeOf(0, 1), ""), replace(entry.value.rangeOf(end - 1, end), "")];
      const fix = strict ? safeFix : unsafeFix;
      yield {
        span: entry.value.rangeOf(0, end),
        ...placeOfKey(entry.key.text),
        severity: severityOfSpoiling(entry, type),
        message:
          "A properties file knows no quotes: to Flume these are part of the value. Write the value without them.",
        fixes: [fix("Delete the quotes", ...edits)],
        corrections: strict
          ? [
              { entry, part: "value", start: 0, end: 1, text: "" },
              { entry, part: "value", start: end - 1, end, text: "" },
            ]
          : [],
      };
    }
  },
};
