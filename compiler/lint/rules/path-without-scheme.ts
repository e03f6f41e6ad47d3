import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

/** An HDFS path that does not say in which file system it is. */
export const rule: Rule = {
  id: "path-without-scheme",
  severity: "info",
  reads: "as-meant",
  summary: "An `hdfs.path` without `hdfs://host` in front.",
  flume:
    "Flume takes fs.defaultFS of the Hadoop configuration on its class path; without one it writes to the local disk in silence.",
  bad: [{ text: hdfsExample("⟦/user/logs⟧") }],
  good: [{ text: hdfsExample("hdfs://nn:8020/user/logs") }, { text: hdfsExample("${env:HDFS}/logs") }],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const path = writtenAs(site.component.properties.get("hdfs.path"));
      if (path === undefined || /^[A-Za-z][A-Za-z0-9+.-]*:|^\$\{/.test(path.value)) continue;
      yield {
        span: path.valueSpan,
        ...site.at(path.name),
        message: `Which file system this is in is said elsewhere: a program built from this file takes what build was told with --default-fs, else fs.defaultFS of the core-site.xml under HADOOP_CONF_DIR. With neither it does not start; it never writes to the local disk unasked, as Flume does. To say it here, write hdfs://host:port in front.`,
      };
    }
  },
};
