import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** What Flume 1.11 lost of a file. */
export interface Dropped {
  readonly cause: "config" | "jar" | "custom" | "zookeeper" | "environment";
  readonly component: string | null;
  readonly agent?: string;
  /** source, channel or sink, where a component was dropped while it was configured. */
  readonly kind?: string;
  readonly key?: string;
  readonly type?: string;
  readonly why?: string;
}

/** What a real Flume 1.11.0 made of one file. */
export interface Recorded {
  readonly path: string;
  readonly name: string;
  readonly dropped: readonly Dropped[];
}

const corpus = process.env.FLAFKAC_CORPUS ?? resolve(import.meta.dirname, "../../../shared/corpus");
const cases = resolve(corpus, "../flume/cases");

/** The recorded files; none where the corpus is not beside the repository. */
export function recordedFiles(): readonly Recorded[] {
  return [...read(corpus), ...read(cases)];
}

function read(folder: string): Recorded[] {
  const list = join(folder, "flume-1.11.jsonl");
  if (!existsSync(list)) return [];
  return readFileSync(list, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { file, dropped } = JSON.parse(line) as { file: string; dropped: readonly Dropped[] };
      return { path: join(folder, file), name: basename(file), dropped };
    });
}
