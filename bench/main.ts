// npm run bench -- netcat-kafka [options]      the emitted program side by side with Apache Flume
// npm run bench -- front-end [MB] [runs]       parsing a large configuration
import { spawnSync } from "node:child_process";

const benchmarks = new Map([
  ["netcat-kafka", { file: "netcat-kafka/run.ts", node: [] }],
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
