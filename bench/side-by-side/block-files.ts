import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DataNode } from "../../scripts/servers/hdfs.ts";

/**
 * The bytes that a DataNode has received, by the sizes of its block files. The NameNode does not know how long a block is
 * that is being written, and asking the DataNode over HTTP many times a second would take its CPU.
 */
export class BlockFiles {
  readonly #data: string;
  /** Names of the blocks that were there before. */
  readonly #earlier: ReadonlySet<string>;
  /** Sizes of this run's blocks, by name; of those being written, the last that was seen. */
  readonly #sizes = new Map<string, number>();
  #beingWritten: ReadonlySet<string> = new Set();

  constructor(dataNode: DataNode) {
    this.#data = join(dirname(dataNode.logFile), "data", "current");
    this.#earlier = new Set(
      [...this.#files("rbw"), ...this.#files("finalized")].map((path) => basename(path)),
    );
  }

  /** The bytes of all blocks that have been begun since this object was made. */
  bytes(): number {
    const beingWritten = new Set<string>();
    for (const path of this.#files("rbw")) if (this.#note(path)) beingWritten.add(basename(path));
    // A block that is no longer being written has moved, with its last bytes.
    for (const name of this.#beingWritten) {
      if (beingWritten.has(name)) continue;
      for (const path of this.#files("finalized")) this.#note(path);
      break;
    }
    this.#beingWritten = beingWritten;
    let sum = 0;
    for (const size of this.#sizes.values()) sum += size;
    return sum;
  }

  /** Whether the file is one of this run's, and still there. */
  #note(path: string): boolean {
    const name = basename(path);
    if (this.#earlier.has(name)) return false;
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return false;
    this.#sizes.set(name, size);
    return true;
  }

  /** The block files below one of the folders that a DataNode keeps for each block pool. */
  #files(state: "rbw" | "finalized"): string[] {
    const pools = readdirSync(this.#data).filter((name) => name.startsWith("BP-"));
    return pools.flatMap((pool) => blockFiles(join(this.#data, pool, "current", state)));
  }
}

function blockFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return blockFiles(path);
    return /^blk_\d+$/.test(entry.name) ? [path] : [];
  });
}
