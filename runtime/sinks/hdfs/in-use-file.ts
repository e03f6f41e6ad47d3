import type { FileSystem } from "../../hdfs/file-system.ts";

/** A file under the name that it has while it is written, and the one that it gets. */
export interface InUseFile {
  /** `/logs/.FlumeData.1700000000001.tmp` */
  readonly inUsePath: string;
  /** `/logs/FlumeData.1700000000001` */
  readonly finalPath: string;
}

/** Flume's parts of a file's name: `hdfs.inUsePrefix`, `hdfs.inUseSuffix`, and `hdfs.fileSuffix` or the codec's extension. */
export interface FileNaming {
  readonly inUsePrefix: string;
  /** Empty with `hdfs.emptyInUseSuffix`. */
  readonly inUseSuffix: string;
  readonly fileSuffix: string;
}

/** The names of a file: `directory/[inUsePrefix]prefix.COUNTER[suffix][inUseSuffix]`. */
export function inUseFile(naming: FileNaming, directory: string, prefix: string, counter: number): InUseFile {
  const name = `${prefix}.${counter}${naming.fileSuffix}`;
  return {
    inUsePath: `${directory}/${naming.inUsePrefix}${name}${naming.inUseSuffix}`,
    finalPath: `${directory}/${name}`,
  };
}

/** A path as Hadoop's `Path` makes it: no doubled slashes, none at the end. The root is the empty string. */
export function directoryPath(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/\/$/, "");
}

/** How often another number is tried for a name that is taken. */
const NUMBERS_TRIED = 1000;

/**
 * Gives a closed file its final name. Where another program took that name meanwhile, the file gets the next number
 * that is free: nothing is ever written over. Resolves with the name; rejects where the file system does.
 */
export async function renameToFinal(fileSystem: FileSystem, file: InUseFile): Promise<string> {
  const { inUsePath, finalPath } = file;
  if (inUsePath === finalPath) return finalPath;
  for (let name = finalPath, tries = 0; tries < NUMBERS_TRIED; name = nextNumber(name), tries++) {
    if (await fileSystem.rename(inUsePath, name)) return name;
    // Done before, and the answer was lost; or somebody took the file away.
    if (!(await fileSystem.exists(inUsePath))) return name;
    if (!(await fileSystem.exists(name))) throw new Error(`${inUsePath} cannot be renamed to ${name}`);
  }
  throw new Error(`${inUsePath} cannot be renamed: all names from ${finalPath} on are taken`);
}

/** The counter in a file's name counted up: its last run of 13 digits or more that stands after a dot. */
function nextNumber(path: string): string {
  const counter = /^(.*\.)(\d{13,})([^/]*)$/s.exec(path);
  if (counter === null) return `${path}.1`;
  return `${counter[1]!}${BigInt(counter[2]!) + 1n}${counter[3]!}`;
}
