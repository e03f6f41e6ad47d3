import type { SinkComponent } from "../../agent/component.ts";
import { errorText } from "../../agent/log.ts";
import { RepeatedWarning } from "../../agent/repeated-warning.ts";
import type { FileSystem, OutputFile } from "../../hdfs/file-system.ts";
import type { HeldBack } from "../held-back.ts";
import { type BucketContext, BucketWriter } from "./bucket-writer.ts";
import { EarlierRuns } from "./earlier-runs.ts";
import { FileFinisher } from "./file-finisher.ts";
import type { FileFormat } from "./file-format.ts";
import { HeldMemory } from "./held-memory.ts";
import { directoryPath } from "./in-use-file.ts";
import type { OpenFiles } from "./open-files.ts";
import type { HdfsOptions } from "./options.ts";
import { type EventBatch, Slice } from "./slice.ts";
import { Turns } from "./turns.ts";

/** Buckets that are written at the same time, at most. */
const WRITTEN_AT_ONCE = 32;

/** Bytes of events that wait for directories in trouble, unless the options say otherwise. */
const HELD_BACK_BYTES = 50_331_648;

/** The longest that a file system that commits on close keeps events waiting, ms. */
const LONGEST_WAIT_FOR_CLOSE = 30_000;

/** Events of a batch for one bucket. */
export interface BucketPart {
  readonly bucket: Bucket;
  readonly batch: EventBatch;
  /** Their places in the batch, ascending; undefined: all of it. */
  readonly indices: number[] | undefined;
}

/** As `HeldBack`, with the parts of the batch that are not delivered. */
export interface HeldBackSlices extends HeldBack {
  readonly waiting: readonly Slice[];
}

/** One bucket, who is at work on it, and what trouble it has. */
export interface Bucket {
  readonly writer: BucketWriter;
  /** The work under way: writing and closing take turns. */
  turn: Promise<void>;
  /** Pieces of work under way or waiting. */
  busy: number;
  /** Failed writes in a row. While there are any, the bucket tries again by itself, and nobody waits for it. */
  failures: number;
  isRetrying: boolean;
  retryTimer: NodeJS.Timeout | undefined;
  /** Where only closing commits: closes the file when it has kept events waiting long enough. */
  closeTimer: NodeJS.Timeout | undefined;
}

/**
 * All buckets of a sink: Flume's `HDFSEventSink` without the events. One in trouble does not stall the others: its
 * events are kept, in their order, and tried again after 1, 2, … 5 s until it works, while batches go on to be
 * delivered to the rest; only when `heldBackBytes` wait does everything wait.
 */
export class BucketWriters implements BucketContext {
  readonly sink: SinkComponent;
  readonly fileSystem: FileSystem;
  readonly options: HdfsOptions;
  readonly format: FileFormat;
  readonly openFiles: OpenFiles;
  readonly finisher: FileFinisher;
  /** By directory and prefix, the least recently used first. */
  readonly #buckets = new Map<string, Bucket>();
  readonly #turns: Turns;
  readonly #earlierRuns: EarlierRuns;
  readonly #moreTrouble: RepeatedWarning;
  #inTrouble = 0;
  #troubleBegan = 0;
  readonly #heldBack = new HeldMemory();
  /** Files open, or about to be. */
  #open = 0;
  readonly #roomMade: (() => void)[] = [];
  /** Nothing more will come. */
  #isHurried = false;
  #stopped = false;

  constructor(sink: SinkComponent, fileSystem: FileSystem, options: HdfsOptions, format: FileFormat) {
    this.sink = sink;
    this.fileSystem = fileSystem;
    this.options = options;
    this.format = format;
    this.#turns = new Turns(Math.min(options.maxOpenFiles, WRITTEN_AT_ONCE));
    this.#moreTrouble = new RepeatedWarning(sink.log, "failed writes");
    this.#earlierRuns = new EarlierRuns(sink, options.stateDirectory);
    this.openFiles = this.#earlierRuns.openFiles;
    this.finisher = new FileFinisher(sink, fileSystem, options, this.openFiles);
  }

  /** Begins to finish what earlier runs left open, and does not wait for it. */
  start(): void {
    this.#earlierRuns.begin((file) => this.finisher.recover(file));
  }

  /** The bucket of a directory and a file prefix. Its events must be delivered in the same turn of the event loop. */
  bucket(path: string, prefix: string): Bucket {
    const key = `${path}/${prefix}`;
    const known = this.#buckets.get(key);
    const bucket = known ?? {
      writer: new BucketWriter(this, key, directoryPath(path), prefix),
      turn: Promise.resolve(),
      busy: 0,
      failures: 0,
      isRetrying: false,
      retryTimer: undefined,
      closeTimer: undefined,
    };
    if (known !== undefined) this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /**
   * Writes a batch; `memoryOf` says what memory it keeps. Resolves when all of it is durable, or with what waits for
   * directories in trouble; never rejects.
   */
  async deliver(
    parts: readonly BucketPart[],
    memoryOf: () => ReadonlySet<ArrayBufferLike>,
  ): Promise<HeldBackSlices | undefined> {
    let open = parts.length;
    const { promise: later, resolve } = Promise.withResolvers<void>();
    const slices: Slice[] = [];
    const touched = new Set<Bucket>();
    for (const { bucket, batch, indices } of parts) {
      const slice = new Slice(batch, indices, () => {
        open--;
        if (open === 0) resolve();
      });
      bucket.writer.add(slice);
      slices.push(slice);
      touched.add(bucket);
    }
    if (touched.size === 1) for (const bucket of touched) await this.#write(bucket);
    else await Promise.all(openFirst(touched).map((bucket) => this.#write(bucket)));
    if (open === 0) return undefined;
    await this.#holdBack(later, memoryOf(), () => open > 0);
    if (open === 0) return undefined;
    const waiting = slices.filter((slice) => !slice.isDelivered);
    return { waiting, later, hurry: () => this.#hurry() };
  }

  /** Closes all files. What waits for directories in trouble stays undelivered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#earlierRuns.stop();
    const buckets = [...this.#buckets.values()];
    for (const { retryTimer, closeTimer } of buckets) {
      clearTimeout(retryTimer);
      clearTimeout(closeTimer);
    }
    await Promise.all(buckets.map((bucket) => this.#close(bucket)));
    await this.finisher.stop();
    this.#moreTrouble.flush();
    const left = this.openFiles.size;
    if (left > 0) this.sink.log.warn(`files that keep their in-use names until the next start: ${left}`);
    this.openFiles.close();
    await this.fileSystem.close();
  }

  closeDue(key: string, output: OutputFile): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) void this.#close(bucket, output);
  }

  /** Closes the file least recently used where there are too many. The caller is about to open one. */
  async makeRoom(): Promise<void> {
    this.#open++;
    while (this.#open > this.options.maxOpenFiles) {
      const oldest = this.#leastRecentlyUsed();
      if (oldest === undefined) return;
      await this.#inTurn(oldest, () => oldest.writer.close()).catch(() => undefined);
      this.#forget(oldest);
    }
  }

  #leastRecentlyUsed(): Bucket | undefined {
    for (const bucket of this.#buckets.values()) if (bucket.writer.isOpen && bucket.busy === 0) return bucket;
    return undefined;
  }

  madeRoom(): void {
    this.#open--;
  }

  /** Writes what a bucket has to write, unless it is in trouble and tries by itself. Never rejects. */
  async #write(bucket: Bucket): Promise<void> {
    if (bucket.failures > 0) return;
    try {
      await this.#atWork(bucket, () => bucket.writer.write());
      if (this.fileSystem.commitsOnClose) this.#closeLater(bucket);
    } catch (error) {
      this.#failed(bucket, error);
    }
  }

  async #retry(bucket: Bucket): Promise<void> {
    if (bucket.isRetrying || bucket.failures === 0) return;
    bucket.isRetrying = true;
    try {
      do await this.#atWork(bucket, () => bucket.writer.write());
      while (bucket.writer.hasUnwritten);
    } catch (error) {
      this.#failed(bucket, error);
      return;
    } finally {
      bucket.isRetrying = false;
    }
    bucket.failures = 0;
    this.#inTrouble--;
    if (this.fileSystem.commitsOnClose) this.#closeLater(bucket);
    if (this.#inTrouble > 0) return;
    this.#moreTrouble.flush();
    const seconds = Math.round((performance.now() - this.#troubleBegan) / 1000);
    this.sink.log.info(`writing again to all directories, after ${seconds} s`);
  }

  #failed(bucket: Bucket, error: unknown): void {
    const { counters, log } = this.sink;
    const message = `cannot write to ${bucket.writer.directory}: ${errorText(error)}`;
    counters.EventWriteFail++;
    bucket.failures++;
    if (bucket.failures === 1) this.#inTrouble++;
    if (bucket.failures > 1 || this.#inTrouble > 1) this.#moreTrouble.tell(message);
    else {
      this.#troubleBegan = performance.now();
      log.error(`${message}; its events wait, trying again until it works`);
    }
    if (this.#stopped) return;
    clearTimeout(bucket.retryTimer);
    bucket.retryTimer = setTimeout(() => void this.#retry(bucket), Math.min(bucket.failures * 1000, 5000));
  }

  /** Closes a bucket's file, if it is the one meant. Never rejects. */
  async #close(bucket: Bucket, output?: OutputFile): Promise<void> {
    try {
      await this.#atWork(bucket, () => bucket.writer.close(output));
    } catch (error) {
      // With nothing to be written again, who brings the file to its end has all that is to be told.
      if (bucket.failures === 0 && bucket.writer.hasUnwritten) this.#failed(bucket, error);
    }
    this.#forget(bucket);
  }

  #closeLater(bucket: Bucket): void {
    if (this.#isHurried) {
      void this.#close(bucket);
      return;
    }
    bucket.closeTimer ??= setTimeout(() => {
      bucket.closeTimer = undefined;
      void this.#close(bucket);
    }, LONGEST_WAIT_FOR_CLOSE);
  }

  #forget(bucket: Bucket): void {
    const { writer, busy } = bucket;
    if (busy > 0 || writer.isOpen || writer.hasBacklog) return;
    clearTimeout(bucket.closeTimer);
    bucket.closeTimer = undefined;
    // Closed twice, it may have been forgotten by the first: another one may be in its place.
    if (this.#buckets.get(writer.key) === bucket) this.#buckets.delete(writer.key);
  }

  /** With a place among those at work first, so that a bucket without one can be closed for another at any time. */
  #atWork<T>(bucket: Bucket, work: () => Promise<T>): Promise<T> {
    return this.#turns.run(() => this.#inTurn(bucket, work));
  }

  async #inTurn<T>(bucket: Bucket, work: () => Promise<T>): Promise<T> {
    bucket.busy++;
    const mine = bucket.turn.then(work).finally(() => bucket.busy--);
    bucket.turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  /** Lets a batch wait while the next ones come, as long as not too much waits. */
  async #holdBack(
    later: Promise<void>,
    memory: ReadonlySet<ArrayBufferLike>,
    isWaiting: () => boolean,
  ): Promise<void> {
    this.#heldBack.hold(memory);
    void later.then(() => {
      this.#heldBack.release(memory);
      for (const wake of this.#roomMade.splice(0)) wake();
    });
    const limit = this.options.heldBackBytes ?? HELD_BACK_BYTES;
    if (this.#heldBack.bytes <= limit) return;
    if (this.fileSystem.commitsOnClose) this.#closeWhatWaits();
    const tell = this.#inTrouble > 0;
    if (tell)
      this.sink.log.error(
        `${this.#heldBack.bytes} bytes of events wait: taking no more until they are written`,
      );
    while (this.#heldBack.bytes > limit && isWaiting())
      await new Promise<void>((resolve) => this.#roomMade.push(resolve));
    if (tell) this.sink.log.info("taking events again");
  }

  #hurry(): void {
    this.#isHurried = true;
    for (const bucket of this.#buckets.values()) {
      if (bucket.failures === 0) continue;
      clearTimeout(bucket.retryTimer);
      void this.#retry(bucket);
    }
    if (this.fileSystem.commitsOnClose) this.#closeWhatWaits();
  }

  #closeWhatWaits(): void {
    for (const bucket of this.#buckets.values())
      if (bucket.failures === 0 && bucket.writer.hasBacklog) void this.#close(bucket);
  }
}

/** Those with an open file first: by the time that others open theirs, these can be closed for them. */
function openFirst(buckets: ReadonlySet<Bucket>): Bucket[] {
  return [...buckets].sort((a, b) => Number(b.writer.isOpen) - Number(a.writer.isOpen));
}
