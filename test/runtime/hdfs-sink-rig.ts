import { mkdtemp, rm } from "node:fs/promises";
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
