// The values of a topic's records in a local file, a line each: by hand, for bench/cases/kafka-to-file.ts.
import { open } from "node:fs/promises";
import { join } from "node:path";
import { readTopic } from "./read-topic.mjs";

const file = await open(join(process.env.BENCH_OUTPUT, `${Date.now()}-1`), "wx");
await readTopic(async (lines) => {
  for (let at = 0; at < lines.length; ) at += (await file.write(lines, at)).bytesWritten;
});
await file.close();
