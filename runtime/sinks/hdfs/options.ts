import type { FileNaming } from "./in-use-file.ts";

/** Flume's properties of the HDFS sink, without those that the file format and the path functions are made of. */
export interface HdfsOptions extends FileNaming {
  /** ms from opening a file to its roll; 0: never. Flume's `hdfs.rollInterval` is in seconds. */
  readonly rollInterval: number;
  /** Bytes of bodies after which a file is rolled, looked at before the next event; 0: never. */
  readonly rollSize: number;
  /** Events after which a file is rolled; 0: never. */
  readonly rollCount: number;
  /** ms without an event after which a file is closed; 0: never. */
  readonly idleTimeout: number;
  /** Files open at once; the least recently used is closed for another. */
  readonly maxOpenFiles: number;
  /** ms that a call to the file system may take; 0: no limit. */
  readonly callTimeout: number;
  /** How often closing or renaming a file is tried; Infinity: until it works. */
  readonly closeTries: number;
  /** ms, at most, from one such try to the next. */
  readonly retryInterval: number;
  /** Fewer replicas of the block being written: the file is rolled; absent: not looked at. */
  readonly minBlockReplicas?: number;
  /** Bytes of events that may wait in the sink for directories that cannot be written to; default 48 MiB. */
  readonly heldBackBytes?: number;
  /** Where the list of open files is kept; default FLAFKAC_STATE_DIR, else beside the program. */
  readonly stateDirectory?: string;
}

/** Resolves or rejects as `work` does; rejects when that takes longer than `ms` (0: no limit). `what` for the message. */
export function withinCallTimeout<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  if (ms === 0) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} took longer than hdfs.callTimeout, ${ms} ms`)),
      ms,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
