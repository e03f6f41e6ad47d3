// npm run bench -- kafka-channel-to-file [options]
//
// A Kafka channel without a source → local file, 100-byte records.
import { compareDrains } from "../side-by-side/drain-topic.ts";
import { benchOptions } from "../side-by-side/options.ts";
import { localOutput } from "../side-by-side/outputs.ts";
import { channelSettings, fileSinkSettings, programEnvironment } from "../side-by-side/settings.ts";

await compareDrains({
  name: "kafka-channel-to-file",
  options: benchOptions({
    size: { warmUp: 1_000_000, measured: 5_000_000 },
    peers: ["flafkac", "hand-written", "flume-1000"],
  }),
  handWritten: new URL("../peers/hand-written-kafka-to-file.mjs", import.meta.url).pathname,
  newOutput: localOutput,
  jobAt: (place, batchSize) => ({
    conf: new URL("kafka-channel-to-file.conf", import.meta.url).pathname,
    settings: new Map([...channelSettings(place), ...fileSinkSettings(place, batchSize)]),
    environment: programEnvironment(place),
  }),
});
