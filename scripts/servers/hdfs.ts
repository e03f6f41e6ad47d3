import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { hadoopVersion, hdfsArtifacts } from "./artifacts.ts";
import { cacheDirectory, classPath, requireJava } from "./class-path.ts";
import { runCommand } from "./command.ts";
import { HadoopTools } from "./hadoop-tools.ts";
import {
  type ClusterConfig,
  defaultFs,
  type HadoopProperties,
  type NameNodePorts,
  writeClientConfiguration,
  writeDataNodeConfiguration,
  writeNameNodeConfiguration,
} from "./hdfs-config.ts";
import { HdfsDaemon, jmxBean } from "./hdfs-daemon.ts";
import { withLock } from "./lock.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./reaper.ts";

/** What kind of HDFS to start; everything has a default. */
export interface HdfsOptions {
  /** Default 1. Blocks get as many replicas, at most three. */
  readonly dataNodes?: number;
  /** A pair of NameNodes with edits in a shared folder, the first of them active. Default false: one NameNode. */
  readonly highAvailability?: boolean;
  /** Overrides of hdfs-site.xml, for daemons and clients, by Hadoop's own names. */
  readonly properties?: HadoopProperties;
  /** Maximal heap of each daemon, as after -Xmx. Default 256m. */
  readonly heap?: string;
  /** Java's options. The default spares the CPU at the price of peak speed; benchmarks pass []. */
  readonly jvmOptions?: readonly string[];
}

const quickJvm = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

// Folders of static pages that Hadoop's jars come without, and that its HTTP servers insist on.
const webApps = ["hdfs", "datanode", "static"];

/** One NameNode of a cluster. */
export interface NameNode extends HdfsDaemon {
  /** `nn1`, `nn2`. */
  readonly id: string;
  /** Of its RPC. */
  readonly port: number;
  readonly httpPort: number;
}

/** One DataNode of a cluster. */
export interface DataNode extends HdfsDaemon {
  /** Of the data transfer protocol. */
  readonly port: number;
  readonly httpPort: number;
}

/** A real HDFS: NameNodes and DataNodes, a process each. */
export class HdfsCluster {
  /** `hdfs://localhost:<port>`; with high availability `hdfs://<nameservice>`. */
  readonly uri: string;
  /** `webhdfs://localhost:<port>` of the first NameNode. */
  readonly webHdfsUri: string;
  /** core-site.xml and hdfs-site.xml for clients, as HADOOP_CONF_DIR names them. */
  readonly configurationDirectory: string;
  readonly nameNodes: readonly NameNode[];
  readonly dataNodes: readonly DataNode[];
  /** Who started the NameNode: the superuser. */
  readonly superuser = userInfo().username;
  /** Hadoop's own command line against this cluster. */
  readonly tools: HadoopTools;
  readonly #directory: string;

  /** @internal Use {@link startHdfs}. */
  constructor(prepared: PreparedCluster) {
    const [first] = prepared.nameNodes;
    this.uri = prepared.uri;
    this.webHdfsUri = `webhdfs://localhost:${first!.httpPort}`;
    this.configurationDirectory = prepared.configurationDirectory;
    this.nameNodes = prepared.nameNodes;
    this.dataNodes = prepared.dataNodes;
    this.tools = prepared.tools;
    this.#directory = prepared.directory;
  }

  /** The first NameNode, the only one without high availability. */
  get nameNode(): NameNode {
    return this.nameNodes[0]!;
  }

  /** The first DataNode. */
  get dataNode(): DataNode {
    return this.dataNodes[0]!;
  }

  /** The NameNode that serves clients; undefined while none does. */
  async activeNameNode(): Promise<NameNode | undefined> {
    for (const node of this.nameNodes) {
      const status = await jmxBean(node.httpPort, "Hadoop:service=NameNode,name=NameNodeStatus");
      if (status?.State === "active") return node;
    }
    return undefined;
  }

  /** Waits until a NameNode is active, out of safe mode, and hears of every DataNode that runs. */
  async waitUntilReady(): Promise<void> {
    const running = this.dataNodes.filter((node) => node.running);
    const [watched] = this.nameNodes.filter((node) => node.running);
    if (watched === undefined) throw new Error("No NameNode is running.");
    await watched.waitUntil(async () => {
      const active = await this.activeNameNode();
      if (active === undefined) return false;
      const state = await jmxBean(active.httpPort, "Hadoop:service=NameNode,name=FSNamesystemState");
      if (state?.FSState !== "Operational" || Number(state.NumLiveDataNodes) < running.length) return false;
      // A NameNode takes a DataNode that was killed a moment ago for live: the DataNode itself knows better.
      return (await Promise.all(running.map(({ httpPort }) => isRegistered(httpPort)))).every(Boolean);
    });
  }

  /** Makes a NameNode of a pair the active one, and the other, when it runs, the standby. */
  async transitionToActive(node: NameNode): Promise<void> {
    for (const other of this.nameNodes) {
      if (other !== node && other.running) await this.transitionToStandby(other);
    }
    // Without --forceactive the tool asks the other one first, and gives up where that is down.
    await this.tools.run("haadmin", "-transitionToActive", "--forceactive", node.id);
  }

  /** Makes a NameNode of a pair a standby: then none serves clients. */
  async transitionToStandby(node: NameNode): Promise<void> {
    await this.tools.run("haadmin", "-transitionToStandby", node.id);
  }

  /** The active NameNode refuses all changes. */
  async enterSafeMode(): Promise<void> {
    await this.tools.run("dfsadmin", "-safemode", "enter");
  }

  /** The end of {@link enterSafeMode}. */
  async leaveSafeMode(): Promise<void> {
    await this.tools.run("dfsadmin", "-safemode", "leave");
  }

  /** Bytes that may lie under a directory, all replicas counted; undefined lifts the quota. */
  async setSpaceQuota(path: string, bytes: number | undefined): Promise<void> {
    if (bytes === undefined) await this.tools.run("dfsadmin", "-clrSpaceQuota", path);
    else await this.tools.run("dfsadmin", "-setSpaceQuota", String(bytes), path);
  }

  /** Files and directories that may lie under a directory, itself counted; undefined lifts the quota. */
  async setQuota(path: string, names: number | undefined): Promise<void> {
    if (names === undefined) await this.tools.run("dfsadmin", "-clrQuota", path);
    else await this.tools.run("dfsadmin", "-setQuota", String(names), path);
  }

  /** As `hdfs dfs -mkdir -p`. */
  async mkdirs(path: string): Promise<void> {
    await this.tools.run("dfs", "-mkdir", "-p", path);
  }

  /** As `hdfs dfs -chmod`, `mode` in octal: `777`. */
  async chmod(path: string, mode: string): Promise<void> {
    await this.tools.run("dfs", "-chmod", mode, path);
  }

  /** As `hdfs dfs -chown`: `flume:users`. */
  async chown(path: string, owner: string): Promise<void> {
    await this.tools.run("dfs", "-chown", owner, path);
  }

  /** Starts all daemons, makes the first of a pair active, waits until files can be written. */
  async start(): Promise<void> {
    const nameNodes = this.nameNodes.map((node) => node.start());
    const dataNodes = this.dataNodes.map((node) => node.start());
    await Promise.all(nameNodes);
    if (this.nameNodes.length > 1 && (await this.activeNameNode()) === undefined) {
      await this.transitionToActive(this.nameNode);
    }
    await Promise.all(dataNodes);
    await this.waitUntilReady();
  }

  /** TERM to all daemons. Their data stay for {@link start}. */
  async stop(): Promise<void> {
    await Promise.all([...this.dataNodes, ...this.nameNodes].map((daemon) => daemon.stop()));
  }

  /** Ends all daemons for good and removes their data. */
  async close(): Promise<void> {
    await Promise.all([...this.dataNodes, ...this.nameNodes].map((daemon) => daemon.kill()));
    await this.tools.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** So that `await using hdfs = await startHdfs()` cleans up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

interface PreparedCluster {
  readonly uri: string;
  readonly directory: string;
  readonly configurationDirectory: string;
  readonly nameNodes: readonly NameNode[];
  readonly dataNodes: readonly DataNode[];
  readonly tools: HadoopTools;
}

/**
 * Starts HDFS on free ports and waits until files can be written.
 * @throws ServersUnavailable without Java or Maven; Error with a daemon's log when it does not come up.
 */
export async function startHdfs(options: HdfsOptions = {}): Promise<HdfsCluster> {
  await requireJava();
  const cluster = new HdfsCluster(await prepare(options));
  try {
    await cluster.start();
  } catch (error) {
    await cluster.close();
    throw error;
  }
  return cluster;
}

async function prepare(options: HdfsOptions): Promise<PreparedCluster> {
  const directory = await temporaryDirectory("hdfs");
  const paired = options.highAvailability ?? false;
  const ports: NameNodePorts[] = [];
  for (const id of paired ? ["nn1", "nn2"] : ["nn1"]) {
    ports.push({ id, rpc: await freePort(), http: await freePort() });
  }
  const config: ClusterConfig = {
    nameNodes: ports,
    nameService: paired ? "flafkac" : undefined,
    dataNodes: options.dataNodes ?? 1,
    properties: options.properties ?? {},
  };
  for (const webApp of webApps) await mkdir(join(directory, "pages", "webapps", webApp), { recursive: true });
  const configurationDirectory = join(directory, "client");
  await writeClientConfiguration(configurationDirectory, config);
  const jars = await classPath(hdfsArtifacts);
  const java = (configuration: string) => [
    `-Xmx${options.heap ?? "256m"}`,
    ...(options.jvmOptions ?? quickJvm),
    // WebHDFS makes its JSON with the help of this.
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    ...["-cp", [configuration, join(directory, "pages"), jars].join(":")],
  ];
  const nameNodes: NameNode[] = [];
  for (const node of ports) nameNodes.push(await prepareNameNode(directory, config, node, java));
  const dataNodes: DataNode[] = [];
  for (let index = 1; index <= config.dataNodes; index++) {
    dataNodes.push(await prepareDataNode(directory, config, `dn${index}`, java));
  }
  const tools = new HadoopTools(java(configurationDirectory));
  return { uri: defaultFs(config), directory, configurationDirectory, nameNodes, dataNodes, tools };
}

type JavaOptions = (configurationDirectory: string) => readonly string[];

async function prepareNameNode(
  directory: string,
  config: ClusterConfig,
  node: NameNodePorts,
  java: JavaOptions,
): Promise<NameNode> {
  const home = join(directory, node.id);
  const shared = config.nameService === undefined ? undefined : join(directory, "shared");
  const configuration = join(home, "configuration");
  await writeNameNodeConfiguration(configuration, config, node, join(home, "name"), shared);
  const formatted = await formattedStorage(configuration, shared !== undefined, java);
  await cp(join(formatted, "name"), join(home, "name"), { recursive: true });
  if (shared !== undefined && !existsSync(shared)) {
    await cp(join(formatted, "shared"), shared, { recursive: true });
  }
  const daemon = new HdfsDaemon({
    name: `NameNode ${node.id}`,
    directory: home,
    args: [...java(configuration), "org.apache.hadoop.hdfs.server.namenode.NameNode"],
    logFile: join(home, "daemon.log"),
    answers: async () => {
      const status = await jmxBean(node.http, "Hadoop:service=NameNode,name=NameNodeStatus");
      return status?.State === "active" || status?.State === "standby";
    },
  });
  return Object.assign(daemon, { id: node.id, port: node.rpc, httpPort: node.http });
}

async function prepareDataNode(
  directory: string,
  config: ClusterConfig,
  id: string,
  java: JavaOptions,
): Promise<DataNode> {
  const home = join(directory, id);
  const ports = { data: await freePort(), http: await freePort(), ipc: await freePort() };
  const configuration = join(home, "configuration");
  await writeDataNodeConfiguration(configuration, config, ports, join(home, "data"));
  const daemon = new HdfsDaemon({
    name: `DataNode ${id}`,
    directory: home,
    args: [...java(configuration), "org.apache.hadoop.hdfs.server.datanode.DataNode"],
    logFile: join(home, "daemon.log"),
    answers: async () => (await jmxBean(ports.http, "java.lang:type=Runtime")) !== undefined,
  });
  return Object.assign(daemon, { port: ports.data, httpPort: ports.http });
}

/** Whether a DataNode has registered with every NameNode that it found. */
async function isRegistered(httpPort: number): Promise<boolean> {
  // The bean below fails, with a long trace in the log, before this one is there.
  const storage = await jmxBean(httpPort, "Hadoop:service=DataNode,name=FSDatasetState*");
  if (storage === undefined) return false;
  const node = await jmxBean(httpPort, "Hadoop:service=DataNode,name=DataNodeInfo");
  const actors = JSON.parse(String(node?.BPServiceActorInfo ?? "[]")) as { ActorState?: string }[];
  return actors.some(({ ActorState }) => ActorState === "RUNNING");
}

/** A NameNode's storage as formatting leaves it, from the cache: formatting takes longer than copying by seconds. */
async function formattedStorage(configuration: string, paired: boolean, java: JavaOptions): Promise<string> {
  const cache = cacheDirectory();
  const home = join(cache, `hdfs-${hadoopVersion}-formatted${paired ? "-pair" : ""}`);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true });
  await withLock(join(cache, "format.lock"), async () => {
    if (existsSync(home)) return;
    const work = await mkdtemp(join(cache, "format-"));
    try {
      const at = (name: string) => `file://${join(work, name)}`;
      await runCommand("java", [
        ...java(configuration),
        "org.apache.hadoop.hdfs.server.namenode.NameNode",
        `-Ddfs.namenode.name.dir=${at("name")}`,
        ...(paired ? [`-Ddfs.namenode.shared.edits.dir=${at("shared")}`] : []),
        ...["-format", "-force", "-nonInteractive"],
      ]);
      await rename(work, home);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return home;
}
