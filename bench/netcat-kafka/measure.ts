import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { runCommand } from "../../scripts/servers/command.ts";
import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import { cpuTime, peakMemory } from "../process-usage.ts";
import { numberedLines } from "./lines.ts";
import type { Peer } from "./peers.ts";

/** What one run of one program showed. */
export interface Figures {
  /** Lines answered with OK in a second, after the warm-up. */
  readonly eventsPerSecond: number;
  /** µs of CPU that the program used per line, after the warm-up, until all lines were in the topic. */
  readonly cpuPerEvent: number;
  /** MB, at most. */
  readonly peakMemory: number;
  /** ms from the start of the process to the first OK. */
  readonly start: number;
}

/** How many lines a run takes. */
export interface RunSize {
  readonly warmUp: number;
  readonly measured: number;
}

const START_WITHIN = 60_000; // ms

/**
 * One run: a fresh topic, a fresh process, one line as soon as it listens, the warm-up, then the lines that count.
 * @throws Error when a line is missing, twice there or damaged.
 */
export async function measure(peer: Peer, kafka: KafkaServer, size: RunSize): Promise<Figures> {
  const topic = `bench-${Date.now()}`;
  await createTopic(kafka.bootstrapServers, topic);
  const port = await freePort();
  const startProgram = await peer.prepare({ port, bootstrapServers: kafka.bootstrapServers, topic });

  const begin = performance.now();
  const program = await startProgram();
  try {
    await firstAnswer(port, begin + START_WITHIN);
    const start = performance.now() - begin;

    const driver = new Driver(port, size);
    await driver.says("warm");
    const before = 1 + size.warmUp;
    await waitForRecords(kafka.bootstrapServers, topic, before);
    const cpuBefore = cpuTime(program.pid);
    driver.go();
    const seconds = Number(await driver.nextLine());
    const all = before + size.measured;
    await waitForRecords(kafka.bootstrapServers, topic, all);
    const cpu = cpuTime(program.pid) - cpuBefore;
    const memory = peakMemory(program.pid);
    await program.stop();
    await check(kafka.bootstrapServers, topic, all);
    return {
      eventsPerSecond: size.measured / seconds,
      cpuPerEvent: cpu / size.measured,
      peakMemory: memory,
      start,
    };
  } finally {
    await program.stop();
  }
}

/** Sends line 0 as soon as somebody listens, and waits for its OK. */
async function firstAnswer(port: number, deadline: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      socket.write(numberedLines(0, 1));
      const [answer] = (await once(socket, "data")) as [Buffer];
      if (answer.toString("latin1") !== "OK\n") throw new Error(`the first line was answered with ${answer}`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED" || performance.now() > deadline)
        throw error;
      await delay(2);
    } finally {
      socket.destroy();
    }
  }
}

/** The process that sends the lines. */
class Driver {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(port: number, { warmUp, measured }: RunSize) {
    const file = new URL("driver.ts", import.meta.url).pathname;
    this.#child = spawn(process.execPath, [file, ...[port, 1, warmUp, measured].map(String)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the driver ended before its time");
    return value;
  }

  async says(expected: string): Promise<void> {
    const line = await this.nextLine();
    if (line !== expected) throw new Error(`the driver said ${line}`);
  }

  /** Lets it send the lines that count. */
  go(): void {
    this.#child.stdin.end("go\n");
  }
}

async function check(bootstrapServers: string, topic: string, count: number): Promise<void> {
  const file = new URL("check.ts", import.meta.url).pathname;
  const { stdout } = await runCommand(process.execPath, [file, bootstrapServers, topic, String(count)], {});
  const { lost, twice, damaged } = JSON.parse(stdout) as Record<"lost" | "twice" | "damaged", number>;
  if (lost + twice + damaged > 0) {
    throw new Error(`${topic}: ${lost} lines lost, ${twice} there twice, ${damaged} damaged`);
  }
}
