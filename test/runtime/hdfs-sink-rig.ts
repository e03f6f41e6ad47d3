import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { HdfsOptions } from "../../runtime/sinks/hdfs/options.ts";

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hdfs-sink-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Flume's defaults, but nothing is rolled. */
export function hdfsSinkOptions(stateDirectory: string): HdfsOptions & { path: string; filePrefix: string } {
  return {
    path: "/out",
    filePrefix: "FlumeData",
    inUsePrefix: "",
    inUseSuffix: ".tmp",
    fileSuffix: "",
    rollInterval: 0,
    rollSize: 0,
    rollCount: 0,
    idleTimeout: 0,
    maxOpenFiles: 5000,
    callTimeout: 30_000,
    closeTries: Number.POSITIVE_INFINITY,
    retryInterval: 180_000,
    stateDirectory,
  };
}

/** All files under a directory with what is in them, by name. */
export async function contentsOf(directory: string): Promise<[name: string, text: string][]> {
  if (!existsSync(directory)) return [];
  const names = (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
  const read = async (name: string): Promise<[string, string]> => [
    name,
    await readFile(join(directory, name), "utf8"),
  ];
  try {
    return await Promise.all(names.map(read));
  } catch {
    // One was renamed meanwhile.
    return contentsOf(directory);
  }
}
