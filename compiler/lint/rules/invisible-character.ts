import type { PropertyEntry } from "../../../grammar/properties/ast.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import { placeOfKey } from "../key-parts.ts";
import type { Finding, Rule } from "../rule.ts";
import { isStrict, severityOfSpoiling, typesByStart, type ValueType } from "../value-types.ts";
import { capitalized } from "../walk.ts";

/** No-break and other special spaces, zero-width characters, a byte order mark in the middle. */
export const INVISIBLE = /^[\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+$/;

const RUNS = /[\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+/g;

/** Characters that look like a blank or like nothing, and are neither to Flume. */
export const rule: Rule = {
  id: "invisible-character",
  severity: "error",
  reads: "as-written",
  summary: "A no-break space or another invisible character, which does not count as a blank.",
  flume:
    "It becomes part of the key or of the value: the key names another property, the name another component. On an otherwise empty line it becomes a key, which Flume ignores with a WARN.",
  bad: [
    {
      text: "a1.sources.r1.port⟦\u00a0⟧= 44444",
      without: ["a1.sources.r1.port"],
      fixed: "a1.sources.r1.port = 44444",
    },
    { text: "a1.sources.r1.channels = c1⟦\u00a0⟧", fixed: "a1.sources.r1.channels = c1" },
    { text: "⟦\u00a0⟧", fixed: "" },
    {
      text: "a1.sources.r1.interceptors = i1⟦\u00a0⟧i2\na1.sources.r1.interceptors.i1.type = host\na1.sources.r1.interceptors.i2.type = timestamp",
      fixed:
        "a1.sources.r1.interceptors = i1 i2\na1.sources.r1.interceptors.i1.type = host\na1.sources.r1.interceptors.i2.type = timestamp",
    },
    { text: "a1.sources.r1.type = net⟦\u200b⟧cat", fixed: "a1.sources.r1.type = netcat" },
  ],
  good: [{ text: "# no\u00a0break in a comment" }, { text: "a1.sources.r1.port\t=\t44444" }],
  *check({ document, agents }) {
    if (document.isAscii) return;
    const types = typesByStart(agents);
    for (const entry of document.entries) {
      if (isBlankLine(entry)) {
        yield blankLine(entry);
        continue;
      }
      for (const part of ["key", "value"] as const) yield* inPart(entry, part, types.get(entry.span.start));
    }
  },
};

/** True for a line that looks empty and is a key to Flume. */
export function isBlankLine({ key, value }: PropertyEntry): boolean {
  return key.text !== "" && `${key.text}${value.text}`.replace(RUNS, "").trim() === "";
}

function blankLine(entry: PropertyEntry): Finding {
  const name = nameOf(entry.key.text);
  return {
    span: entry.span,
    severity: "warning",
    message: `${capitalized(name)} is not a blank to Flume: it makes a key of this empty line, which Flume ignores with a WARN. Delete it.`,
    fixes: [safeFix(`Delete ${name}`, replace(entry.span, ""))],
  };
}

function* inPart(
  entry: PropertyEntry,
  part: "key" | "value",
  value: ValueType | undefined,
): Generator<Finding> {
  const { text } = entry[part];
  for (const { 0: run, index: start } of text.matchAll(RUNS)) {
    const end = start + run.length;
    const span = entry[part].rangeOf(start, end);
    // written as an escape it is meant
    if (span.end - span.start !== run.length) continue;
    const name = nameOf(run);
    const place = placeOfKey(entry.key.text.replace(RUNS, ""));
    if (part === "value" && start > 0 && end < text.length) {
      // what has no width was no blank to the writer either
      const instead = /^[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+$/.test(run) ? "" : " ";
      const [title, advice] =
        instead === ""
          ? [`Delete ${name}`, "Delete it"]
          : [`Type a blank instead of ${name}`, "Type a plain blank instead"];
      // in a text somebody may have wanted it
      const fix = isStrict(entry, value) ? safeFix : unsafeFix;
      yield {
        span,
        ...place,
        severity: severityOfSpoiling(entry, value),
        message: `${capitalized(name)} is not a blank to Flume: it becomes part of the value. ${advice}.`,
        fixes: [fix(title, replace(span, instead))],
        corrections: [{ entry, part, start, end, text: instead }],
      };
      continue;
    }
    // a key that has no value is one whose separator was meant to be a blank
    const blank = part === "key" && (end === text.length || entry.value.text === "") ? " " : "";
    yield {
      span,
      ...place,
      message: `${capitalized(name)} is not a blank to Flume: it becomes part of the ${part}. ${blank === "" ? "Delete it" : "Type a plain blank instead"}.`,
      fixes: [
        safeFix(blank === "" ? `Delete ${name}` : `Type a blank instead of ${name}`, replace(span, blank)),
      ],
      corrections: [{ entry, part, start, end, text: "" }],
    };
  }
}

function nameOf(run: string): string {
  const code = run.charCodeAt(0);
  const name =
    code === 0xa0 ? "a no-break space" : code === 0xfeff ? "a byte order mark" : "an invisible character";
  return `${name} (U+${code.toString(16).toUpperCase().padStart(4, "0")})`;
}
