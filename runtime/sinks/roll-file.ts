import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SinkComponent } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import { LONGEST_TIMER } from "../agent/longest-timer.ts";
import type { PathManager } from "./path-manager.ts";

/** Flume's file_roll properties. */
export interface FileRollOptions {
  /** Must exist. */
  readonly directory: string;
  /** ms from one file to the next, also when no event comes; 0: never. */
  readonly rollInterval: number;
}

/** The bytes of a batch, piece by piece; a piece is written before the next one is asked for. */
export type BatchPieces = Iterable<Buffer>;

/**
 * The files of a file_roll sink: one is written to at a time, a new one every `rollInterval`. A batch that could not
 * be written whole is cut off again, so a full disk neither loses events nor writes them twice; Flume's would be
 * there twice. A file that can neither be written nor cut, as after a network disk was away, is left for a new one.
 * An existing file is never written over.
 */
export class RollFile {
  readonly #sink: SinkComponent;
  readonly #options: FileRollOptions;
  readonly #paths: PathManager;
  #file: FileHandle | undefined;
  #path = "";
  /** Bytes of whole batches in the file. */
  #committed = 0;
  #rollDue = false;
  #timer: NodeJS.Timeout | undefined;
  /** The work under way: rolling and writing take turns. */
  #turn: Promise<void> = Promise.resolve();

  constructor(sink: SinkComponent, options: FileRollOptions, paths: PathManager) {
    this.#sink = sink;
    this.#options = options;
    this.#paths = paths;
  }

  /** Opens the first file. Throws StartError, with the line of `sink.directory`, where that cannot be. */
  async start(): Promise<void> {
    const { directory, rollInterval } = this.#options;
    try {
      if (!(await stat(directory)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
      await this.#openNext();
    } catch (error) {
      throw this.#sink.startError(cannotUse(directory, error), "sink.directory");
    }
    if (rollInterval > 0) this.#rollAt(performance.now() + rollInterval);
  }

  /** Writes a batch, whole or not at all; once it resolves, the bytes are with the operating system. */
  write(pieces: () => BatchPieces): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#rollDue) await this.#closeFile();
      await this.#append(this.#file ?? (await this.#openNext()), pieces());
    });
  }

  /** Closes the file. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#inTurn(() => this.#closeFile());
  }

  #rollAt(time: number): void {
    const wait = Math.min(Math.max(1, time - performance.now()), LONGEST_TIMER);
    this.#timer = setTimeout(() => {
      const now = performance.now();
      if (now < time) return this.#rollAt(time);
      this.#rollWhenIdle();
      this.#rollAt(now + this.#options.rollInterval);
    }, wait);
  }

  /** A roll that fails is not lost: the next batch meets the same trouble, and reports it. */
  #rollWhenIdle(): void {
    this.#rollDue = true;
    this.#inTurn(async () => {
      if (!this.#rollDue) return;
      await this.#closeFile();
      await this.#openNext();
    }).catch((error: unknown) => this.#sink.log.debug(`cannot roll: ${errorText(error)}`));
  }

  async #openNext(): Promise<FileHandle> {
    for (;;) {
      const path = join(this.#options.directory, this.#paths.nextName());
      try {
        const file = await open(path, "wx");
        this.#file = file;
        this.#path = path;
        this.#committed = 0;
        this.#sink.counters.ConnectionCreatedCount++;
        return file;
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EEXIST") continue;
        this.#sink.counters.ConnectionFailedCount++;
        throw error;
      }
    }
  }

  async #closeFile(): Promise<void> {
    this.#rollDue = false;
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    this.#sink.counters.ConnectionClosedCount++;
    await file.close();
  }

  /** Cuts off a batch that was not written whole, so that no reader sees it; leaves the file where that cannot be. */
  async #cut(file: FileHandle): Promise<void> {
    try {
      await file.truncate(this.#committed);
    } catch (error) {
      this.#sink.log.warn(`left ${this.#path}, perhaps with half a batch at its end: ${errorText(error)}`);
      await this.#closeFile().catch(() => {});
      // Nothing is missed of an empty one, and there could be one for each attempt.
      if (this.#committed === 0) await rm(this.#path, { force: true }).catch(() => {});
    }
  }

  async #append(file: FileHandle, pieces: BatchPieces): Promise<void> {
    let end = this.#committed;
    try {
      for (const bytes of pieces) {
        for (let written = 0; written < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, written, bytes.length - written, end);
          written += bytesWritten;
          end += bytesWritten;
        }
      }
    } catch (error) {
      await this.#cut(file);
      throw error;
    }
    this.#committed = end;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

function cannotUse(directory: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const name = JSON.stringify(directory);
  if (code === "ENOENT") return `the directory ${name} does not exist; file_roll does not create it`;
  if (code === "ENOTDIR") return `${name} is not a directory`;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return `no permission to write files in ${name}`;
  return `cannot write files in ${name}: ${errorText(error)}`;
}
