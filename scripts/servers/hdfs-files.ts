import { type IncomingMessage, request } from "node:http";
import { posix } from "node:path";
import { text } from "node:stream/consumers";
import type { HdfsCluster } from "./hdfs.ts";

/** A file of HDFS as a listing shows it. */
export interface HdfsFile {
  readonly path: string;
  /** Bytes; of a file that is being written, those of its finished blocks. */
  readonly length: number;
  readonly replication: number;
  readonly blockSize: number;
  readonly owner: string;
  readonly permission: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

interface FileStatuses {
  readonly FileStatuses: {
    readonly FileStatus: readonly {
      readonly pathSuffix: string;
      readonly type: "FILE" | "DIRECTORY";
      readonly length: number;
      readonly replication: number;
      readonly blockSize: number;
      readonly owner: string;
      readonly permission: string;
      readonly modificationTime: number;
    }[];
  };
}

/**
 * All files under a directory, however deep, by path; none where there is no such directory. Asks the real NameNode
 * over WebHDFS: nothing of the client that is under test takes part.
 */
export async function listHdfs(hdfs: HdfsCluster, directory: string): Promise<HdfsFile[]> {
  const response = await fetch(await url(hdfs, directory, "LISTSTATUS"));
  if (response.status === 404) {
    await response.arrayBuffer();
    return [];
  }
  await refuse(response, directory);
  const { FileStatuses } = (await response.json()) as FileStatuses;
  const files: HdfsFile[] = [];
  for (const { pathSuffix, type, modificationTime, ...status } of FileStatuses.FileStatus) {
    // Of a file, the listing is itself, without a name.
    const path = pathSuffix === "" ? directory : posix.join(directory, pathSuffix);
    if (type === "DIRECTORY") files.push(...(await listHdfs(hdfs, path)));
    else files.push({ path, ...status, modified: modificationTime });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file's bytes, from the real DataNodes; of a file that is being written, all that a reader sees. */
export async function readHdfs(hdfs: HdfsCluster, path: string): Promise<Buffer> {
  const response = await fetch(await url(hdfs, path, "OPEN"));
  await refuse(response, path);
  return Buffer.from(await response.arrayBuffer());
}

/** Every file under a directory with its bytes, by path. */
export async function readHdfsFiles(hdfs: HdfsCluster, directory: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const { path } of await listHdfs(hdfs, directory)) files.set(path, await readHdfs(hdfs, path));
  return files;
}

/** Paths under a directory that a writer has open, or had open when it died: their lease is not given back. */
export async function openHdfsFiles(hdfs: HdfsCluster, directory: string): Promise<string[]> {
  const report = await hdfs.tools.run("dfsadmin", "-listOpenFiles", "-path", directory);
  // Client host, client name, path; the first line says so.
  const lines = report.toString().split("\n").slice(1);
  return lines.flatMap((line) => /(\/.*)$/.exec(line)?.[1]?.trim() ?? []).sort();
}

/**
 * What Hadoop's own `dfs -text` makes of files: SequenceFiles, gzip and the other codecs, Avro. One Java process for
 * all of them.
 * @throws Error with what Hadoop said of a file that it cannot read.
 */
export async function hdfsText(hdfs: HdfsCluster, paths: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const path of paths) texts.push((await hdfs.tools.run("dfs", "-text", path)).toString());
  return texts;
}

/** A file of HDFS that is being written. */
export interface GrowingHdfsFile {
  /** Sends the rest, and closes the file. */
  finish(rest?: Buffer | string): Promise<void>;
  /** Lets go of it as a writer that dies does. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Writes a file over WebHDFS, for tests that need one to be there. */
export async function writeHdfs(hdfs: HdfsCluster, path: string, bytes: Buffer | string): Promise<void> {
  await (await growHdfs(hdfs, path)).finish(bytes);
}

/** Opens a new file over WebHDFS; it stays open until it is told. */
export async function growHdfs(hdfs: HdfsCluster, path: string): Promise<GrowingHdfsFile> {
  const asked = await fetch(`${await url(hdfs, path, "CREATE")}&noredirect=true`, { method: "PUT" });
  await refuse(asked, path);
  const { Location } = (await asked.json()) as { Location: string };
  // Not by fetch, which takes the DataNode's 100 Continue for a bad answer.
  const put = request(Location, { method: "PUT" });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    put.once("response", resolve).once("error", reject);
  });
  answer.catch(() => undefined); // of one that is let go of, nobody asks
  put.flushHeaders();
  return {
    finish: async (rest = "") => {
      put.end(rest);
      const response = await answer;
      const said = await text(response);
      if (response.statusCode !== 201) throw new Error(`WebHDFS: ${path}: ${response.statusCode} ${said}`);
    },
    [Symbol.asyncDispose]: async () => {
      put.destroy();
    },
  };
}

/** Removes a file, or a directory with all that is in it; whether there was one. */
export async function deleteHdfs(hdfs: HdfsCluster, path: string): Promise<boolean> {
  const response = await fetch(`${await url(hdfs, path, "DELETE")}&recursive=true`, { method: "DELETE" });
  await refuse(response, path);
  return ((await response.json()) as { boolean: boolean }).boolean;
}

async function url(hdfs: HdfsCluster, path: string, operation: string): Promise<string> {
  const active = (await hdfs.activeNameNode()) ?? hdfs.nameNode;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `http://localhost:${active.httpPort}/webhdfs/v1${encoded}?op=${operation}&user.name=${hdfs.superuser}`;
}

async function refuse(response: Response, path: string): Promise<void> {
  if (!response.ok) throw new Error(`WebHDFS: ${path}: ${response.status} ${await response.text()}`);
}
