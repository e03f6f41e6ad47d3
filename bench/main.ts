// npm run bench -- CASE [options]              the emitted program side by side with Apache Flume; see README.md
// npm run bench -- front-end [MB] [runs]       parsing a large configuration
import { spawnSync } from "node:child_process";

const cases = [
  "netcat-kafka",
  "kafka-to-file",
  "kafka-channel-to-file",
  "kafka-to-hdfs",
  "kafka-channel-to-hdfs",
  "netcat-to-kafka-channel-to-hdfs",
];
const benchmarks = new Map<string, { readonly file: string; readonly node: readonly string[] }>([
  ...cases.map((name) => [name, { file: `cases/${name}.ts`, node: [] }] as const),
  ["front-end", { file: "front-end.ts", node: ["--expose-gc", "--max-old-space-size=512"] }],
]);

const [name = "", ...args] = process.argv.slice(2);
const benchmark = benchmarks.get(name);
if (benchmark === undefined) {
  console.error(`usage: npm run bench -- ${[...benchmarks.keys()].join("|")} [options]`);
  process.exitCode = 2;
} else {
  const file = new URL(benchmark.file, import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, [...benchmark.node, file, ...args], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
