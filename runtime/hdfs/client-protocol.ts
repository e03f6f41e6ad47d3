import { setTimeout as delay } from "node:timers/promises";
import { type FileStatus, HdfsError } from "./file-system.ts";
import type { NameNode } from "./name-node.ts";
import { ProtoMessage, ProtoWriter } from "./protobuf.ts";

/** What the NameNode's configuration says for files whose writers have no opinion. */
export interface ServerDefaults {
  readonly blockSize: number;
  readonly replication: number;
  /** Whether DataNodes take encrypted connections only (`dfs.encrypt.data.transfer`). */
  readonly encrypted: boolean;
}

/** A DataNode, as the NameNode describes it. */
export interface DataNode {
  readonly uuid: string;
  readonly ipAddress: string;
  readonly hostName: string;
  readonly port: number;
  /** The whole description (`DatanodeInfoProto`), to hand on. */
  readonly bytes: Buffer;
}

/** A block that the NameNode has allocated, and the DataNodes that are to hold it. */
export interface LocatedBlock {
  /** Pool, number and generation (`ExtendedBlockProto`), to hand on. */
  readonly block: Buffer;
  readonly generation: number;
  readonly dataNodes: readonly DataNode[];
  readonly token: Buffer;
  readonly storageTypes: readonly number[];
  readonly storageIds: readonly Buffer[];
}

/** A file that this client is writing. */
export interface FileBeingWritten {
  readonly path: string;
  readonly fileId: number;
}

const CREATE = 0x01;
/** A plain file even in an erasure-coded directory, where hflush would have no meaning. */
const SHOULD_REPLICATE = 0x80;
const FILE_PERMISSION = 0o666;
const DIRECTORY_TYPE = 1;
/** Hadoop's `fs.permissions.umask-mode`. */
const UMASK = 0o022;
const SHORTEST_PAUSE = 5; // ms
const LONGEST_PAUSE_FOR_REPLICA = 400; // ms

/** The calls of Hadoop's `ClientProtocol` that writing files takes. All fail as `NameNode.call` does. */
export class ClientProtocol {
  readonly #nameNode: NameNode;
  /** Holds the leases: every process has its own. */
  readonly #clientName: string;

  constructor(nameNode: NameNode, clientName: string) {
    this.#nameNode = nameNode;
    this.#clientName = clientName;
  }

  async serverDefaults(): Promise<ServerDefaults> {
    const answer = await this.#nameNode.call("getServerDefaults", new ProtoWriter());
    const defaults = answer.message(1);
    return {
      blockSize: defaults.uint(1),
      replication: defaults.uint(4),
      encrypted: defaults.bool(6),
    };
  }

  /** Makes a file, never over another one, and the directories above it; this client holds its lease. */
  async create(path: string, replication: number, blockSize: number): Promise<FileBeingWritten> {
    const request = new ProtoWriter()
      .text(1, path)
      .bytes(2, permission(FILE_PERMISSION & ~UMASK))
      .text(3, this.#clientName)
      .uint(4, CREATE | SHOULD_REPLICATE)
      .bool(5, true)
      .uint(6, replication)
      .uint(7, blockSize)
      .bytes(9, permission(FILE_PERMISSION));
    const answer = await this.#nameNode.call("create", request);
    return { path, fileId: answer.message(1).uint(13) };
  }

  /**
   * Allocates the file's next block. `previous` is its last one, with its final length. Waits where the previous one is
   * not known to be replicated yet.
   */
  async addBlock(
    file: FileBeingWritten,
    previous: Buffer | undefined,
    excluded: readonly DataNode[],
    timeout: number,
  ): Promise<LocatedBlock> {
    const request = new ProtoWriter().text(1, file.path).text(2, this.#clientName);
    if (previous !== undefined) request.bytes(3, previous);
    for (const { bytes } of excluded) request.bytes(4, bytes);
    request.uint(5, file.fileId);
    return await untilReplicated<LocatedBlock>(timeout, async () => {
      const answer = await this.#nameNode.patientCall("addBlock", request).catch((error: unknown) => {
        if (error instanceof HdfsError && error.exception === "NotReplicatedYetException") return error;
        throw error;
      });
      return answer instanceof HdfsError ? answer : locatedBlock(answer.message(1));
    });
  }

  /** Takes back a block to which nothing was written. */
  async abandonBlock(file: FileBeingWritten, block: Buffer): Promise<void> {
    const request = new ProtoWriter().bytes(1, block).text(2, file.path).text(3, this.#clientName);
    await this.#nameNode.call("abandonBlock", request.uint(4, file.fileId));
  }

  /** Sees to it that the edit log holds the file's blocks. */
  async fsync(file: FileBeingWritten): Promise<void> {
    const request = new ProtoWriter().text(1, file.path).text(2, this.#clientName);
    await this.#nameNode.patientCall("fsync", request.sint(3, -1).uint(4, file.fileId));
  }

  /** Closes the file; `last` is its last block with its length. Waits until enough DataNodes have reported it. */
  async complete(file: FileBeingWritten, last: Buffer | undefined, timeout: number): Promise<void> {
    const request = new ProtoWriter().text(1, file.path).text(2, this.#clientName);
    if (last !== undefined) request.bytes(3, last);
    request.uint(4, file.fileId);
    await untilReplicated(timeout, async () => {
      const answer = await this.#nameNode.patientCall("complete", request);
      return answer.bool(1)
        ? true
        : new Error(`${file.path} cannot be closed: its last block has too few replicas`);
    });
  }

  /** Keeps the leases of all files that this client has open. */
  async renewLease(): Promise<void> {
    await this.#nameNode.call("renewLease", new ProtoWriter().text(1, this.#clientName));
  }

  /** Takes a file from whoever writes it; `true` where it is closed already. */
  async recoverLease(path: string): Promise<boolean> {
    const request = new ProtoWriter().text(1, path).text(2, this.#clientName);
    return (await this.#nameNode.call("recoverLease", request)).bool(1);
  }

  async isFileClosed(path: string): Promise<boolean> {
    return (await this.#nameNode.call("isFileClosed", new ProtoWriter().text(1, path))).bool(1);
  }

  /** Hadoop's old rename: `false` instead of an exception where the target exists or the source does not. */
  async rename(from: string, to: string): Promise<boolean> {
    return (await this.#nameNode.call("rename", new ProtoWriter().text(1, from).text(2, to))).bool(1);
  }

  /** Cuts a closed file; `false` where a DataNode has yet to cut its last block, and the file is open until then. */
  async truncate(path: string, length: number): Promise<boolean> {
    const request = new ProtoWriter().text(1, path).uint(2, length).text(3, this.#clientName);
    return (await this.#nameNode.call("truncate", request)).bool(1);
  }

  /** `false` where there was nothing. Directories go with all that is in them. */
  async delete(path: string): Promise<boolean> {
    return (await this.#nameNode.call("delete", new ProtoWriter().text(1, path).bool(2, true))).bool(1);
  }

  /** Undefined where there is no such file. */
  async fileInfo(path: string): Promise<FileStatus | undefined> {
    const answer = await this.#nameNode.call("getFileInfo", new ProtoWriter().text(1, path));
    const status = answer.bytes(1);
    return status === undefined ? undefined : fileStatus(new ProtoMessage(status), path);
  }

  /** What is in a directory; nothing where it does not exist. */
  async listing(directory: string): Promise<FileStatus[]> {
    const files: FileStatus[] = [];
    let last: Buffer = Buffer.alloc(0);
    for (;;) {
      const request = new ProtoWriter().text(1, directory).bytes(2, last).bool(3, false);
      const list = (await this.#nameNode.call("getListing", request)).message(1);
      for (const bytes of list.all(1)) {
        const status = new ProtoMessage(bytes);
        last = status.bytes(2) ?? last;
        files.push(fileStatus(status, `${directory === "/" ? "" : directory}/${status.text(2)}`));
      }
      if (list.uint(2) === 0 || last.length === 0) return files;
    }
  }
}

/** Asks again, soon at first, for as long as it gets an Error; throws that when the time is over. */
async function untilReplicated<T>(timeout: number, ask: () => Promise<T | Error>): Promise<T> {
  const deadline = timeout === 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
  for (let pause = SHORTEST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE_FOR_REPLICA)) {
    const answer = await ask();
    if (!(answer instanceof Error)) return answer;
    if (performance.now() + pause > deadline) throw answer;
    await delay(pause);
  }
}

/** A block with another length: of a field that comes twice, the last one counts. */
export function withLength(block: Buffer, length: number): Buffer {
  return new ProtoWriter().raw(block).uint(4, length).finish();
}

function permission(bits: number): Buffer {
  return new ProtoWriter().uint(1, bits).finish();
}

function fileStatus(status: ProtoMessage, path: string): FileStatus {
  return { path, isDirectory: status.uint(1) === DIRECTORY_TYPE, length: status.uint(3) };
}

function locatedBlock(located: ProtoMessage): LocatedBlock {
  return {
    block: located.bytes(1) ?? Buffer.alloc(0),
    generation: located.message(1).uint(3),
    dataNodes: located.all(3).map(dataNode),
    token: located.bytes(5) ?? Buffer.alloc(0),
    storageTypes: located.uints(7),
    storageIds: located.all(8),
  };
}

function dataNode(bytes: Buffer): DataNode {
  const id = new ProtoMessage(bytes).message(1);
  return { uuid: id.text(3), ipAddress: id.text(1), hostName: id.text(2), port: id.uint(4), bytes };
}
