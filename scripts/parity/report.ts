import type { ParityResult } from "./parity.ts";

const useCases = [
  "",
  "netcat → memory → Kafka",
  "Kafka → memory → HDFS",
  "netcat → Kafka channel → HDFS",
  "Kafka channel → HDFS",
] as const;

/** The table of a run, as Markdown. */
export function report(results: readonly ParityResult[], seed: number, date: Date): string {
  const sameCount = results.filter(({ differences }) => differences.length === 0).length;
  const rows = results.map(({ variation: { id, useCase, varies }, differences, deliberate, compared }) => {
    const what = compared.records > 0 ? `${compared.records} records` : `${compared.files} files`;
    const both = compared.records > 0 && compared.files > 0 ? `${what}, ${compared.files} files` : what;
    const same = deliberate.length === 0 ? "same" : `same, but on purpose: ${deliberate[0]}`;
    const verdict = differences.length === 0 ? same : firstLine(differences[0]!);
    return `| ${id} | ${useCases[useCase]} | ${cell(varies.join("; "))} | ${both}, ${compared.bytes} bytes | ${cell(verdict)} |`;
  });
  return [
    `# Parity with Apache Flume 1.11`,
    ``,
    `${date.toISOString().slice(0, 10)}, seed ${seed}: ${sameCount} of ${results.length} variations the same.`,
    ``,
    `Written by \`npm run parity -- --record\`. Compared are the records in Kafka (partition, key, headers, value), the`,
    `directories in HDFS, the names of files up to their counters (while they are in use, too), where they are cut, and`,
    `what they hold: bytes where a file is plain, what Hadoop's \`dfs -text\` reads where it is not. What differs on`,
    `purpose is in \`docs/differences-from-flume.md\`.`,
    ``,
    `| | flow | varies | by Flume | |`,
    `|---|---|---|---|---|`,
    ...rows,
    ``,
  ].join("\n");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
