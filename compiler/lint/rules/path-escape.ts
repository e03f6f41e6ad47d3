import { TIME_LETTERS } from "../../../grammar/values/escape-sequence.ts";
import { type EscapedProperty, escapedProperties } from "../escaped-properties.ts";
import { hdfsExample } from "../hdfs-example.ts";
import type { Finding, Rule } from "../rule.ts";

const LOCAL = "a1.sinks.k1.hdfs.useLocalTimeStamp = true";

/** Escape sequences that make something else than was meant. */
export const rule: Rule = {
  id: "path-escape",
  severity: "warning",
  reads: "as-meant",
  summary: "An escape sequence that no file name can hold, or that stands for nothing.",
  flume:
    "HDFS refuses names with a colon, and the sink tries again for ever; %D makes three directories; an unknown letter becomes nothing; an unknown %[…] throws at each event.",
  bad: [
    { text: hdfsExample("hdfs://nn/logs/⟦%c⟧", LOCAL) },
    { text: hdfsExample("hdfs://nn/logs/⟦%D⟧", LOCAL) },
    { text: hdfsExample("hdfs://nn/logs/⟦%q⟧", LOCAL) },
    { text: hdfsExample("hdfs://nn/logs/⟦%[host]⟧") },
    { text: hdfsExample("hdfs://nn/logs/⟦%{my header}⟧") },
  ],
  good: [{ text: hdfsExample("hdfs://nn/logs/%Y-%m-%d/%[FQDN]", LOCAL) }],
  *check({ agents }) {
    for (const escaped of escapedProperties(agents)) {
      if (escaped.withTime) yield* findings(escaped);
    }
  },
};

function* findings({ site, property, parts, spanOf }: EscapedProperty): Generator<Finding> {
  const place = site.at(property.name);
  for (const part of parts) {
    const span = spanOf(part);
    if (part.kind === "literal") yield* notRecognised(part.text, part.span.start, { site, property });
    else if (part.kind === "host" && part.host === undefined) {
      yield {
        span,
        ...place,
        severity: "error",
        message: `Flume knows %[localhost], %[ip] and %[fqdn], not %[${part.name}]: it throws at each event and tries again for ever.`,
      };
    } else if (part.kind === "time" && part.letter === "c") {
      yield {
        span,
        ...place,
        severity: "error",
        message:
          "%c becomes a date with colons and blanks (Sat Nov 4 09:05:06 2023), and HDFS refuses names with a colon: the sink tries again for ever. Write %Y-%m-%d or the like.",
      };
    } else if (part.kind === "time" && part.letter === "D") {
      yield {
        span,
        ...place,
        message:
          "%D becomes month/day/year: three directories one in the other, with the year last. Write %Y/%m/%d or %Y-%m-%d.",
      };
    } else if (part.kind === "time" && !TIME_LETTERS.has(part.letter)) {
      yield {
        span,
        ...place,
        message: `%${part.letter} stands for nothing: Flume leaves it out of the name in silence.`,
      };
    }
  }
}

/** `%{my header}`: Flume's expression does not take it, so it stays as it is. */
function* notRecognised(
  text: string,
  at: number,
  { site, property }: Pick<EscapedProperty, "site" | "property">,
): Generator<Finding> {
  for (const match of text.matchAll(/%\{[^{}]*\}/g)) {
    const start = at + match.index;
    yield {
      span: property.rangeOf(start, start + match[0].length),
      ...site.at(property.name),
      message:
        "Flume replaces %{…} only where the name of the header is made of letters, digits, _, . and -. This one stays in the name as it is.",
    };
  }
}
