import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A real configuration. */
export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The real configurations under FLAFKAC_CORPUS or ../shared/corpus; undefined where there is no such folder. */
export function corpusFiles(): CorpusFile[] | undefined {
  const beside = fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
  const folder = process.env.FLAFKAC_CORPUS ?? beside;
  if (!existsSync(folder)) return undefined;
  return ["files", "apache"].flatMap((part) =>
    readdirSync(join(folder, part), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => ({ name: path.slice(folder.length + 1), bytes: readFileSync(path) })),
  );
}
