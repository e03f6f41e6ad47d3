// npm run parity -- [--seed N] [--only ID[,ID…]] [--record]
//
// Runs a real Flume 1.11 and the emitted program over generated configurations and compares what arrives in Kafka and
// HDFS. --record writes the table to results.recorded.md. Exit status: 0 all the same, 1 differences.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startHdfs } from "../servers/hdfs.ts";
import { startKafka } from "../servers/kafka.ts";
import { compareSides, type ParityResult } from "./parity.ts";
import { report } from "./report.ts";
import { allCounts, recordedSeed, variationsOf } from "./use-cases.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(recordedSeed) },
    only: { type: "string" },
    record: { type: "boolean", default: false },
  },
});
const shownDifferences = 5; // of one variation
const seed = Number(values.seed);
const only = values.only?.split(",");
const variations = variationsOf(seed, allCounts).filter(({ id }) => only?.includes(id) ?? true);
console.log(`${variations.length} variations, seed ${seed}`);

await using kafka = await startKafka();
await using hdfs = await startHdfs();
const results: ParityResult[] = [];
for (const variation of variations) {
  const result = await compareSides(variation, { kafka, hdfs });
  results.push(result);
  const { differences, deliberate } = result;
  console.log(
    `${variation.id} ${differences.length === 0 ? "same" : "DIFFERENT"}: ${variation.varies.join("; ")}`,
  );
  for (const difference of differences.slice(0, shownDifferences)) console.log(`     ${difference}`);
  if (deliberate.length > 0) console.log(`     on purpose: ${deliberate[0]}`);
}
const text = report(results, seed, new Date());
if (values.record) await writeFile(new URL("results.recorded.md", import.meta.url), text);
const different = results.filter(({ differences }) => differences.length > 0).length;
console.log(`${results.length - different} the same, ${different} different`);
process.exitCode = different === 0 ? 0 : 1;
