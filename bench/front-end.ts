/**
 * How fast a large configuration is parsed and how much heap its tree takes.
 *
 *     node --expose-gc --max-old-space-size=512 bench/front-end.ts [MB] [runs]
 */
import { parseProperties } from "../grammar/properties/parse.ts";

const megabytes = Number(process.argv[2] ?? 10);
const runs = Number(process.argv[3] ?? 7);

/** A file like the real ones, only longer: comments, lists, Kafka and HDFS properties, a few escapes. */
function realisticText(length: number): string {
  const parts: string[] = [];
  for (let total = 0, i = 0; total < length; i++) {
    const part = `# flow ${i}: lines from a socket to Kafka
agent1.sources.source${i}.type = netcat
agent1.sources.source${i}.bind = localhost
agent1.sources.source${i}.port = ${20_000 + (i % 10_000)}
agent1.sources.source${i}.channels = channel${i} archive
agent1.sources.source${i}.interceptors.i1.regex = ^\\\\s*(\\\\d+)

agent1.channels.channel${i}.type = memory
agent1.channels.channel${i}.capacity = 10000
agent1.channels.channel${i}.transactionCapacity=1000

agent1.sinks.sink${i}.type = org.apache.flume.sink.kafka.KafkaSink
agent1.sinks.sink${i}.kafka.topic = app_events
agent1.sinks.sink${i}.kafka.bootstrap.servers = kafka1:9092,kafka2:9092,\\
    kafka3:9092
agent1.sinks.sink${i}.channel = channel${i}

`;
    parts.push(part);
    total += part.length;
  }
  return parts.join("");
}

const bytes = Buffer.from(realisticText(megabytes * 1_000_000));
const rates: number[] = [];
let peak = 0;
let entries = 0;
for (let run = 0; run < runs; run++) {
  const start = process.hrtime.bigint();
  const document = parseProperties(bytes);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  rates.push(bytes.length / 1e6 / seconds);
  peak = Math.max(peak, process.memoryUsage().heapUsed);
  entries = document.entries.length;
}
rates.sort((a, b) => a - b);
globalThis.gc?.();
const document = parseProperties(bytes);
globalThis.gc?.();
const held = process.memoryUsage().heapUsed;
console.log(
  `parse: ${(bytes.length / 1e6).toFixed(1)} MB, ${entries} properties: median ${rates[runs >> 1]!.toFixed(1)} MB/s ` +
    `(${rates[0]!.toFixed(1)} to ${rates.at(-1)!.toFixed(1)}), heap at most ${(peak / 1e6).toFixed(0)} MB, ` +
    `${(held / 1e6).toFixed(0)} MB with the tree of ${document.nodes.length} nodes`,
);
