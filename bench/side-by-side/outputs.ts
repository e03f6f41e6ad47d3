import { createReadStream, readdirSync, statSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import type { HdfsCluster } from "../../scripts/servers/hdfs.ts";
import { deleteHdfs, listHdfs, readHdfs } from "../../scripts/servers/hdfs-files.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { BlockFiles } from "./block-files.ts";
import { LINE_BYTES } from "./numbered-lines.ts";
import { Tally } from "./tally.ts";

/** Where programs write in one run, seen from outside of them. */
export interface Output {
  /** Where the process of that number writes. */
  pathOf(process: number): string;
  /** Bytes that have come out so far. Cheap: it is asked many times a second, beside the program. */
  bytes(): number;
  /** @throws Error when not every line of 0 to `count` is there once, undamaged, in the order of its partition. */
  check(count: number, partitions: number): Promise<void>;
  remove(): Promise<void>;
}

const LINES_AT_ONCE = 10_000;

/** Local files: a folder for each process. */
export async function localOutput(processes: number): Promise<Output> {
  const directory = await temporaryDirectory("bench-files");
  const folders = Array.from({ length: processes }, (_, process) => join(directory, String(process)));
  for (const folder of folders) await mkdir(folder);
  return {
    pathOf: (process) => folders[process]!,
    bytes() {
      let sum = 0;
      for (const folder of folders) {
        for (const name of readdirSync(folder)) sum += statSync(join(folder, name)).size;
      }
      return sum;
    },
    async check(count, partitions) {
      const tally = new Tally(count, partitions);
      for (const folder of folders) {
        tally.beginSequence();
        for (const name of (await readdir(folder)).sort()) {
          const pieces = createReadStream(join(folder, name), {
            highWaterMark: LINES_AT_ONCE * (LINE_BYTES + 1),
          });
          for await (const piece of pieces) tally.lines(piece as Buffer);
        }
      }
      tally.settle(directory);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Files in HDFS: a directory for each process, as different machines would have a prefix of their own. */
export function hdfsOutput(hdfs: HdfsCluster, processes: number): Output {
  const directory = `/bench/${Date.now()}`;
  const folders = Array.from({ length: processes }, (_, process) => posix.join(directory, String(process)));
  const blocks = new BlockFiles(hdfs.dataNode);
  return {
    pathOf: (process) => `${hdfs.uri}${folders[process]}`,
    bytes: () => blocks.bytes(),
    async check(count, partitions) {
      const tally = new Tally(count, partitions);
      for (const folder of folders) {
        tally.beginSequence();
        for (const { path } of await listHdfs(hdfs, folder)) {
          if (path.endsWith(".tmp")) throw new Error(`${path} was not finished`);
          tally.lines(await readHdfs(hdfs, path));
        }
      }
      tally.settle(directory);
    },
    async remove() {
      await deleteHdfs(hdfs, directory);
    },
  };
}
