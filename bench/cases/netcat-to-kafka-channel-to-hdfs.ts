// npm run bench -- netcat-to-kafka-channel-to-hdfs [options]
//
// netcat → Kafka channel → HDFS, 100-byte lines over one connection, one DataNode.
import { hadoopVersion } from "../../scripts/servers/artifacts.ts";
import { compare } from "../side-by-side/compare.ts";
import { type Column, columns } from "../side-by-side/figures.ts";
import { benchOptions } from "../side-by-side/options.ts";
import { hdfsOutput } from "../side-by-side/outputs.ts";
import { channelSettings, hdfsSinkSettings, programEnvironment } from "../side-by-side/settings.ts";
import { startBenchHdfs, startBenchKafka } from "../side-by-side/supply.ts";
import { throughChannel } from "../side-by-side/through-channel.ts";

const options = benchOptions({
  size: { warmUp: 300_000, measured: 1_000_000 },
  flumeSize: { warmUp: 20_000, measured: 60_000 },
  peers: ["flafkac-1000", "flume-1000", "flume-100"],
});
const conf = new URL("netcat-to-kafka-channel-to-hdfs.conf", import.meta.url).pathname;
const answers: Column = { title: "OKs/s", digits: 0, of: ({ answersPerSecond = 0 }) => answersPerSecond };

const hdfs = await startBenchHdfs();
const kafka = await startBenchKafka();
try {
  await compare({
    name: "netcat-to-kafka-channel-to-hdfs",
    options,
    servers: `Kafka ${kafka.version}, HDFS ${hadoopVersion}`,
    columns: [...columns("first OK"), answers],
    measure: (peer) =>
      throughChannel(
        peer,
        kafka,
        peer.isFlume ? options.flumeSize : options.size,
        hdfsOutput(hdfs, 1),
        (port, place) => ({
          conf,
          settings: new Map([
            ["agent1.sources.source1.port", String(port)],
            ...channelSettings(place),
            ...hdfsSinkSettings(place, peer.batchSize),
          ]),
          environment: { ...programEnvironment(place), BENCH_PORT: String(port) },
          hadoopConfiguration: hdfs.configurationDirectory,
        }),
      ),
  });
} finally {
  await kafka.close();
  await hdfs.close();
}
