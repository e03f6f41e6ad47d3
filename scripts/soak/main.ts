// npm run soak -- [--kills 100] [--faults 40] [--seed N] [--only 1,2,3,4] [--record]
//
// Kills the emitted programs of the four use cases with KILL, each as often as --kills says, all four at the same time
// on one Kafka and one HDFS; then --faults other faults. Prints what was lost, came twice, or is torn. A run of at least
// 100 kills of all four, or --record, writes results.recorded.md. Exit status: 0 all promises kept, 1 not.
import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startHdfs } from "../servers/hdfs.ts";
import { startKafka } from "../servers/kafka.ts";
import { soakFaults } from "./faults.ts";
import { soakKills } from "./kills.ts";
import { report } from "./report.ts";
import { isKept, useCases } from "./use-cases.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    faults: { type: "string", default: "40" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    only: { type: "string" },
    record: { type: "boolean", default: false },
  },
});
const [kills, rounds, seed] = [values.kills, values.faults, values.seed].map(Number) as [
  number,
  number,
  number,
];
const only = values.only?.split(",");
const chosen = useCases.filter((_, index) => only?.includes(String(index + 1)) ?? true);
console.log(`seed ${seed}: ${kills} kills of each of ${chosen.length} use cases, ${rounds} other faults`);

const from = performance.now();
// A member that was killed keeps the others of its group waiting for its session: let that be short.
await using kafka = await startKafka({ properties: { "group.min.session.timeout.ms": 500 } });
await using hdfs = await startHdfs();
const servers = { kafka, hdfs };
const killed = await Promise.all(
  chosen.map((useCase) => soakKills(useCase, servers, kills, seed + useCases.indexOf(useCase))),
);
console.log(`${Math.round((performance.now() - from) / 1_000)} s so far`);
const faulted = rounds === 0 ? [] : await soakFaults(servers, rounds, seed);
const seconds = (performance.now() - from) / 1_000;
const text = report({ date: new Date(), seed, seconds, kills: killed, faults: faulted });
console.log(text);
const isFull = chosen.length === useCases.length && kills >= 100 && rounds > 0;
if (isFull || values.record) await writeFile(new URL("results.recorded.md", import.meta.url), text);
const isGood =
  killed.every((tally, index) => isKept(tally, chosen[index]!.feed === "netcat-memory")) &&
  faulted.every((tally) => isKept(tally, false));
console.log(isGood ? "All promises kept." : "NOT all promises kept.");
process.exitCode = isGood ? 0 : 1;
