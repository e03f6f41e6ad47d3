import type { FileStatus, FileSystem, OutputFile } from "../../runtime/hdfs/file-system.ts";
import { LocalFileSystem } from "../../runtime/hdfs/local-file-system.ts";

/** The calls that a test can make fail. */
export type FileSystemCall =
  | "create"
  | "write"
  | "hflush"
  | "close"
  | "abandon"
  | "rename"
  | "truncate"
  | "recoverLease";

/** The local disk with a fault before each call, if a test wants one: it throws, or waits. */
export class FaultyFileSystem implements FileSystem {
  readonly uri = "faulty:";
  readonly commitsOnClose: boolean;
  /** Called before each call; throws where it is to fail. */
  before: (call: FileSystemCall, path: string) => Promise<void> | void = () => undefined;
  /** Replicas that files say they have. */
  replicas: number | undefined;
  /** Files open now, and the most that were. */
  open = 0;
  mostOpen = 0;
  readonly #local = new LocalFileSystem();

  constructor(commitsOnClose = false) {
    this.commitsOnClose = commitsOnClose;
  }

  async create(path: string): Promise<OutputFile> {
    await this.before("create", path);
    const file = await this.#local.create(path);
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    const system = this;
    let closed = false;
    const end = () => {
      if (!closed) system.open--;
      closed = true;
    };
    return {
      get length() {
        return file.length;
      },
      get replicas() {
        return system.replicas;
      },
      async write(bytes) {
        try {
          await system.before("write", path);
        } catch (error) {
          // As much as a pipeline may have passed on before it broke.
          await file.write(bytes.subarray(0, bytes.length / 2));
          throw error;
        }
        await file.write(bytes);
      },
      async hflush() {
        await system.before("hflush", path);
        await file.hflush();
      },
      hsync: () => file.hsync(),
      async close() {
        await system.before("close", path);
        end();
        await file.close();
      },
      async abandon() {
        await system.before("abandon", path);
        end();
        await file.abandon();
      },
    };
  }

  async rename(from: string, to: string): Promise<boolean> {
    await this.before("rename", from);
    return this.#local.rename(from, to);
  }

  exists(path: string): Promise<boolean> {
    return this.#local.exists(path);
  }

  list(directory: string): Promise<readonly FileStatus[]> {
    return this.#local.list(directory);
  }

  async recoverLease(path: string): Promise<boolean> {
    await this.before("recoverLease", path);
    return true;
  }

  delete(path: string): Promise<boolean> {
    return this.#local.delete(path);
  }

  async truncate(path: string, length: number): Promise<void> {
    await this.before("truncate", path);
    await this.#local.truncate(path, length);
  }

  async close(): Promise<void> {}
}
