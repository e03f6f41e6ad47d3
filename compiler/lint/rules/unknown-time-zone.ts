import { replace, unsafeFix } from "../edits.ts";
import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

/** A time zone that is none. */
export const rule: Rule = {
  id: "unknown-time-zone",
  severity: "warning",
  reads: "as-meant",
  summary: "A time zone that Java does not know.",
  flume: "Java takes GMT for every name that it does not know, and says nothing; upper and lower case count.",
  bad: [
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = ⟦Europe/Berln⟧") },
    {
      text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = ⟦asia/shanghai⟧"),
      fixed: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = Asia/Shanghai"),
    },
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = ⟦UTC+8⟧") },
  ],
  good: [
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = Europe/Berlin") },
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = GMT+08:00") },
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = PRC") },
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.timeZone = ${env:ZONE}") },
  ],
  *check({ agents, quote }) {
    for (const site of sites(agents)) {
      const property = site.component.properties.get("hdfs.timeZone");
      const written = writtenAs(property);
      if (written === undefined || property?.value.kind !== "string") continue;
      const zone = property.value.value;
      const other = spelling(zone);
      if (other === zone) continue;
      yield {
        span: written.valueSpan,
        ...site.at(written.name),
        message: `Java knows no time zone ${quote(written)} and takes GMT without a word. ${other === undefined ? "Write one such as Europe/Berlin or GMT+08:00." : `Did you mean ${other}?`}`,
        fixes: other === undefined ? [] : [unsafeFix(`Write ${other}`, replace(written.valueSpan, other))],
      };
    }
  },
};

/** Names of Java's own, from before there were long ones; Node does not know them all. */
const OLD_NAMES: ReadonlySet<string> = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT EST HST IET IST JST MIT MST NET NST PLT PNT PRT PST SST VST".split(
    " ",
  ),
);

/** The zone as Java spells it; undefined for one that it does not have. */
function spelling(zone: string): string | undefined {
  if (OLD_NAMES.has(zone) || /^GMT(?:[+-](?:\d{1,2}(?::?[0-5]\d)?))?$/.test(zone)) return zone;
  const lower = zone.toLowerCase();
  const listed = Intl.supportedValuesOf("timeZone").find((one) => one.toLowerCase() === lower);
  if (listed !== undefined) return listed;
  // Old names (`PRC`, `US/Eastern`) are in no list; to know them is all that can be asked
  return /^[A-Za-z]/.test(zone) && !/[+-]\d{1,2}$/.test(zone.replace(/^Etc\/GMT/, "")) && isKnown(zone)
    ? zone
    : undefined;
}

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
