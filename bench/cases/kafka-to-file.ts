// npm run bench -- kafka-to-file [options]
//
// Kafka source → memory → local file, 100-byte records.
import { compareDrains } from "../side-by-side/drain-topic.ts";
import { benchOptions } from "../side-by-side/options.ts";
import { localOutput } from "../side-by-side/outputs.ts";
import { fileSinkSettings, programEnvironment, sourceSettings } from "../side-by-side/settings.ts";

await compareDrains({
  name: "kafka-to-file",
  options: benchOptions({
    size: { warmUp: 1_000_000, measured: 5_000_000 },
    peers: ["flafkac", "hand-written", "flume-1000"],
  }),
  handWritten: new URL("../peers/hand-written-kafka-to-file.mjs", import.meta.url).pathname,
  newOutput: localOutput,
  jobAt: (place, batchSize) => ({
    conf: new URL("kafka-to-file.conf", import.meta.url).pathname,
    settings: new Map([...sourceSettings(place), ...fileSinkSettings(place, batchSize)]),
    environment: programEnvironment(place),
  }),
});
