import { posix } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import type { HdfsCluster } from "../servers/hdfs.ts";
import { hdfsText, listHdfs, readHdfs } from "../servers/hdfs-files.ts";
import type { TopicRecord } from "../servers/topic.ts";
import type { FileTraits } from "./variation.ts";

/** What one directory of HDFS holds. */
export interface Directory {
  /** Names in the order of their counters, each counter as `N`. */
  readonly names: readonly string[];
  /** What each file holds, in the same order. */
  readonly contents: readonly Buffer[];
}

/** What came of one run. */
export interface Outcome {
  /** Directory, relative to the run's own → its files. */
  readonly directories: ReadonlyMap<string, Directory>;
  /** Names of the files that were open before the stop, with their directories, each counter as `N`. */
  readonly inUse: readonly string[];
  readonly records: readonly TopicRecord[];
}

// A file's counter is its bucket's first moment in milliseconds, and goes up from there.
const counter = /\.\d{13}/;

/** A path with `N` for its counter. */
export function withoutCounter(path: string): string {
  return path.replace(counter, ".N");
}

/** Reads all files under a run's directory. */
export async function readDirectories(
  hdfs: HdfsCluster,
  root: string,
  { read }: FileTraits,
): Promise<Map<string, Directory>> {
  const files = (await listHdfs(hdfs, root)).map(({ path }) => path);
  const contents =
    read === "text"
      ? (await hdfsText(hdfs, files)).map((text) => Buffer.from(text))
      : await Promise.all(files.map((path) => readHdfs(hdfs, path)));
  const found = files.map((path, index) => {
    const content = contents[index]!;
    return { path, content: read === "inflated" ? inflated(content) : content };
  });
  found.sort((a, b) => order(a.path, b.path));
  const directories = new Map<string, { names: string[]; contents: Buffer[] }>();
  for (const { path, content } of found) {
    const name = posix.relative(root, posix.dirname(path));
    const directory = directories.get(name) ?? { names: [], contents: [] };
    directories.set(name, directory);
    directory.names.push(withoutCounter(posix.basename(path)));
    directory.contents.push(content);
  }
  return directories;
}

/** Decompresses gzip or zlib streams, one after another: `dfs -text` does so only by a file's name. */
function inflated(content: Buffer): Buffer {
  if (content.readUInt16BE(0) === 0x1f8b) return gunzipSync(content);
  const streams: Buffer[] = [];
  for (let rest = content; rest.length > 0; ) {
    // With `info` there comes the engine too, which the types do not say.
    const { buffer, engine } = inflateSync(rest, { info: true }) as unknown as Inflated;
    streams.push(buffer);
    rest = rest.subarray(engine.bytesWritten);
  }
  return Buffer.concat(streams);
}

interface Inflated {
  readonly buffer: Buffer;
  /** `bytesWritten`: into the engine, that is how long the stream was. */
  readonly engine: { readonly bytesWritten: number };
}

/** By directory, then by what stands before the counter, then by the counter. */
function order(a: string, b: string): number {
  const [beforeA = "", beforeB = ""] = [a, b].map((path) => path.split(counter)[0]);
  if (beforeA !== beforeB) return beforeA < beforeB ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Files that are open under a run's directory, relative to it. */
export async function inUseNames(hdfs: HdfsCluster, root: string): Promise<string[]> {
  const files = await listHdfs(hdfs, root);
  return files.map(({ path }) => withoutCounter(posix.relative(root, path))).sort();
}
