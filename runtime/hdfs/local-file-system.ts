import type { Stats } from "node:fs";
import {
  access,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  unlink,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FileStatus, type FileSystem, HdfsError, type OutputFile } from "./file-system.ts";

/**
 * The local disk as a `FileSystem`, for `file://` paths: Hadoop's `RawLocalFileSystem`. What is flushed is with the
 * operating system: it outlives the program, not the machine.
 */
export class LocalFileSystem implements FileSystem {
  readonly uri = "file://";

  async create(path: string): Promise<OutputFile> {
    try {
      return new LocalOutputFile(await createNew(path));
    } catch (error) {
      if (hasCode(error, "EEXIST"))
        throw new HdfsError("FileAlreadyExistsException", `${path} already exists`);
      throw error;
    }
  }

  async rename(from: string, to: string): Promise<boolean> {
    try {
      // A plain rename would write over what is there.
      await link(from, to);
    } catch (error) {
      if (hasCode(error, "ENOENT", "EEXIST")) return false;
      if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
      if (await this.exists(to)) return false;
      await rename(from, to);
      return true;
    }
    await unlink(from);
    return true;
  }

  async exists(path: string): Promise<boolean> {
    try {
      await access(path);
      return true;
    } catch (error) {
      if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
      throw error;
    }
  }

  async list(directory: string): Promise<readonly FileStatus[]> {
    const names = await orUndefined(readdir(directory));
    const all = (names ?? []).map(async (name): Promise<FileStatus | undefined> => {
      const path = join(directory, name);
      const status = await orUndefined<Stats>(stat(path));
      return status && { path, isDirectory: status.isDirectory(), length: status.size };
    });
    return (await Promise.all(all)).filter((status) => status !== undefined);
  }

  /** There are no leases here: the file of a dead writer is closed. */
  async recoverLease(): Promise<boolean> {
    return true;
  }

  async delete(path: string): Promise<boolean> {
    if (!(await this.exists(path))) return false;
    await rm(path, { recursive: true });
    return true;
  }

  async truncate(path: string, length: number): Promise<void> {
    if ((await stat(path)).size > length) await truncate(path, length);
  }

  async close(): Promise<void> {}
}

class LocalOutputFile implements OutputFile {
  readonly replicas = undefined;
  length = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.length);
      at += bytesWritten;
      this.length += bytesWritten;
    }
  }

  /** All that is written is with the operating system already. */
  async hflush(): Promise<void> {}

  async hsync(): Promise<void> {
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async abandon(): Promise<void> {
    await this.#file.close();
  }
}

async function createNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, "wx");
  }
}

async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code)
  );
}
