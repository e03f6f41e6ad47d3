// npm run bench -- kafka-channel-to-hdfs [options]
//
// A Kafka channel without a source → HDFS, 100-byte records, one DataNode.
import { hadoopVersion } from "../../scripts/servers/artifacts.ts";
import { compareDrains } from "../side-by-side/drain-topic.ts";
import { benchOptions } from "../side-by-side/options.ts";
import { hdfsOutput } from "../side-by-side/outputs.ts";
import { channelSettings, hdfsSinkSettings, programEnvironment } from "../side-by-side/settings.ts";
import { startBenchHdfs } from "../side-by-side/supply.ts";

const options = benchOptions({
  size: { warmUp: 1_000_000, measured: 5_000_000 },
  flumeSize: { warmUp: 100_000, measured: 400_000 },
  peers: ["flafkac-1000", "flafkac-100", "hand-written", "flume-1000", "flume-100"],
});
const hdfs = await startBenchHdfs();
try {
  await compareDrains({
    name: "kafka-channel-to-hdfs",
    options,
    servers: `HDFS ${hadoopVersion}`,
    handWritten: new URL("../peers/hand-written-kafka-to-hdfs.mjs", import.meta.url).pathname,
    newOutput: async (processes) => hdfsOutput(hdfs, processes),
    jobAt: (place, batchSize) => ({
      conf: new URL("kafka-channel-to-hdfs.conf", import.meta.url).pathname,
      settings: new Map([...channelSettings(place), ...hdfsSinkSettings(place, batchSize)]),
      environment: programEnvironment(place),
      hadoopConfiguration: hdfs.configurationDirectory,
    }),
  });
} finally {
  await hdfs.close();
}
