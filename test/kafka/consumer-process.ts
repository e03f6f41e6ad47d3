// A reader in a process of its own, for tests that stop or kill it: prints what it has delivered.
//     node consumer-process.ts BROKERS TOPIC GROUP
import { writeSync } from "node:fs";
import { Reader } from "./consumer-harness.ts";

const [, , brokers, topic, groupId] = process.argv;
const reader = new Reader(brokers!, { topics: [topic!], groupId: groupId! }, (batches) => {
  let lines = "";
  for (const records of batches) {
    for (let i = 0; i < records.count; i++) lines += `${records.partition} ${records.offsetOf(i)}\n`;
  }
  writeSync(1, lines);
});
process.on("SIGTERM", () => void reader.stop().then(() => process.exit(0)));
reader.ended.catch((error: unknown) => {
  console.error(error);
  process.exit(70);
});
