import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type KafkaVersion, kafkaArtifacts } from "./artifacts.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { classPath, requireJava } from "./class-path.ts";
import { runCommand } from "./command.ts";
import { kafkaAnswers } from "./kafka-answers.ts";
import { type SaslUser, type SecureListener, serverProperties } from "./kafka-config.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./reaper.ts";
import { ServerProcess } from "./server-process.ts";

/** What kind of broker to start; everything has a default. */
export interface KafkaOptions {
  /** Default 4.4.0. */
  readonly version?: KafkaVersion;
  /** Partitions of a topic that is created by being written to. Default 1. */
  readonly partitions?: number;
  /** Listeners beside PLAINTEXT, which every broker has. */
  readonly listeners?: readonly SecureListener[];
  /** Users of the SASL listeners, for PLAIN and both SCRAMs. */
  readonly users?: readonly SaslUser[];
  /** The TLS listeners ask clients for a certificate. Default false. */
  readonly clientCertificates?: boolean;
  /**
   * ZooKeeper mode instead of KRaft: `host:port[/chroot]`, as {@link ZooKeeperServer.connectString} is. Kafka 3 only, one
   * broker; its SASL users are known for PLAIN alone.
   */
  readonly zooKeeper?: string;
  /** Overrides of server.properties, by the broker's own names. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /** Maximal heap, as after -Xmx. Default 400m. */
  readonly heap?: string;
  /** Java's options. The default spares the CPU at the price of peak speed; benchmarks pass []. */
  readonly jvmOptions?: readonly string[];
}

const quickJvm = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/** A real broker: a KRaft node that is its own controller, one of a cluster, or one that keeps to a ZooKeeper. */
export class KafkaServer {
  readonly version: KafkaVersion;
  /** `localhost:<port>` of the plain-text listener. */
  readonly bootstrapServers: string;
  /** The port of the plain-text listener. */
  readonly port: number;
  /** The file that receives the broker's log. */
  readonly logFile: string;
  /** What the TLS listeners use and trust, when there are any. */
  readonly certificates: Certificates | undefined;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #directory: string;
  readonly #java: readonly string[];
  #process: ServerProcess | undefined;

  /** @internal Use {@link startKafka} or {@link startKafkaCluster}. */
  constructor(node: PreparedNode) {
    this.version = node.version;
    this.port = node.ports.get("PLAINTEXT")!;
    this.bootstrapServers = `localhost:${this.port}`;
    this.logFile = join(node.directory, "server.log");
    this.certificates = node.certificates;
    this.#ports = node.ports;
    this.#directory = node.directory;
    this.#java = node.java;
  }

  /** `localhost:<port>` of a listener that was asked for. */
  bootstrapServersOf(listener: SecureListener): string {
    const port = this.#ports.get(listener);
    if (port === undefined) throw new Error(`This broker has no ${listener} listener.`);
    return `localhost:${port}`;
  }

  /** The process id of the running broker. */
  get pid(): number {
    if (this.#process === undefined) throw new Error("The broker is not running.");
    return this.#process.pid;
  }

  /** Whether the broker's process is there. */
  get running(): boolean {
    return this.#process?.running ?? false;
  }

  /** Starts the broker on the ports and the data that it had before; resolves when it answers. */
  async start(): Promise<void> {
    if (this.running) return;
    this.#process = await ServerProcess.start({
      name: `Kafka ${this.version}`,
      command: "java",
      args: [...this.#java, "kafka.Kafka", "server.properties"],
      cwd: this.#directory,
      logFile: this.logFile,
    });
    await this.#process.waitUntil(() => kafkaAnswers("127.0.0.1", this.port));
  }

  /** TERM: the broker says goodbye and flushes. Its data stay for {@link start}. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** KILL: the broker vanishes as in a crash. Its data stay for {@link start}. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Stops (TERM) and starts again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends the broker for good and removes its data. */
  async close(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** So that `await using kafka = await startKafka()` cleans up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Nodes of one cluster. */
export interface KafkaCluster {
  /** Of every broker, comma-separated. */
  readonly bootstrapServers: string;
  readonly brokers: readonly KafkaServer[];
  /** Ends all brokers for good and removes their data. */
  close(): Promise<void>;
}

interface PreparedNode {
  readonly version: KafkaVersion;
  readonly ports: ReadonlyMap<"PLAINTEXT" | SecureListener, number>;
  readonly directory: string;
  readonly java: readonly string[];
  readonly certificates: Certificates | undefined;
}

/**
 * Starts a single broker on free ports and waits until it answers.
 * @throws ServersUnavailable without Java or Maven; Error with the broker's log when it does not come up.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const [server] = await prepareNodes(1, options);
  await server!.start();
  return server!;
}

/** Starts a cluster whose nodes are brokers and controllers both. */
export async function startKafkaCluster(size: number, options: KafkaOptions = {}): Promise<KafkaCluster> {
  const brokers = await prepareNodes(size, options);
  // Together: no node of a cluster gets ready alone.
  await Promise.all(brokers.map((broker) => broker.start()));
  return {
    brokers,
    bootstrapServers: brokers.map((broker) => broker.bootstrapServers).join(","),
    close: async () => {
      await Promise.all(brokers.map((broker) => broker.close()));
    },
  };
}

async function prepareNodes(size: number, options: KafkaOptions): Promise<KafkaServer[]> {
  await requireJava();
  const version = options.version ?? "4.4.0";
  const listeners = ["PLAINTEXT", ...(options.listeners ?? [])] as const;
  const java = [
    `-Xmx${options.heap ?? "400m"}`,
    ...(options.jvmOptions ?? quickJvm),
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-cp",
    await classPath(kafkaArtifacts(version)),
  ];
  // Begins with a letter: the tool takes a leading - for an option.
  const clusterId = `f${randomBytes(16).toString("base64url").slice(1)}`;
  const controllers = new Map<number, number>();
  for (let nodeId = 1; nodeId <= size; nodeId++) controllers.set(nodeId, await freePort());
  const nodes: KafkaServer[] = [];
  for (const nodeId of controllers.keys()) {
    const directory = await temporaryDirectory("kafka");
    const ports = new Map<(typeof listeners)[number], number>();
    for (const listener of listeners) ports.set(listener, await freePort());
    const needsTls = listeners.some((listener) => listener.endsWith("SSL"));
    const tlsDirectory = join(directory, "tls");
    if (needsTls) await mkdir(tlsDirectory);
    const certificates = needsTls ? await makeCertificates(tlsDirectory) : undefined;
    const configuration = serverProperties({
      nodeId,
      controllers,
      zooKeeper: options.zooKeeper,
      ports,
      dataDirectory: join(directory, "data"),
      partitions: options.partitions ?? 1,
      users: options.users ?? [],
      certificates,
      clientCertificates: options.clientCertificates ?? false,
      properties: options.properties ?? {},
    });
    await writeFile(join(directory, "server.properties"), configuration);
    if (options.zooKeeper === undefined) await format(directory, java, clusterId, options.users ?? []);
    nodes.push(new KafkaServer({ version, ports, directory, java, certificates }));
  }
  return nodes;
}

/** Writes the metadata that a KRaft node wants to find at its first start. */
async function format(
  directory: string,
  java: readonly string[],
  clusterId: string,
  users: readonly SaslUser[],
): Promise<void> {
  const credentials = users.flatMap(({ username, password }) =>
    ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
      "--add-scram",
      `${mechanism}=[name=${username},password=${password}]`,
    ]),
  );
  await runCommand(
    "java",
    [
      ...java,
      "kafka.tools.StorageTool",
      "format",
      "-t",
      clusterId,
      "-c",
      "server.properties",
      ...credentials,
    ],
    { cwd: directory },
  );
}
