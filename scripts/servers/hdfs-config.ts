import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";

/** Properties of Hadoop by their own names. */
export type HadoopProperties = Readonly<Record<string, string | number | boolean>>;

/** Where one NameNode listens. */
export interface NameNodePorts {
  /** `nn1`, `nn2`: its name within a nameservice. */
  readonly id: string;
  readonly rpc: number;
  readonly http: number;
}

/** What the configuration of a cluster's daemons and clients is made from. */
export interface ClusterConfig {
  readonly nameNodes: readonly NameNodePorts[];
  /** Undefined without high availability. */
  readonly nameService: string | undefined;
  readonly dataNodes: number;
  /** Overrides, for the daemons and the clients. */
  readonly properties: HadoopProperties;
}

/** `fs.defaultFS`. */
export function defaultFs({ nameNodes, nameService }: ClusterConfig): string {
  return nameService === undefined ? `hdfs://localhost:${nameNodes[0]!.rpc}` : `hdfs://${nameService}`;
}

/** Writes core-site.xml and hdfs-site.xml as a client of the cluster has them. */
export async function writeClientConfiguration(directory: string, cluster: ClusterConfig): Promise<void> {
  await writeConfiguration(directory, cluster, {});
}

/** Writes the configuration of one NameNode. `sharedEdits`: the folder that both of a pair write their edits to. */
export async function writeNameNodeConfiguration(
  directory: string,
  cluster: ClusterConfig,
  node: NameNodePorts,
  nameDirectory: string,
  sharedEdits: string | undefined,
): Promise<void> {
  await writeConfiguration(directory, cluster, {
    "dfs.namenode.name.dir": `file://${nameDirectory}`,
    "dfs.namenode.safemode.extension": 0,
    "dfs.namenode.datanode.registration.ip-hostname-check": false,
    "dfs.namenode.heartbeat.recheck-interval": 1_000,
    "dfs.namenode.fs-limits.min-block-size": 1_024,
    // A stopped DataNode is counted out after 2 × 1 s + 10 heartbeats; until then new blocks may be sent to it.
    "dfs.heartbeat.interval": 1,
    "dfs.blockreport.initialDelay": 0,
    // As many handlers as the CPU of a test machine can use.
    "dfs.namenode.handler.count": 4,
    // Whoever runs the daemons may act for others, as hdfs.proxyUser does.
    [`hadoop.proxyuser.${userInfo().username}.hosts`]: "*",
    [`hadoop.proxyuser.${userInfo().username}.users`]: "*",
    ...(sharedEdits === undefined
      ? {}
      : {
          "dfs.ha.namenode.id": node.id,
          "dfs.namenode.shared.edits.dir": `file://${sharedEdits}`,
          // The standby follows what the active one writes only after a roll of the edit log.
          "dfs.ha.log-roll.period": 1,
          "dfs.ha.tail-edits.period": 1,
        }),
  });
}

/** Writes the configuration of one DataNode. */
export async function writeDataNodeConfiguration(
  directory: string,
  cluster: ClusterConfig,
  ports: { readonly data: number; readonly http: number; readonly ipc: number },
  dataDirectory: string,
): Promise<void> {
  await writeConfiguration(directory, cluster, {
    "dfs.datanode.data.dir": `file://${dataDirectory}`,
    // The host that clients are sent to.
    "dfs.datanode.hostname": "localhost",
    "dfs.datanode.address": `127.0.0.1:${ports.data}`,
    "dfs.datanode.http.address": `127.0.0.1:${ports.http}`,
    "dfs.datanode.ipc.address": `127.0.0.1:${ports.ipc}`,
    "dfs.heartbeat.interval": 1,
    "dfs.blockreport.initialDelay": 0,
    "dfs.datanode.handler.count": 2,
    // The NameNode starts beside it: ask again soon, and without end.
    "ipc.client.connect.retry.interval": 50,
    "ipc.client.connect.max.retries": 2_000,
    // Measures the disk by df, at once, instead of du in a while.
    "fs.getspaceused.classname": "org.apache.hadoop.fs.DFCachingGetSpaceUsed",
    "fs.getspaceused.jitterMillis": 0,
  });
}

async function writeConfiguration(
  directory: string,
  cluster: ClusterConfig,
  ofDaemon: HadoopProperties,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const hdfs = { ...clientProperties(cluster), ...ofDaemon, ...cluster.properties };
  await writeFile(join(directory, "core-site.xml"), siteXml({ "fs.defaultFS": defaultFs(cluster) }));
  await writeFile(join(directory, "hdfs-site.xml"), siteXml(hdfs));
}

function clientProperties(cluster: ClusterConfig): HadoopProperties {
  return {
    "dfs.replication": Math.min(3, cluster.dataNodes),
    // With one to three DataNodes there is none to take a failed one's place.
    "dfs.client.block.write.replace-datanode-on-failure.policy": "NEVER",
    ...addresses(cluster),
  };
}

function addresses({ nameNodes, nameService }: ClusterConfig): HadoopProperties {
  if (nameService === undefined) {
    const { rpc, http } = nameNodes[0]!;
    return {
      "dfs.namenode.rpc-address": `localhost:${rpc}`,
      "dfs.namenode.http-address": `localhost:${http}`,
    };
  }
  const properties: Record<string, string> = {
    "dfs.nameservices": nameService,
    [`dfs.ha.namenodes.${nameService}`]: nameNodes.map(({ id }) => id).join(","),
    [`dfs.client.failover.proxy.provider.${nameService}`]:
      "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider",
    "dfs.ha.fencing.methods": "shell(/bin/true)",
  };
  for (const { id, rpc, http } of nameNodes) {
    properties[`dfs.namenode.rpc-address.${nameService}.${id}`] = `localhost:${rpc}`;
    properties[`dfs.namenode.http-address.${nameService}.${id}`] = `localhost:${http}`;
  }
  return properties;
}

function siteXml(properties: HadoopProperties): string {
  const entries = Object.entries(properties).map(
    ([name, value]) =>
      `  <property><name>${escaped(name)}</name><value>${escaped(String(value))}</value></property>\n`,
  );
  return `<?xml version="1.0"?>\n<configuration>\n${entries.join("")}</configuration>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
