import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { InUseFile } from "./in-use-file.ts";

/** A file as the list has it. */
export interface ListedFile extends InUseFile {
  readonly id: number;
  /** Bytes in it that are delivered; -1 where that is not known any more: nothing is cut off then. */
  committed: number;
}

/** The list is written anew when its changes take more bytes than this. */
const MOST_BYTES = 1_048_576;

/**
 * The list of the files that a sink has open, and how many bytes of each are delivered, in a small local file. The
 * next run reads it: it finishes these files and touches no others. A line a change, each with a checksum, without
 * fsync: what a process wrote outlives its kill -9. After a crash of the machine the numbers of bytes are not used.
 */
export class OpenFiles {
  readonly #path: string;
  readonly #header: string;
  readonly #files = new Map<number, ListedFile>();
  #descriptor: number | undefined;
  /** The list on the disk is behind, and could not be deleted so far. */
  #isBehind = false;
  #bytes = 0;
  #lastId = 0;

  readonly #lost: (error: unknown) => void;

  /** `header` is its first line. `lost` is called when the list cannot be kept any longer. */
  constructor(path: string, header: string, lost: (error: unknown) => void) {
    this.#path = path;
    this.#header = header;
    this.#lost = lost;
  }

  /** Makes the list; before, and where this throws, nothing is kept. */
  begin(): void {
    this.#writeAnew();
  }

  /** A file was opened, or taken over from an earlier run. */
  opened({ inUsePath, finalPath }: InUseFile, committed = 0): ListedFile {
    const file: ListedFile = { id: ++this.#lastId, inUsePath, finalPath, committed };
    this.#files.set(file.id, file);
    this.#add(openedLine(file));
    return file;
  }

  /** So many bytes of a file are delivered now. Must be called before the events are committed. */
  committed(file: ListedFile, bytes: number): void {
    if (bytes === file.committed) return;
    file.committed = bytes;
    this.#add(listLine(["committed", file.id, bytes]));
  }

  /** A file has its final name, or is gone. */
  finished(id: number): void {
    if (this.#files.delete(id)) this.#add(listLine(["finished", id]));
  }

  /** How many files are in it. */
  get size(): number {
    return this.#files.size;
  }

  /** Closes the list; an empty one is deleted. */
  close(): void {
    if (this.#isBehind) this.#discard();
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    if (this.#files.size === 0) rmSync(this.#path, { force: true });
  }

  /** A list that is behind would have bytes cut off that are delivered: better none. */
  #add(line: string): void {
    if (this.#isBehind) this.#discard();
    if (this.#descriptor === undefined) return;
    try {
      if (this.#bytes > MOST_BYTES) this.#writeAnew();
      else this.#bytes += writeWhole(this.#descriptor, line);
    } catch (error) {
      this.#discard();
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
      this.#lost(error);
    }
  }

  /** On a disk that can only be read it has to wait for a better time. */
  #discard(): void {
    try {
      rmSync(this.#path, { force: true });
      this.#isBehind = false;
    } catch {
      this.#isBehind = true;
    }
  }

  #writeAnew(): void {
    const lines = [this.#header];
    for (const file of this.#files.values()) lines.push(openedLine(file));
    const next = `${this.#path}.new`;
    const descriptor = openSync(next, "w", 0o600);
    writeWhole(descriptor, lines.join(""));
    renameSync(next, this.#path);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    // The live files are not counted: a list of 100,000 of them is not written anew for each change.
    this.#bytes = 0;
  }
}

function writeWhole(descriptor: number, text: string): number {
  const bytes = Buffer.from(text, "utf8");
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return written;
}

function openedLine({ id, inUsePath, finalPath, committed }: ListedFile): string {
  return listLine(["opened", id, inUsePath, finalPath, committed]);
}

/** JSON after its checksum. */
export function listLine(value: readonly unknown[]): string {
  const text = JSON.stringify(value);
  return `${crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
}

/** What `readList` found. */
export interface ReadList {
  readonly files: readonly ListedFile[];
  /** Whether a line in the midst is damaged: then the numbers of bytes are not to be trusted. */
  readonly isDamaged: boolean;
}

/** Reads the lines of a list after its first. A last line without line end was being written at the kill. */
export function readList(text: string): ReadList {
  const files = new Map<number, ListedFile>();
  let isDamaged = false;
  const end = text.lastIndexOf("\n");
  for (const line of text.slice(0, Math.max(0, end)).split("\n").slice(1)) {
    const change = readListLine(line);
    if (change === undefined) {
      isDamaged = true;
      continue;
    }
    const [what, id, a, b, c] = change;
    if (typeof id !== "number") continue;
    if (what === "finished") files.delete(id);
    const file = files.get(id);
    if (what === "committed" && file !== undefined && typeof a === "number") file.committed = a;
    if (what === "opened" && typeof a === "string" && typeof b === "string" && typeof c === "number")
      files.set(id, { id, inUsePath: a, finalPath: b, committed: c });
  }
  return { files: [...files.values()], isDamaged };
}

/** The value of a line; undefined where the checksum says that it is damaged. */
export function readListLine(line: string): readonly unknown[] | undefined {
  const text = line.slice(9);
  if (line.slice(0, 8) !== crc32(text).toString(16).padStart(8, "0")) return undefined;
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value : undefined;
}
