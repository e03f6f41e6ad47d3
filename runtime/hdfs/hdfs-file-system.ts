import { randomBytes } from "node:crypto";
import { errorText, type Log } from "../agent/log.ts";
import type { HostAndPort } from "./address.ts";
import type { PipelineOptions } from "./block-pipeline.ts";
import { ClientProtocol, type ServerDefaults } from "./client-protocol.ts";
import { ExcludedDataNodes } from "./excluded-data-nodes.ts";
import {
  type CreateOptions,
  type FileStatus,
  type FileSystem,
  HdfsError,
  type OutputFile,
} from "./file-system.ts";
import { HdfsOutputFile, type OutputFileContext } from "./hdfs-output-file.ts";
import { LeaseRecovery } from "./lease-recovery.ts";
import type { HadoopUser } from "./login.ts";
import { NameNode } from "./name-node.ts";
import { NameNodeTrouble } from "./name-node-trouble.ts";
import { CHUNK_BYTES } from "./packet.ts";
import { PacketPool } from "./packet-pool.ts";
import type { NameNodeLogin } from "./rpc-connection.ts";

/** How an HDFS is reached. */
export interface HdfsFileSystemOptions {
  /** For messages: `hdfs://namenode:8020`. */
  readonly uri: string;
  /** The NameNode, or those of a nameservice. */
  readonly nameNodes: readonly HostAndPort[];
  readonly user: HadoopUser;
  /** Login to the NameNode; undefined: it takes the user's name on trust. */
  readonly login?: NameNodeLogin | undefined;
  /** Where DataNodes ask for proof of block tokens (`dfs.data.transfer.protection`). */
  readonly handshake?: PipelineOptions["handshake"];
  /** ms that a call to the NameNode, or waiting for the DataNodes, may take; 0: without end. */
  readonly callTimeout: number;
  /** Replicas of a block; undefined: as the NameNode's configuration says. */
  readonly replication?: number | undefined;
  /** Bytes of a block; undefined: as the NameNode's configuration says. */
  readonly blockSize?: number | undefined;
  /** Reach DataNodes by their names instead of their addresses. */
  readonly useDataNodeHostNames?: boolean | undefined;
  /** ms after which a DataNode hangs up on a silent writer (`dfs.client.socket-timeout`); Hadoop's default is 60,000. */
  readonly socketTimeout?: number | undefined;
  /** Is told when no NameNode answers, or when leases cannot be renewed, and when that is over. */
  readonly log?: Log | undefined;
}

/** Hadoop lets others take a file whose writer has been silent for 60 s. ms */
const RENEW_INTERVAL = 30_000;
const DEFAULT_SOCKET_TIMEOUT = 60_000; // ms
const LONGEST_CONNECT = 10_000; // ms

/** HDFS by its own protocols. */
export class HdfsFileSystem implements FileSystem {
  readonly uri: string;
  readonly #options: HdfsFileSystemOptions;
  readonly #nameNode: NameNode;
  readonly #protocol: ClientProtocol;
  readonly #recovery: LeaseRecovery;
  readonly #context: OutputFileContext;
  readonly #open = new Set<HdfsOutputFile>();
  #defaults: ServerDefaults | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #isRenewing = false;
  #renewalFails = false;
  #isClosed = false;

  constructor(options: HdfsFileSystemOptions) {
    const { callTimeout, user, nameNodes, login } = options;
    const socketTimeout = options.socketTimeout ?? DEFAULT_SOCKET_TIMEOUT;
    const clientName = `DFSClient_NONMAPREDUCE_${randomBytes(8).toString("hex")}_1`;
    this.uri = options.uri;
    this.#options = options;
    const trouble = new NameNodeTrouble(options.uri, options.log);
    this.#nameNode = new NameNode({ addresses: nameNodes, user, login, callTimeout, trouble });
    this.#protocol = new ClientProtocol(this.#nameNode, clientName);
    this.#recovery = new LeaseRecovery(this.#protocol);
    this.#context = {
      protocol: this.#protocol,
      pipelines: {
        clientName,
        useHostNames: options.useDataNodeHostNames ?? false,
        handshake: options.handshake,
        connectTimeout: Math.min(LONGEST_CONNECT, callTimeout / 3 || LONGEST_CONNECT),
        ackTimeout: callTimeout || socketTimeout,
        heartbeatInterval: socketTimeout / 3,
      },
      packets: new PacketPool(),
      excluded: new ExcludedDataNodes(),
      callTimeout,
      recover: (path) => this.#recovery.finish(path, callTimeout),
      closed: (file) => this.#closed(file),
    };
  }

  async create(path: string, options: CreateOptions = {}): Promise<OutputFile> {
    this.#defaults ??= await this.#protocol.serverDefaults();
    if (this.#defaults.encrypted) {
      throw new HdfsError(
        "IOException",
        "DataNodes take encrypted connections only (dfs.encrypt.data.transfer)",
      );
    }
    const replication = options.replication ?? this.#options.replication ?? this.#defaults.replication;
    const blockSize = options.blockSize ?? this.#options.blockSize ?? this.#defaults.blockSize;
    const wholeChunks = Math.ceil(blockSize / CHUNK_BYTES) * CHUNK_BYTES;
    const file = await this.#protocol
      .create(hadoopPath(path), replication, wholeChunks)
      .catch(asAlreadyThere);
    const output = new HdfsOutputFile(this.#context, file, wholeChunks);
    this.#open.add(output);
    this.#renewal ??= setInterval(() => void this.#renewLeases(), RENEW_INTERVAL);
    return output;
  }

  rename(from: string, to: string): Promise<boolean> {
    return this.#protocol.rename(hadoopPath(from), hadoopPath(to));
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#protocol.fileInfo(hadoopPath(path))) !== undefined;
  }

  list(directory: string): Promise<readonly FileStatus[]> {
    return this.#protocol.listing(hadoopPath(directory));
  }

  recoverLease(path: string): Promise<boolean> {
    return this.#recovery.advance(hadoopPath(path));
  }

  delete(path: string): Promise<boolean> {
    return this.#protocol.delete(hadoopPath(path));
  }

  async truncate(path: string, length: number): Promise<void> {
    const status = await this.#protocol.fileInfo(hadoopPath(path));
    if (status !== undefined && status.length <= length) return;
    if (await this.#protocol.truncate(hadoopPath(path), length)) return;
    await this.#recovery.finishCut(hadoopPath(path), this.#options.callTimeout);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#renewal);
    this.#nameNode.close();
    for (const file of this.#open) file.letGo();
  }

  #closed(file: HdfsOutputFile): void {
    this.#open.delete(file);
    if (this.#open.size > 0) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }

  /** Without success nothing changes yet: the next one may come through, and writing finds out when it does not. */
  async #renewLeases(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    try {
      await this.#protocol.renewLease();
      if (this.#renewalFails) this.#options.log?.info(`${this.uri}: leases of open files are renewed again`);
      this.#renewalFails = false;
    } catch (error) {
      if (!this.#renewalFails && !this.#isClosed) this.#tellOfLeases(error);
      this.#renewalFails = true;
    } finally {
      this.#isRenewing = false;
    }
  }

  #tellOfLeases(error: unknown): void {
    this.#options.log?.warn(
      `${this.uri}: leases of open files cannot be renewed, trying again every ${RENEW_INTERVAL / 1000} s; without them others may take the files: ${errorText(error)}`,
    );
  }
}

/** As Hadoop's `Path` writes it: several slashes are one, none at the end. The NameNode takes nothing else. */
function hadoopPath(path: string): string {
  const single = path.replaceAll(/\/{2,}/g, "/");
  return single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single;
}

/** A file that another client is writing is there, whatever the NameNode calls it. */
function asAlreadyThere(error: unknown): never {
  if (
    error instanceof HdfsError &&
    /^(AlreadyBeingCreated|RecoveryInProgress)Exception$/.test(error.exception)
  ) {
    throw new HdfsError("FileAlreadyExistsException", error.message);
  }
  throw error;
}
