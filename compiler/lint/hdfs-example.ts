/** The lines of an HDFS sink k1 that no rule complains about, for the examples of rules. */
export function hdfsExample(path: string, ...more: readonly string[]): string {
  return [
    "a1.sinks.k1.type = hdfs",
    `a1.sinks.k1.hdfs.path = ${path}`,
    "a1.sinks.k1.hdfs.rollSize = 134217728",
    "a1.sinks.k1.hdfs.rollCount = 0",
    "a1.sinks.k1.hdfs.rollInterval = 600",
    ...more,
  ].join("\n");
}
