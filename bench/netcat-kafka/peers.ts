import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../scripts/servers/command.ts";
import { startFlume } from "../../scripts/servers/flume.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { ServerProcess } from "../../scripts/servers/server-process.ts";

const root = new URL("../..", import.meta.url).pathname;
const sample = join(root, "samples", "netcat-memory-kafka", "agent.conf");

/** Where a program listens and writes to. */
export interface Surroundings {
  readonly port: number;
  readonly bootstrapServers: string;
  readonly topic: string;
}

/** A running program. */
export interface RunningPeer {
  readonly pid: number;
  stop(): Promise<void>;
}

/** A program that is compared. */
export interface Peer {
  readonly name: string;
  /** What it needs before its clock starts: compiles, writes files. The function starts it, without waiting. */
  prepare(surroundings: Surroundings): Promise<() => Promise<RunningPeer>>;
}

/** The program that flafkac emits for the sample, its source as `node agent1.ts` runs it. */
export const flafkac: Peer = {
  name: "flafkac",
  async prepare(surroundings) {
    const directory = join(await temporaryDirectory("bench"), "out");
    const { port, bootstrapServers, topic } = surroundings;
    const sets = [
      `agent1.sources.source1.port=${port}`,
      `agent1.sinks.sink1.topic=${topic}`,
      `agent1.sinks.sink1.brokerList=${bootstrapServers}`,
    ].flatMap((set) => ["--set", set]);
    await runCommand(
      process.execPath,
      [join(root, "cli", "main.ts"), "build", sample, "-o", directory, ...sets],
      {
        cwd: root,
      },
    );
    await symlink(join(root, "node_modules"), join(directory, "node_modules"));
    return () => startNode("flafkac", [join(directory, "agent1.ts")], directory);
  },
};

/** A program by its file, told where to listen and write by BENCH_PORT, BENCH_BROKERS and BENCH_TOPIC. */
export function programPeer(file: string): Peer {
  return {
    name: file,
    async prepare({ port, bootstrapServers, topic }) {
      const directory = await temporaryDirectory("bench");
      const env = {
        ...process.env,
        BENCH_PORT: String(port),
        BENCH_BROKERS: bootstrapServers,
        BENCH_TOPIC: topic,
      };
      return () => startNode(file, [file], directory, env);
    },
  };
}

/** Apache Flume 1.11.0 with the sample's configuration and another batchSize. */
export function flume(batchSize: number): Peer {
  return {
    name: `Flume 1.11.0, batchSize ${batchSize}`,
    async prepare({ port, bootstrapServers, topic }) {
      const text = await readFile(sample, "utf8");
      const conf = text
        .replace(/^(agent1\.sources\.source1\.port = ).*$/m, `$1${port}`)
        .replace(/^(agent1\.sinks\.sink1\.topic = ).*$/m, `$1${topic}`)
        .replace(/^(agent1\.sinks\.sink1\.brokerList = ).*$/m, `$1${bootstrapServers}`)
        .replace(/^(agent1\.sinks\.sink1\.batchSize = ).*$/m, `$1${batchSize}`);
      return () => startFlume({ conf, heap: "1g", waitUntilStarted: false });
    },
  };
}

async function startNode(
  name: string,
  args: readonly string[],
  directory: string,
  env?: NodeJS.ProcessEnv,
): Promise<RunningPeer> {
  const logFile = join(directory, "program.log");
  await writeFile(logFile, "");
  return await ServerProcess.start({
    name,
    command: process.execPath,
    args,
    cwd: directory,
    logFile,
    ...(env === undefined ? {} : { env }),
  });
}
