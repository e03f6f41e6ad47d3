import type { SinkComponent } from "../../agent/component.ts";
import { LONGEST_TIMER } from "../../agent/longest-timer.ts";
import { type FileSystem, HdfsError, type OutputFile } from "../../hdfs/file-system.ts";
import type { FileFinisher } from "./file-finisher.ts";
import type { FileEncoder, FileFormat } from "./file-format.ts";
import { inUseFile } from "./in-use-file.ts";
import type { ListedFile, OpenFiles } from "./open-files.ts";
import { type HdfsOptions, withinCallTimeout } from "./options.ts";
import type { Slice } from "./slice.ts";

/** What all bucket writers of a sink share. */
export interface BucketContext {
  readonly sink: SinkComponent;
  readonly fileSystem: FileSystem;
  readonly options: HdfsOptions;
  readonly format: FileFormat;
  readonly openFiles: OpenFiles;
  readonly finisher: FileFinisher;
  /** A timer is due: this file of the bucket `key` is to be closed when nothing else is done to it. */
  closeDue(key: string, output: OutputFile): void;
  /** Before a file is opened: counts it, and closes another where there are too many. */
  makeRoom(): Promise<void>;
  /** A file is closed, or could not be opened. */
  madeRoom(): void;
}

/** Gathered bytes of a file are sent when they are this many, before the batch is at its end. */
const SENT_BYTES = 1_048_576;

/** Flume rolls no more often than this in a row because of missing replicas. */
const MOST_REPLICA_ROLLS = 30;

/** How many counters are tried that other programs have taken. */
const COUNTERS_TRIED = 1000;

/** A file being written. */
interface OpenFile {
  readonly output: OutputFile;
  readonly encoder: FileEncoder;
  readonly listed: ListedFile;
  /** Bytes of bodies in it. */
  bytes: number;
  events: number;
}

/**
 * The events of one directory and file prefix, and the file that they go to: Flume's `BucketWriter`. Its calls come
 * one after another. Events stay in its backlog until they are durable; a file that fails is given up, and what was
 * not delivered of it is written again, to a new file.
 */
export class BucketWriter {
  /** What it is found by. */
  readonly key: string;
  readonly directory: string;
  readonly #context: BucketContext;
  readonly #prefix: string;
  readonly #backlog: Slice[] = [];
  #file: OpenFile | undefined;
  /** A file that may have been made: the file system gave no answer. */
  #unconfirmed: ListedFile | undefined;
  #counter = Date.now();
  #replicaRolls = 0;
  #rollTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(context: BucketContext, key: string, directory: string, prefix: string) {
    this.#context = context;
    this.key = key;
    this.directory = directory;
    this.#prefix = prefix;
  }

  /** Whether it has events that are not delivered. */
  get hasBacklog(): boolean {
    return this.#backlog.length > 0;
  }

  /** Whether there is something for `write` to do. */
  get hasUnwritten(): boolean {
    const last = this.#backlog.at(-1);
    return last !== undefined && last.written < last.count;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** Events to be written by the next `write`. */
  add(slice: Slice): void {
    this.#backlog.push(slice);
  }

  /**
   * Writes the backlog, rolls where it is due, and makes all of it durable. Rejects when that failed; what is not
   * durable is still in the backlog then.
   */
  async write(): Promise<void> {
    clearTimeout(this.#idleTimer);
    try {
      await this.#rollWhereReplicasMiss();
      // What is added meanwhile has a write of its own.
      for (const slice of [...this.#backlog]) await this.#append(slice);
      await this.#flush();
    } catch (error) {
      this.#abandon();
      throw error;
    }
    this.#startIdleTimer();
  }

  /** Closes the file, if this is the one, and gives it its final name. Rejects where closing fails; it is given up then. */
  async close(only?: OutputFile): Promise<void> {
    const file = this.#file;
    if (file === undefined || (only !== undefined && only !== file.output)) return;
    try {
      await this.#closeFile(file);
    } catch (error) {
      this.#abandon();
      throw error;
    } finally {
      // As a new bucket writer would count.
      this.#counter = Math.max(this.#counter, Date.now());
    }
  }

  async #append(slice: Slice): Promise<void> {
    const { rollCount, rollSize } = this.#context.options;
    const { batch, indices } = slice;
    for (let file = this.#file; slice.written < slice.count; ) {
      if (file === undefined) file = await this.#open();
      const isFull = (rollCount > 0 && file.events >= rollCount) || (rollSize > 0 && file.bytes >= rollSize);
      if (isFull) {
        await this.#closeFile(file);
        file = undefined;
        continue;
      }
      const i = indices === undefined ? slice.written : indices[slice.written]!;
      batch.append(file.encoder, i);
      file.bytes += batch.sizeOf(i);
      file.events++;
      slice.written++;
      if (file.encoder.size >= SENT_BYTES) await this.#send(file);
    }
  }

  async #open(): Promise<OpenFile> {
    await this.#context.makeRoom();
    try {
      for (let tries = 0; tries < COUNTERS_TRIED; tries++) {
        const file = await this.#create();
        if (file !== undefined) return file;
      }
      throw new Error(`${COUNTERS_TRIED} file names in a row are taken`);
    } catch (error) {
      this.#context.sink.counters.ConnectionFailedCount++;
      this.#context.madeRoom();
      throw error;
    }
  }

  /** Makes a file; undefined where its name is taken. */
  async #create(): Promise<OpenFile | undefined> {
    const { sink, fileSystem, format, openFiles, options, finisher } = this.#context;
    const again = this.#unconfirmed;
    // In the list before it can be on the disk: a kill in between leaves nothing that nobody knows of.
    const listed =
      again ?? openFiles.opened(inUseFile(options, this.directory, this.#prefix, ++this.#counter), -1);
    this.#unconfirmed = listed;
    try {
      const output = await this.#call(fileSystem.create(listed.inUsePath), `creating ${listed.inUsePath}`);
      this.#unconfirmed = undefined;
      openFiles.committed(listed, 0);
      const file = { output, encoder: format.encoder(), listed, bytes: 0, events: 0 };
      this.#file = file;
      sink.counters.ConnectionCreatedCount++;
      this.#startRollTimer(output);
      return file;
    } catch (error) {
      const isTaken = error instanceof HdfsError && error.exception === "FileAlreadyExistsException";
      // The file may be there: the same name is tried again.
      if (!isTaken && (again !== undefined || !isRefusal(error))) throw error;
      this.#unconfirmed = undefined;
      // By that try without an answer; or by another program, or an earlier run.
      if (isTaken && again !== undefined) finisher.recover({ ...listed, committed: undefined });
      else openFiles.finished(listed.id);
      if (isTaken) return undefined;
      throw error;
    }
  }

  async #send(file: OpenFile): Promise<void> {
    const bytes = await file.encoder.take();
    if (bytes.length > 0) await this.#call(file.output.write(bytes), `writing to ${file.listed.inUsePath}`);
    file.encoder.release();
  }

  async #flush(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    await this.#send(file);
    if (this.#context.fileSystem.commitsOnClose) return;
    await this.#call(file.output.hflush(), `flushing ${file.listed.inUsePath}`);
    this.#settle(file);
  }

  async #closeFile(file: OpenFile): Promise<void> {
    await this.#send(file);
    await this.#call(file.output.close(), `closing ${file.listed.inUsePath}`);
    this.#forget();
    this.#context.sink.counters.ConnectionClosedCount++;
    this.#settle(file);
    await this.#context.finisher.rename({ ...file.listed, committed: undefined });
  }

  /** What was written is durable. The list knows it before anybody commits. */
  #settle(file: OpenFile): void {
    this.#context.openFiles.committed(file.listed, file.output.length);
    let whole = 0;
    for (const slice of this.#backlog) {
      slice.durable = slice.written;
      if (slice.durable < slice.count) break;
      whole++;
    }
    for (const slice of this.#backlog.splice(0, whole)) slice.delivered();
  }

  /** Lets go of the file; what it has beyond what is delivered is written again. */
  #abandon(): void {
    for (const slice of this.#backlog) slice.written = slice.durable;
    const file = this.#file;
    if (file === undefined) return;
    this.#forget();
    this.#context.sink.counters.ConnectionFailedCount++;
    this.#context.finisher.abandon(file.listed, file.output);
  }

  #forget(): void {
    this.#file = undefined;
    this.#context.madeRoom();
    clearTimeout(this.#rollTimer);
    clearTimeout(this.#idleTimer);
  }

  /** Rolls a file whose block has fewer replicas than `hdfs.minBlockReplicas`, but not for ever. */
  async #rollWhereReplicasMiss(): Promise<void> {
    const file = this.#file;
    const { sink, options } = this.#context;
    const replicas = file?.output.replicas;
    if (file === undefined || replicas === undefined || options.minBlockReplicas === undefined) return;
    if (replicas >= options.minBlockReplicas) {
      this.#replicaRolls = 0;
      return;
    }
    this.#replicaRolls++;
    const what = `${file.listed.inUsePath} has ${replicas} of ${options.minBlockReplicas} replicas`;
    if (this.#replicaRolls === MOST_REPLICA_ROLLS + 1)
      sink.log.error(`${what}; not rolled any more for that, after ${MOST_REPLICA_ROLLS} times in a row`);
    if (this.#replicaRolls > MOST_REPLICA_ROLLS) return;
    sink.log.warn(`${what}: rolled`);
    await this.#closeFile(file);
  }

  #startRollTimer(output: OutputFile): void {
    const { rollInterval } = this.#context.options;
    if (rollInterval === 0) return;
    const due = performance.now() + rollInterval;
    const wait = () => {
      const left = due - performance.now();
      if (left <= 0) return this.#context.closeDue(this.key, output);
      this.#rollTimer = setTimeout(wait, Math.min(left, LONGEST_TIMER));
    };
    wait();
  }

  #startIdleTimer(): void {
    const { idleTimeout } = this.#context.options;
    const output = this.#file?.output;
    if (idleTimeout === 0 || output === undefined) return;
    this.#idleTimer = setTimeout(
      () => this.#context.closeDue(this.key, output),
      Math.min(idleTimeout, LONGEST_TIMER),
    );
  }

  #call<T>(work: Promise<T>, what: string): Promise<T> {
    return withinCallTimeout(work, this.#context.options.callTimeout, what);
  }
}

/**
 * Whether a file that was to be made is certainly not there. Without an answer it may be; and a NameNode that comes
 * back in safe mode refuses the call that it did before it died.
 */
function isRefusal(error: unknown): boolean {
  return error instanceof HdfsError && !/^(SafeMode|Retriable|Standby)Exception$/.test(error.exception);
}
