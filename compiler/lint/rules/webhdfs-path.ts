import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

/** An HDFS path that is reached over HTTP. */
export const rule: Rule = {
  id: "webhdfs-path",
  severity: "info",
  reads: "as-meant",
  summary: "An `hdfs.path` that begins with `webhdfs://` or `swebhdfs://`.",
  flume:
    "Flume writes a file as one HTTP upload: what it calls flushed is not in HDFS before the file is finished.",
  bad: [{ text: hdfsExample("⟦webhdfs://nn:9870/logs⟧") }],
  good: [{ text: hdfsExample("hdfs://nn:8020/logs") }],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const path = writtenAs(site.component.properties.get("hdfs.path"));
      if (path === undefined || !/^s?webhdfs:/i.test(path.value)) continue;
      yield {
        span: path.valueSpan,
        ...site.at(path.name),
        message:
          "WebHDFS has nothing in HDFS before a file is finished. A program built from this file keeps a file's events undelivered until then: a memory channel in front has to hold them, and a crash repeats them. Keep files small and short-lived, or use hdfs://host:8020 where its port can be reached.",
      };
    }
  },
};
