import { runCommand } from "../../scripts/servers/command.ts";
import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import type { Figures } from "./figures.ts";
import { Driver, firstAnswer } from "./netcat.ts";
import type { RunSize } from "./options.ts";
import type { Job, Peer } from "./peers.ts";
import { cpuTime, peakMemory } from "./process-usage.ts";
import { deleteTopic } from "./supply.ts";

/**
 * One run of a program that takes lines from a socket to a topic: a fresh topic, a fresh process, one line as soon as it
 * listens, the warm-up, then the lines that count. The clock stops with the last OK.
 * @throws Error when a line is missing, twice there or damaged.
 */
export async function intoTopic(
  peer: Peer,
  { bootstrapServers }: KafkaServer,
  size: RunSize,
  jobFor: (port: number, topic: string) => Job,
): Promise<Figures> {
  const topic = `bench-${Date.now()}`;
  await createTopic(bootstrapServers, topic);
  const port = await freePort();
  const startProgram = await peer.prepare(jobFor(port, topic));

  const begin = performance.now();
  const program = await startProgram();
  try {
    await firstAnswer(port);
    const start = performance.now() - begin;

    const driver = new Driver(port, size);
    await driver.warm();
    const before = 1 + size.warmUp;
    await waitForRecords(bootstrapServers, topic, before);
    const cpuBefore = cpuTime(program.pid);
    const seconds = await driver.measured();
    const all = before + size.measured;
    await waitForRecords(bootstrapServers, topic, all);
    const cpu = cpuTime(program.pid) - cpuBefore;
    const memory = peakMemory(program.pid);
    await program.stop();
    const file = new URL("topic-check.ts", import.meta.url).pathname;
    await runCommand(process.execPath, [file, bootstrapServers, topic, String(all)]);
    return {
      eventsPerSecond: size.measured / seconds,
      cpuPerEvent: cpu / size.measured,
      peakMemory: memory,
      start,
    };
  } finally {
    await program.stop();
    await deleteTopic(bootstrapServers, topic);
  }
}
