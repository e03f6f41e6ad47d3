import { HdfsFileSystem, type HdfsFileSystemOptions } from "../../runtime/hdfs/hdfs-file-system.ts";
import type { HdfsCluster } from "../../scripts/servers/hdfs.ts";

/** This project's client of a cluster of the tests. */
export function clientOf(cluster: HdfsCluster, options: Partial<HdfsFileSystemOptions> = {}): HdfsFileSystem {
  return new HdfsFileSystem({
    uri: cluster.uri,
    nameNodes: cluster.nameNodes.map(({ port }) => ({ host: "localhost", port })),
    user: { effective: cluster.superuser, real: undefined },
    callTimeout: 20_000,
    ...options,
  });
}

/** What Hadoop's own client reads. */
export async function contentOf(cluster: HdfsCluster, path: string): Promise<Buffer> {
  return await cluster.tools.run("dfs", "-cat", path);
}
