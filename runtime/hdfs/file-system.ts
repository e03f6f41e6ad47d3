/** What a directory listing or a status says of one file. */
export interface FileStatus {
  /** Full path, without scheme and authority. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes that every reader sees; of a file that is being written, those of its finished blocks. */
  readonly length: number;
}

/** How a file is made. */
export interface CreateOptions {
  /** Replicas of each block; default the file system's (`dfs.replication`). */
  readonly replication?: number;
  /** Bytes of a block; default the file system's (`dfs.blocksize`). */
  readonly blockSize?: number;
}

/**
 * A file that is being written, as Hadoop's `FSDataOutputStream`. Calls come one after another: nobody writes while a
 * flush is out. After any error the file is good for nothing but `abandon`.
 */
export interface OutputFile {
  /** Bytes written so far. */
  readonly length: number;
  /** Replicas of the block being written, for `hdfs.minBlockReplicas`; undefined where there are none. */
  readonly replicas: number | undefined;
  /** Takes the bytes; they may be changed once it resolves. Waits while too much is on its way. */
  write(bytes: Buffer): Promise<void>;
  /** All that was written is acknowledged by every DataNode of the pipeline, and found after a restart of the NameNode. */
  hflush(): Promise<void>;
  /** As `hflush`, and on the disks. */
  hsync(): Promise<void>;
  /** The file is whole and closed; resolves when the file system has confirmed that. */
  close(): Promise<void>;
  /**
   * After an error: lets go of the file at once, and sees to it that it gets closed with at least all that was ever
   * flushed (lease recovery). Resolves when the file system has closed it; rejects while it cannot.
   */
  abandon(): Promise<void>;
}

/**
 * The part of Hadoop's `FileSystem` that a sink needs: HDFS by its own protocols, WebHDFS, or the local disk. Paths are
 * absolute, without scheme and authority. Errors are Node `Error`s; where the file system says which Java exception
 * it was, `HdfsError` carries its class name.
 */
export interface FileSystem {
  /** For messages: `hdfs://namenode:8020`. */
  readonly uri: string;
  /** Nothing is durable before `close`, and `hflush` resolves without a promise: WebHDFS. Absent: `hflush` keeps its word. */
  readonly commitsOnClose?: boolean;
  /** Makes a new file and the directories above it. Fails with `HdfsError` `FileAlreadyExistsException` where it exists. */
  create(path: string, options?: CreateOptions): Promise<OutputFile>;
  /** As Hadoop's: `false` where it was not done (no such file, or the target exists). Never overwrites. */
  rename(from: string, to: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** What is in a directory; nothing where it does not exist. */
  list(directory: string): Promise<readonly FileStatus[]>;
  /** Takes a file from a writer that died. `true` once it is closed, `false` while recovery goes on: ask again. */
  recoverLease(path: string): Promise<boolean>;
  delete(path: string): Promise<boolean>;
  /**
   * Cuts off what a closed file has beyond `length` bytes; nothing happens where it is no longer than that. Resolves
   * when the file is closed again. Absent where the file system cannot do it.
   */
  truncate?(path: string, length: number): Promise<void>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** An error that the file system reported. */
export class HdfsError extends Error {
  /** Simple name of the Java exception: `FileAlreadyExistsException`, `AccessControlException`, … */
  readonly exception: string;

  constructor(exception: string, message: string) {
    super(message);
    this.name = "HdfsError";
    this.exception = exception;
  }
}
