import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { HdfsCluster } from "../../scripts/servers/hdfs.ts";
import { readHdfsFiles } from "../../scripts/servers/hdfs-files.ts";
import type { Delivered } from "./ledger.ts";

/** The lines of files as the ledger judges them. */
export interface DeliveredLines {
  readonly lines: readonly Delivered[];
  /** How many of them stand in files that are still in use. */
  readonly inUse: number;
  /** The files that are still in use. */
  readonly inUseFiles: readonly string[];
}

/** All lines of the files under a directory of HDFS, those that are being written too. */
export async function hdfsLines(hdfs: HdfsCluster, directory: string): Promise<DeliveredLines> {
  return deliveredLines(await readHdfsFiles(hdfs, directory));
}

/** All lines of the files under a directory of the local disk. */
export async function localLines(directory: string): Promise<DeliveredLines> {
  const files = new Map<string, Buffer>();
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    // Hadoop's local file system keeps a checksum beside each file.
    if (entry.isFile() && !/^\..*\.crc$/.test(entry.name)) files.set(path, await readFile(path));
  }
  return deliveredLines(files);
}

/**
 * The lines of files, file by file in the order of their names.
 * @param isInUse Whether a file of that name is being written. Default: `.tmp`, as the HDFS sink names it.
 */
export function deliveredLines(
  files: ReadonlyMap<string, Buffer>,
  isInUse: (name: string) => boolean = (name) => name.endsWith(".tmp"),
): DeliveredLines {
  const lines: Delivered[] = [];
  const inUseFiles: string[] = [];
  let inUse = 0;
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = lines.length;
    let start = 0;
    while (start < bytes.length) {
      const newline = bytes.indexOf(0x0a, start);
      // A last line without its newline is judged too: it is whole, or torn.
      const end = newline < 0 ? bytes.length : newline;
      lines.push({ partition: path, offset: lines.length - before + 1, value: bytes.subarray(start, end) });
      start = end + 1;
    }
    if (!isInUse(basename(path))) continue;
    inUseFiles.push(path);
    inUse += lines.length - before;
  }
  return { lines, inUse, inUseFiles };
}
