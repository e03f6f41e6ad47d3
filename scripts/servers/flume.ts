import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { flumeArtifacts, flumeHdfsArtifacts } from "./artifacts.ts";
import { classPath, requireJava } from "./class-path.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./reaper.ts";
import { ServerProcess } from "./server-process.ts";

/** Which agent of which configuration to run, and how. */
export interface FlumeOptions {
  /** The text of the .conf. */
  readonly conf: string;
  /** Default agent1. */
  readonly agentName?: string;
  /** Maximal heap, as after -Xmx. Default 256m. */
  readonly heap?: string;
  /** Further options of Java. */
  readonly jvmOptions?: readonly string[];
  /** slf4j-simple's level. Default warn. */
  readonly logLevel?: "trace" | "debug" | "info" | "warn" | "error";
  /**
   * Brings the HDFS sink along: HADOOP_CONF_DIR, the folder of core-site.xml and hdfs-site.xml. Default: without it.
   */
  readonly hadoopConfigurationDirectory?: string;
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Do not wait for the components: for measuring the start. Default true: wait. */
  readonly waitUntilStarted?: boolean;
}

/** A real Apache Flume 1.11.0 agent. */
export class FlumeAgent {
  /** The file that receives the agent's log. */
  readonly logFile: string;
  readonly #process: ServerProcess;
  readonly #directory: string;
  readonly #monitoringPort: number;

  /** @internal Use {@link startFlume}. */
  constructor(process: ServerProcess, directory: string, logFile: string, monitoringPort: number) {
    this.#process = process;
    this.#directory = directory;
    this.logFile = logFile;
    this.#monitoringPort = monitoringPort;
  }

  /** The agent's process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Whether the agent's process is there. */
  get running(): boolean {
    return this.#process.running;
  }

  /** Flume's own counters (`flume.monitoring.type=http`): component → counter → value as text. */
  async counters(): Promise<Record<string, Record<string, string>>> {
    const response = await fetch(`http://127.0.0.1:${this.#monitoringPort}/metrics`);
    return (await response.json()) as Record<string, Record<string, string>>;
  }

  /** All that the agent has logged. */
  async log(): Promise<string> {
    return await readFile(this.logFile, "utf8");
  }

  /** @internal Waits until every source that Flume keeps counters of has started. */
  async waitUntilStarted(): Promise<void> {
    await this.#process.waitUntil(async () => {
      const counters = await this.counters().catch(() => undefined);
      if (counters === undefined) return false;
      const components = Object.values(counters);
      return components.length > 0 && components.every((component) => component.StartTime !== "0");
    });
  }

  /** TERM: Flume stops its components in its own order; then its files are removed. */
  async stop(): Promise<void> {
    await this.#process.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** KILL, and its files are removed. */
  async kill(): Promise<void> {
    await this.#process.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** So that `await using flume = await startFlume(…)` cleans up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/**
 * Starts an agent; resolves when its components have started.
 * @throws ServersUnavailable without Java or Maven; Error with the agent's log when it does not come up.
 */
export async function startFlume(options: FlumeOptions): Promise<FlumeAgent> {
  await requireJava();
  const directory = await temporaryDirectory("flume");
  const logFile = join(directory, "flume.log");
  await writeFile(join(directory, "agent.conf"), options.conf);
  const monitoringPort = await freePort();
  const hadoop = options.hadoopConfigurationDirectory;
  const jars = await classPath(hadoop === undefined ? flumeArtifacts : flumeHdfsArtifacts);
  const server = await ServerProcess.start({
    name: "Flume 1.11.0",
    command: "java",
    args: [
      `-Xmx${options.heap ?? "256m"}`,
      ...(options.jvmOptions ?? []),
      `-Dorg.slf4j.simpleLogger.defaultLogLevel=${options.logLevel ?? "warn"}`,
      "-Dorg.slf4j.simpleLogger.showDateTime=true",
      "-Dflume.monitoring.type=http",
      `-Dflume.monitoring.port=${monitoringPort}`,
      ...["-cp", hadoop === undefined ? jars : `${hadoop}:${jars}`, "org.apache.flume.node.Application"],
      ...["-n", options.agentName ?? "agent1", "-f", "agent.conf", "--no-reload-conf"],
    ],
    cwd: directory,
    ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
    logFile,
  });
  const agent = new FlumeAgent(server, directory, logFile, monitoringPort);
  if (options.waitUntilStarted !== false) await agent.waitUntilStarted();
  return agent;
}
