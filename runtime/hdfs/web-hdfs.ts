import { lookup } from "node:dns/promises";
import { type FileStatus, type FileSystem, HdfsError, type OutputFile } from "./file-system.ts";
import { property, WebHdfsClient, type WebHdfsOptions } from "./web-hdfs-client.ts";
import { openWebHdfsFile } from "./web-hdfs-file.ts";

/** How often another DataNode is asked for, because the one that was named cannot be reached. */
const DATANODE_TRIES = 5;
const FILE_PERMISSIONS = "644";

/**
 * HDFS over HTTP, where nothing else is reachable. A file is one request from `create` to `close`, and there is no
 * acknowledgement before its end: `hflush` promises nothing. Appending, batch by batch, would be slower by a factor of
 * a thousand.
 */
export class WebHdfsFileSystem implements FileSystem {
  readonly uri: string;
  readonly commitsOnClose = true;
  readonly #client: WebHdfsClient;
  readonly #callTimeout: number;

  constructor(options: WebHdfsOptions) {
    this.uri = options.uri;
    this.#client = new WebHdfsClient(options);
    this.#callTimeout = options.callTimeout;
  }

  async create(
    path: string,
    options: { replication?: number; blockSize?: number } = {},
  ): Promise<OutputFile> {
    const query: Record<string, string> = { op: "CREATE", overwrite: "false", permission: FILE_PERMISSIONS };
    if (options.replication !== undefined) query.replication = String(options.replication);
    if (options.blockSize !== undefined) query.blocksize = String(options.blockSize);
    const excluded: string[] = [];
    for (let tries = 1; ; tries++) {
      // The NameNode only names a DataNode; that one creates the file, and would find out late what is wrong.
      if (await this.exists(path))
        throw new HdfsError("FileAlreadyExistsException", `${path} already exists`);
      if (excluded.length > 0) query.excludedatanodes = excluded.join(",");
      const { location } = await this.#client.call({ method: "PUT", path, query });
      if (location === undefined) throw new Error(`${this.uri} does not say which DataNode takes ${path}`);
      const dataNode = new URL(location);
      try {
        return await openWebHdfsFile(dataNode, path, this.#callTimeout, () => this.#remove(path));
      } catch (error) {
        if (error instanceof HdfsError || tries === DATANODE_TRIES) throw error;
        excluded.push(await addressOf(dataNode.hostname));
      }
    }
  }

  async rename(from: string, to: string): Promise<boolean> {
    try {
      const query = { op: "RENAME", destination: to };
      return await this.#boolean({ method: "PUT", path: from, query, once: true });
    } catch (error) {
      // Without an answer it may have been done.
      if (error instanceof HdfsError || (await this.exists(from))) throw error;
      return await this.exists(to);
    }
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#found({ method: "GET", path, query: { op: "GETFILESTATUS" } })) !== undefined;
  }

  async list(directory: string): Promise<readonly FileStatus[]> {
    const body = await this.#found({ method: "GET", path: directory, query: { op: "LISTSTATUS" } });
    const files = property(property(body, "FileStatuses"), "FileStatus");
    if (!Array.isArray(files)) return [];
    return files.map((file: unknown) => {
      const name = String(property(file, "pathSuffix") ?? "");
      return {
        path: name === "" ? directory : `${directory.replace(/\/$/, "")}/${name}`,
        isDirectory: property(file, "type") === "DIRECTORY",
        length: Number(property(file, "length")),
      };
    });
  }

  /** The DataNode closes the file of a writer that is gone. */
  async recoverLease(): Promise<boolean> {
    return true;
  }

  delete(path: string): Promise<boolean> {
    return this.#boolean({ method: "DELETE", path, query: { op: "DELETE", recursive: "true" } });
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #remove(path: string): Promise<void> {
    await this.delete(path);
  }

  async #boolean(call: Parameters<WebHdfsClient["call"]>[0]): Promise<boolean> {
    return property((await this.#client.call(call)).body, "boolean") === true;
  }

  /** Undefined where there is no such file. */
  async #found(call: Parameters<WebHdfsClient["call"]>[0]): Promise<unknown> {
    try {
      return (await this.#client.call(call)).body;
    } catch (error) {
      if (error instanceof HdfsError && error.exception === "FileNotFoundException") return undefined;
      throw error;
    }
  }
}

/** NameNodes know DataNodes by their addresses. */
async function addressOf(host: string): Promise<string> {
  return await lookup(host).then(
    ({ address }) => address,
    () => host,
  );
}
