import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { buildText, EmittedProgram } from "../../test/servers/emitted-program.ts";
import { connected } from "../servers/connected.ts";
import { startFlume } from "../servers/flume.ts";
import type { HdfsCluster } from "../servers/hdfs.ts";
import { confOf, type Places, type Variation } from "./variation.ts";

/** Flume's counters: component → counter → value. */
type Counters = Record<string, Record<string, string>>;

/** An agent that runs: Flume, or the emitted program. */
interface RunningAgent {
  counters(): Promise<Counters>;
  stop(): Promise<void>;
  log(): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One of the two sides. */
export interface Side {
  readonly name: string;
  /** Starts it for a configuration's text. */
  start(conf: string, hdfs: HdfsCluster): Promise<RunningAgent>;
}

/** A real Apache Flume 1.11.0. */
export const flumeSide: Side = {
  name: "Flume",
  start: async (conf, hdfs) => {
    const agent = await startFlume({
      conf,
      hadoopConfigurationDirectory: hdfs.configurationDirectory,
      jvmOptions: ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
    });
    return {
      counters: () => agent.counters(),
      stop: () => agent.stop(),
      log: () => agent.log(),
      [Symbol.asyncDispose]: () => agent.kill(),
    };
  },
};

/** What the command line of this checkout builds. */
export const emittedSide: Side = {
  name: "The emitted program",
  start: async (conf, hdfs) => {
    const built = await buildText(conf);
    const program = await EmittedProgram.start(built, {
      env: { HADOOP_CONF_DIR: hdfs.configurationDirectory, HADOOP_USER_NAME: hdfs.superuser },
    });
    return {
      counters: () => program.counters(),
      stop: async () => {
        const end = await program.stop();
        if (end.code !== 0) throw new Error(`The program ended with ${end.code ?? end.signal}.`);
      },
      log: () => program.output(),
      [Symbol.asyncDispose]: () => program.kill(),
    };
  },
};

const drainedWithin = 90_000; // ms
const pollEvery = 50; // ms

/**
 * Runs one side over a variation's input, until its sink has delivered every event; `beforeStop` looks at it then.
 * @throws Error with the end of the side's log when it does not come so far.
 */
export async function runSide(
  side: Side,
  variation: Variation,
  places: Places,
  hdfs: HdfsCluster,
  beforeStop: () => Promise<void>,
): Promise<void> {
  await using agent = await side.start(confOf(variation, places), hdfs);
  try {
    if (variation.useCase === 1 || variation.useCase === 3) await sendLines(variation, places.port);
    await waitUntilDrained(agent, variation.delivered);
    await beforeStop();
    await agent.stop();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${side.name}: ${said}\n${(await agent.log()).slice(-3_000)}`, { cause: error });
  }
}

/** Writes the input's bodies as lines, and waits for an OK to each. */
async function sendLines({ input }: Variation, port: number): Promise<void> {
  const socket = await connected(port);
  let answers = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    answers += chunk;
  });
  const closed = once(socket, "close");
  for (const { body } of input) socket.write(Buffer.concat([body, Buffer.from("\n")]));
  socket.end();
  await closed;
  const stored = answers.split("OK\n").length - 1;
  if (stored !== input.length) throw new Error(`${stored} of ${input.length} lines stored: ${answers}`);
}

async function waitUntilDrained(agent: RunningAgent, count: number): Promise<void> {
  const deadline = performance.now() + drainedWithin;
  for (;;) {
    const counters = await agent.counters().catch((): Counters => ({}));
    const drained = Number(counters["SINK.sink1"]?.EventDrainSuccessCount ?? 0);
    if (drained >= count) return;
    if (performance.now() > deadline) {
      throw new Error(`${drained} of ${count} events drained; ${nonZero(counters)}`);
    }
    await delay(pollEvery);
  }
}

/** Counters that have counted, for messages. */
function nonZero(counters: Counters): string {
  return Object.entries(counters)
    .flatMap(([component, values]) =>
      Object.entries(values).flatMap(([name, value]) =>
        /^[1-9]\d*$/.test(value) ? [`${component}.${name}=${value}`] : [],
      ),
    )
    .join(" ");
}
