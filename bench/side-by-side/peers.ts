import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../scripts/servers/command.ts";
import { startFlume } from "../../scripts/servers/flume.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { ServerProcess } from "../../scripts/servers/server-process.ts";

const root = new URL("../..", import.meta.url).pathname;

/** What a program has to do in one run, told to each kind of program in its own way. */
export interface Job {
  /** The agent's configuration. */
  readonly conf: string;
  /** Properties that this run has another value for: `agent1.sinks.sink1.topic` → `bench-1`. */
  readonly settings: ReadonlyMap<string, string>;
  /** The same for a hand-written program: BENCH_TOPIC → `bench-1`. */
  readonly environment: NodeJS.ProcessEnv;
  /** HADOOP_CONF_DIR, where there is an HDFS. */
  readonly hadoopConfiguration?: string;
}

/** A running program. */
export interface RunningPeer {
  readonly pid: number;
  readonly running: boolean;
  readonly logFile: string;
  /** TERM, and waits for the end. */
  stop(): Promise<void>;
}

/** A program that is compared. */
export interface Peer {
  readonly name: string;
  readonly isFlume: boolean;
  /** The property that a case calls the batch size; undefined: as the configuration has it. */
  readonly batchSize: number | undefined;
  /** What it needs before its clock starts: compiles, writes files. The function starts it, without waiting. */
  prepare(job: Job): Promise<() => Promise<RunningPeer>>;
}

/**
 * `flafkac`, `flume`, `hand-written`, each with a batch size behind it (`flume-1000`) or not; anything else is the path
 * of a program.
 *
 * @param handWritten the file of the hand-written program, where the case has one.
 */
export function peerNamed(name: string, handWritten?: string): Peer {
  const [, kind, size] = /^(flafkac|flume|hand-written)(?:-(\d+))?$/.exec(name) ?? [];
  const batchSize = size === undefined ? undefined : Number(size);
  const withBatch = (text: string) => (batchSize === undefined ? text : `${text}, batchSize ${batchSize}`);
  if (kind === "flafkac")
    return { name: withBatch("flafkac"), isFlume: false, batchSize, prepare: prepareEmitted };
  if (kind === "flume")
    return { name: withBatch("Flume 1.11.0"), isFlume: true, batchSize, prepare: prepareFlume };
  const file = kind === "hand-written" ? handWritten : name;
  if (file === undefined) throw new Error(`there is no hand-written program for this case`);
  return { name, isFlume: false, batchSize, prepare: (job) => prepareProgram(name, file, job) };
}

/** The program that flafkac emits for the configuration, its source as `node agent1.ts` runs it. */
async function prepareEmitted(job: Job): Promise<() => Promise<RunningPeer>> {
  const { conf, settings } = job;
  const directory = join(await temporaryDirectory("bench"), "out");
  const sets = [...settings].flatMap(([property, value]) => ["--set", `${property}=${value}`]);
  await runCommand(
    process.execPath,
    [join(root, "cli", "main.ts"), "build", conf, "-o", directory, ...sets],
    { cwd: root },
  );
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  return () => startNode("flafkac", join(directory, "agent1.ts"), directory, job);
}

/** A program by its file, told by its environment what to do. */
async function prepareProgram(name: string, file: string, job: Job): Promise<() => Promise<RunningPeer>> {
  const directory = await temporaryDirectory("bench");
  return () => startNode(name, file, directory, job);
}

/** Apache Flume 1.11.0 with the configuration. */
async function prepareFlume(job: Job): Promise<() => Promise<RunningPeer>> {
  const { conf, settings, hadoopConfiguration: hadoop } = job;
  // Of a property that is there twice, Java's Properties keep the last.
  const sets = [...settings].map(([property, value]) => `${property} = ${value}\n`);
  const text = `${await readFile(conf, "utf8")}\n${sets.join("")}`;
  return () =>
    startFlume({
      conf: text,
      heap: "1g",
      waitUntilStarted: false,
      ...(hadoop === undefined ? {} : { hadoopConfigurationDirectory: hadoop }),
    });
}

async function startNode(
  name: string,
  file: string,
  directory: string,
  { environment, hadoopConfiguration }: Job,
): Promise<RunningPeer> {
  const logFile = join(directory, "program.log");
  await writeFile(logFile, "");
  const options = (process.env.BENCH_NODE_OPTIONS ?? "").split(" ").filter((option) => option !== "");
  const server = await ServerProcess.start({
    name,
    command: process.execPath,
    args: [...options, file],
    cwd: directory,
    logFile,
    env: { ...process.env, ...environment, HADOOP_CONF_DIR: hadoopConfiguration },
  });
  return {
    pid: server.pid,
    get running() {
      return server.running;
    },
    logFile,
    async stop() {
      if (!server.running) return;
      await server.stop();
      const { code, signal } = await server.ended;
      if (code !== 0) console.warn(`${name} was stopped, and ended with ${signal ?? code}`);
    },
  };
}
