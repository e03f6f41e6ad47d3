import type { SinkComponent } from "../../agent/component.ts";
import { errorText } from "../../agent/log.ts";
import { LONGEST_TIMER } from "../../agent/longest-timer.ts";
import type { FileSystem, OutputFile } from "../../hdfs/file-system.ts";
import { type InUseFile, renameToFinal } from "./in-use-file.ts";
import type { OpenFiles } from "./open-files.ts";
import { type HdfsOptions, withinCallTimeout } from "./options.ts";

/** A file that has its last byte, on the way to its final name. */
export interface UnfinishedFile extends InUseFile {
  /** Its number in the list of open files. */
  readonly id: number;
  /** Bytes in it that are delivered; undefined where nobody knows: then nothing is cut off. */
  readonly committed: number | undefined;
}

/** ms from one look at a lease recovery that goes on to the next. */
const RECOVERY_POLL = 500;

/**
 * Brings files to their end: those whose writer failed, those whose rename failed, and those that a killed run left
 * behind. It tries after 1, 2, … s, at most `hdfs.retryInterval` apart, `hdfs.closeTries` times in all. A file that
 * it has to give up keeps its in-use name, and stays in the list of open files for the next start.
 */
export class FileFinisher {
  readonly #sink: SinkComponent;
  readonly #fileSystem: FileSystem;
  readonly #options: HdfsOptions;
  readonly #openFiles: OpenFiles;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(sink: SinkComponent, fileSystem: FileSystem, options: HdfsOptions, openFiles: OpenFiles) {
    this.#sink = sink;
    this.#fileSystem = fileSystem;
    this.#options = options;
    this.#openFiles = openFiles;
  }

  /** Renames a file that is closed. Resolves when that is done, or has failed and is tried again later. */
  async rename(file: UnfinishedFile): Promise<void> {
    await this.#attempt(1, `rename ${file.inUsePath}`, () => this.#rename(file));
  }

  /**
   * After an error: closes the file with what is delivered of it, and renames it. What was not delivered is cut off,
   * for it is written again elsewhere; a file of which nothing was delivered is deleted.
   */
  abandon(file: UnfinishedFile, output: OutputFile): void {
    let isClosed = false;
    this.#inBackground(`close ${file.inUsePath}`, async () => {
      try {
        if (!isClosed) await this.#call(output.abandon(), `closing ${file.inUsePath}`);
        isClosed = true;
        await this.#finish(file);
      } catch (error) {
        if (await this.#exists(file.inUsePath)) throw error;
        this.#openFiles.finished(file.id);
        this.#sink.log.warn(
          `${file.inUsePath} is not there any more: renamed without an answer, or deleted by somebody`,
        );
      }
    });
  }

  /** The same for a file of a writer that is dead. */
  recover(file: UnfinishedFile): void {
    const { inUsePath } = file;
    this.#inBackground(`finish ${inUsePath}, which was left open`, async () => {
      if (!(await this.#exists(inUsePath))) return this.#openFiles.finished(file.id);
      while (!(await this.#call(this.#fileSystem.recoverLease(inUsePath), `recovering ${inUsePath}`))) {
        if (this.#stopped) throw new Error("stopped");
        await this.#pause(RECOVERY_POLL);
      }
      const name = await this.#finish(file);
      this.#sink.log.info(
        name === undefined
          ? `deleted ${inUsePath}, which was left open: nothing in it was delivered`
          : `finished ${name}, which was left open`,
      );
    });
  }

  /** Ends the waiting between tries; resolves when no try is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  async #finish(file: UnfinishedFile): Promise<string | undefined> {
    const { inUsePath, committed } = file;
    const fileSystem = this.#fileSystem;
    const isEmpty = committed === 0 || (committed === undefined && (await this.#isEmpty(inUsePath)));
    if (isEmpty) {
      await this.#call(fileSystem.delete(inUsePath), `deleting ${inUsePath}`);
      this.#openFiles.finished(file.id);
      return undefined;
    }
    if (committed !== undefined)
      await this.#call(fileSystem.truncate?.(inUsePath, committed), `truncating ${inUsePath}`);
    return this.#rename(file);
  }

  #exists(path: string): Promise<boolean> {
    return this.#call(this.#fileSystem.exists(path), `looking for ${path}`);
  }

  async #isEmpty(path: string): Promise<boolean> {
    const directory = path.slice(0, path.lastIndexOf("/"));
    const files = await this.#call(this.#fileSystem.list(directory), `listing ${directory}`);
    return files.some((file) => file.path === path && file.length === 0);
  }

  async #rename(file: UnfinishedFile): Promise<string> {
    const name = await this.#call(renameToFinal(this.#fileSystem, file), `renaming ${file.inUsePath}`);
    this.#openFiles.finished(file.id);
    if (name !== file.finalPath) this.#sink.log.info(`${file.finalPath} was taken: the file is ${name} now`);
    return name;
  }

  #inBackground(what: string, work: () => Promise<unknown>): void {
    void this.#attempt(1, what, work);
  }

  async #attempt(tries: number, what: string, work: () => Promise<unknown>) {
    const attempt = this.#tryOnce(tries, what, work);
    this.#running.add(attempt);
    await attempt;
    this.#running.delete(attempt);
  }

  async #tryOnce(tries: number, what: string, work: () => Promise<unknown>) {
    const { log, counters } = this.#sink;
    const { closeTries, retryInterval } = this.#options;
    try {
      await work();
      if (tries > 1) log.info(`after ${tries} tries: ${what}`);
    } catch (error) {
      counters.ConnectionFailedCount++;
      if (this.#stopped || tries >= closeTries || retryInterval === 0) {
        log.error(`cannot ${what}: ${errorText(error)}; left for the next start`);
        return;
      }
      if (tries === 1) log.warn(`cannot ${what}, trying again until it works: ${errorText(error)}`);
      this.#later(Math.min(tries * 1000, retryInterval), () => {
        void this.#attempt(tries + 1, what, work);
      });
    }
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        work();
      },
      Math.min(ms, LONGEST_TIMER),
    );
    this.#timers.add(timer);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  async #call<T>(work: Promise<T>, what: string): Promise<T>;
  async #call<T>(work: Promise<T> | undefined, what: string): Promise<T | undefined>;
  async #call<T>(work: Promise<T> | undefined, what: string): Promise<T | undefined> {
    return work && withinCallTimeout(work, this.#options.callTimeout, what);
  }
}
