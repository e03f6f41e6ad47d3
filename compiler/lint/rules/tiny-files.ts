import { hdfsExample } from "../hdfs-example.ts";
import { numberInForce } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { headOf, sites } from "../walk.ts";

/** Below this size a file costs a NameNode more than it holds: HDFS's default block is 128 MiB. */
const SMALL = 1024 * 1024;
/** Below this number of events a file is small whatever they are. */
const FEW = 1000;

const sink = "a1.sinks.k1.type = hdfs\na1.sinks.k1.hdfs.path = hdfs://nn/logs";

/** An HDFS sink that makes very many very small files. */
export const rule: Rule = {
  id: "tiny-files",
  severity: "warning",
  reads: "as-meant",
  summary: "Roll settings that make tiny files.",
  flume:
    "Unless told otherwise Flume finishes a file after 30 seconds, 1,024 bytes or 10 events, whichever comes first.",
  bad: [
    { text: sink.replace("hdfs\n", "⟦hdfs⟧\n") },
    { text: `${sink}\na1.sinks.k1.hdfs.rollCount = ⟦100⟧\na1.sinks.k1.hdfs.rollSize = 0` },
    {
      text: `${sink.replace("hdfs\n", "⟦hdfs⟧\n")}\na1.sinks.k1.hdfs.rollSize = 134217728\na1.sinks.k1.hdfs.rollInterval = 600`,
    },
  ],
  good: [
    { text: hdfsExample("hdfs://nn/logs") },
    { text: `${sink}\na1.sinks.k1.hdfs.rollCount = 0\na1.sinks.k1.hdfs.rollSize = 134217728` },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { component } = site;
      if (component.definition?.className !== "org.apache.flume.sink.hdfs.HDFSEventSink") continue;
      const settings = [
        { name: "hdfs.rollCount", small: FEW, unit: "events" },
        { name: "hdfs.rollSize", small: SMALL, unit: "bytes" },
      ].flatMap(({ name, small, unit }) => {
        const found = numberInForce(component, name);
        return found === undefined || found.value <= 0 || found.value >= small ? [] : [{ ...found, unit }];
      });
      const [first] = settings;
      if (first === undefined) continue;
      const after = settings
        .map(
          ({ name, value, written, unit }) =>
            `${value.toLocaleString("en-US")} ${unit} (${name}${written === undefined ? ", unless set" : ""})`,
        )
        .join(" or ");
      yield {
        span: first.written?.valueSpan ?? headOf(site),
        ...site.at(first.name),
        message: `A file is finished after ${after}: at 1,000 events of 100 bytes a second that is ${perHour(settings)} files an hour, each an entry in the NameNode's memory. Set hdfs.rollCount to 0, hdfs.rollSize to what fills a block (134217728 bytes), and hdfs.rollInterval to the seconds that readers may wait.`,
      };
    }
  },
};

function perHour(settings: readonly { readonly name: string; readonly value: number }[]): string {
  const counts = settings.map(({ name, value }) =>
    name === "hdfs.rollSize" ? Math.ceil(value / 100) : value,
  );
  return Math.round(3_600_000 / Math.min(...counts)).toLocaleString("en-US");
}
