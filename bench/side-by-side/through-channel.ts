import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import type { Place } from "./drain-topic.ts";
import type { Figures } from "./figures.ts";
import { Driver, firstAnswer } from "./netcat.ts";
import { LINE_BYTES } from "./numbered-lines.ts";
import type { RunSize } from "./options.ts";
import type { Output } from "./outputs.ts";
import type { Job, Peer } from "./peers.ts";
import { peakMemory } from "./process-usage.ts";
import { deleteTopic } from "./supply.ts";
import { waitForBytes } from "./watch.ts";

const LINE = LINE_BYTES + 1; // with its newline

/**
 * One run of a program that takes lines from a socket to a topic, and from there to an output: a fresh topic, a fresh
 * process, one line as soon as it listens, the warm-up, then the lines that count. The clock stops when all of them have
 * come out.
 * @throws Error when a line is missing, twice there, damaged or out of order.
 */
export async function throughChannel(
  peer: Peer,
  { bootstrapServers }: KafkaServer,
  size: RunSize,
  output: Output,
  jobFor: (port: number, place: Place) => Job,
): Promise<Figures> {
  const topic = `bench-${Date.now()}`;
  await createTopic(bootstrapServers, topic);
  const port = await freePort();
  const place = { bootstrapServers, topic, group: topic, path: output.pathOf(0) };
  const startProgram = await peer.prepare(jobFor(port, place));

  const begin = performance.now();
  const program = await startProgram();
  let driver: Driver | undefined;
  try {
    await firstAnswer(port);
    const start = performance.now() - begin;
    driver = new Driver(port, size);
    await driver.warm();
    const before = 1 + size.warmUp;
    const warm = await waitForBytes(output, [program], before * LINE);
    const go = performance.now();
    const answered = driver.measured();
    const full = await waitForBytes(output, [program], (before + size.measured) * LINE);
    const answersPerSecond = size.measured / (await answered);
    const memory = peakMemory(program.pid);
    await program.stop();
    await output.check(before + size.measured, 1);
    return {
      eventsPerSecond: (size.measured / (full.time - go)) * 1000,
      cpuPerEvent: (full.cpu - warm.cpu) / size.measured,
      peakMemory: memory,
      start,
      answersPerSecond,
    };
  } finally {
    driver?.end();
    await program.stop();
    await output.remove();
    await deleteTopic(bootstrapServers, topic);
  }
}
