// npm run bench -- netcat-kafka [--runs 5] [--lines 1000000] [--warm-up 300000] [--peer NAME]…
//
// The sample netcat → memory → Kafka, 100-byte lines over one connection, against one real broker: the emitted
// program, and Apache Flume with two batch sizes. The programs take turns, so that a busy machine is busy for all.
// Peers: flafkac, flume-20, flume-1000, or the path of a program (see peers.ts).
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startKafka } from "../../scripts/servers/kafka.ts";
import { spread, spreadText } from "../statistics.ts";
import { type Figures, measure } from "./measure.ts";
import { flafkac, flume, type Peer, programPeer } from "./peers.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    lines: { type: "string", default: "1000000" },
    "warm-up": { type: "string", default: "300000" },
    peer: { type: "string", multiple: true, default: ["flafkac", "flume-20", "flume-1000"] },
  },
});
const runs = Number(values.runs);
const size = { warmUp: Number(values["warm-up"]), measured: Number(values.lines) };

const peers = values.peer.map(peerOf);
const figures = new Map<Peer, Figures[]>(peers.map((peer) => [peer, []]));

const kafka = await startKafka({
  // A broker as it runs elsewhere, with all that its compiler can do.
  jvmOptions: [],
  heap: "1g",
  // What earlier runs wrote need not stay.
  properties: { "log.retention.bytes": 300_000_000, "log.segment.bytes": 100_000_000 },
});
process.removeAllListeners("warning"); // kafkajs arms timers in the past; the program that is measured does not
try {
  // The broker's JVM has to warm up, too: one run that does not count.
  await measure(peers[0]!, kafka, size);
  for (let run = 1; run <= runs; run++) {
    for (const peer of run % 2 === 1 ? peers : [...peers].reverse()) {
      const result = await measure(peer, kafka, size);
      figures.get(peer)!.push(result);
      console.log(
        `run ${run} of ${runs}  ${peer.name}: ${Math.round(result.eventsPerSecond).toLocaleString("en-US")} events/s, ` +
          `${result.cpuPerEvent.toFixed(2)} µs CPU, ${result.peakMemory.toFixed(0)} MB, first OK after ${result.start.toFixed(0)} ms`,
      );
    }
  }
} finally {
  await kafka.close();
}

report();

function peerOf(name: string): Peer {
  if (name === "flafkac") return flafkac;
  const batchSize = /^flume-(\d+)$/.exec(name)?.[1];
  return batchSize === undefined ? programPeer(name) : flume(Number(batchSize));
}

/** A Markdown table for bench/README.md. */
function report(): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "CPU"}`;
  const date = new Date().toISOString().slice(0, 10);
  const command = ["npm run bench -- netcat-kafka", ...process.argv.slice(2)].join(" ");
  console.log(`\n${date}, ${machine}, Node ${process.version}, Kafka ${kafka.version}: \`${command}\`\n`);
  console.log(
    "| program | events/s | CPU µs per event | peak RSS MB | first OK ms | times its events/s | of its CPU |",
  );
  console.log("|---|---|---|---|---|---|---|");
  const own = figures.get(peers[0]!)!;
  const ownRate = spread(own.map((each) => each.eventsPerSecond)).median;
  const ownCpu = spread(own.map((each) => each.cpuPerEvent)).median;
  for (const [peer, all] of figures) {
    const rate = spread(all.map((each) => each.eventsPerSecond));
    const cpu = spread(all.map((each) => each.cpuPerEvent));
    const cells = [
      peer.name,
      spreadText(rate),
      spreadText(cpu, 2),
      spreadText(spread(all.map((each) => each.peakMemory))),
      spreadText(spread(all.map((each) => each.start))),
      peer === peers[0] ? "" : `${(ownRate / rate.median).toFixed(1)} ×`,
      peer === peers[0] ? "" : `1/${(cpu.median / ownCpu).toFixed(1)}`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
