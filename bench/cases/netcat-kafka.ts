// npm run bench -- netcat-kafka [options]
//
// The sample netcat → memory → Kafka, 100-byte lines over one connection, against one real broker.
import { compare } from "../side-by-side/compare.ts";
import { columns } from "../side-by-side/figures.ts";
import { intoTopic } from "../side-by-side/into-topic.ts";
import { benchOptions } from "../side-by-side/options.ts";
import { startBenchKafka } from "../side-by-side/supply.ts";

const options = benchOptions({
  size: { warmUp: 300_000, measured: 1_000_000 },
  peers: ["flafkac", "flume-20", "flume-1000"],
});
const conf = new URL("../../samples/netcat-memory-kafka/agent.conf", import.meta.url).pathname;

const kafka = await startBenchKafka();
try {
  await compare({
    name: "netcat-kafka",
    options,
    servers: `Kafka ${kafka.version}`,
    columns: columns("first OK"),
    measure: (peer) =>
      intoTopic(peer, kafka, peer.isFlume ? options.flumeSize : options.size, (port, topic) => ({
        conf,
        settings: new Map([
          ["agent1.sources.source1.port", String(port)],
          ["agent1.sinks.sink1.topic", topic],
          ["agent1.sinks.sink1.brokerList", kafka.bootstrapServers],
          ...(peer.isFlume && peer.batchSize !== undefined
            ? [["agent1.sinks.sink1.batchSize", String(peer.batchSize)] as const]
            : []),
        ]),
        environment: {
          BENCH_PORT: String(port),
          BENCH_BROKERS: kafka.bootstrapServers,
          BENCH_TOPIC: topic,
        },
      })),
  });
} finally {
  await kafka.close();
}
