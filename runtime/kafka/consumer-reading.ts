import type { ChannelComponent, SourceComponent } from "../agent/component.ts";
import { DataError } from "../agent/data-error.ts";
import { readBatchHeader } from "./batch-header.ts";
import type { KafkaCluster } from "./cluster.ts";
import type { ConsumerSettings } from "./consumer-options.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import type { FetchedPartition } from "./fetch-request.ts";
import type { FetchedRecords } from "./fetched-records.ts";
import { Fetcher } from "./fetcher.ts";
import type { TopicPartition } from "./group-assignors.ts";
import type { GroupOffset } from "./group-offsets.ts";
import { PartitionBeginnings } from "./partition-beginnings.ts";
import { PartitionProgress } from "./partition-progress.ts";
import { PoisonRecords } from "./poison-records.ts";
import {
  type DamagedBatchError,
  type DecodedPiece,
  type PoisonRecord,
  SegmentDecoder,
} from "./record-decoder.ts";
import { RecordQueue } from "./record-queue.ts";

/** Whom the reading asks, and tells. */
export interface ReadingHost {
  /** There are records to take, or fewer outstanding. */
  changed(): void;
  /** The group's offsets. Rejects where the coordinator does not give them. */
  committed(partitions: readonly TopicPartition[]): Promise<readonly GroupOffset[]>;
  /** A partition's position has changed without a delivery. */
  moved(): void;
  /** Something cannot be read, and nothing more shall be. */
  failed(error: Error): void;
}

/** How often a batch that cannot be read is fetched again: it may have been damaged on its way. */
const DAMAGED_TRIES = 3;

/**
 * Reads the partitions that the group has given to this member: finds where to begin, fetches, decodes, and does with
 * poison as the policy says.
 */
export class ConsumerReading {
  readonly #component: SourceComponent | ChannelComponent;
  readonly #settings: ConsumerSettings;
  readonly #host: ReadingHost;
  readonly #fetcher: Fetcher;
  readonly #queue: RecordQueue;
  readonly #beginnings: PartitionBeginnings;
  readonly #poison: PoisonRecords;
  readonly #counters: ConsumerCounters;
  readonly #damaged = new WeakMap<PartitionProgress, { offset: number; tries: number }>();

  constructor(
    component: SourceComponent | ChannelComponent,
    settings: ConsumerSettings,
    cluster: KafkaCluster,
    trouble: ConsumerTrouble,
    host: ReadingHost,
  ) {
    this.#component = component;
    this.#settings = settings;
    this.#host = host;
    this.#counters = Object.assign(component.counters, { OffsetResetCount: 0 });
    this.#fetcher = new Fetcher(
      cluster,
      { ...settings, readCommitted: settings.isolationLevel === "read_committed" },
      trouble,
      {
        arrived: (progress, fetched, from) => this.#arrived(progress, fetched, from),
        outOfRange: (progress) => this.#outOfRange(progress),
        located: (progress) => this.#located(progress),
        stalled: (isStalled) => this.#tellStalled(isStalled),
      },
    );
    this.#queue = new RecordQueue(
      {
        changed: () => host.changed(),
        moved: () => host.moved(),
        hold: (bytes) => this.#fetcher.hold(bytes),
        cleaned: (progress, piece) => this.#cleaned(progress, piece),
        damaged: (progress, error) => this.#onDamaged(progress, error),
      },
      settings.takeBytes,
    );
    this.#beginnings = new PartitionBeginnings(component, settings, trouble, {
      committed: (partitions) => host.committed(partitions),
      found: (progress) => this.#fetcher.add(progress),
      moved: () => host.moved(),
      cannotBegin: (reason) => this.#fail(reason),
    });
    this.#poison = new PoisonRecords(component, settings, cluster, trouble);
  }

  /** Those that this member has now. */
  get partitions(): ReadonlySet<PartitionProgress> {
    return this.#queue.partitions;
  }

  /** Whether records are being delivered whose offsets this member could commit; those held back are not. */
  get isDelivering(): boolean {
    return this.#queue.isDelivering;
  }

  /** Whether nothing waits to be taken, nor will unless something is fetched. */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** The member has these partitions now; what was fetched of those that it had before stays. */
  assign(partitions: readonly TopicPartition[]): void {
    const names = new Set(partitions.map(({ topic, partition }) => `${topic}-${partition}`));
    const lost: string[] = [];
    let again = 0;
    const kept = new Set<string>();
    for (const progress of this.partitions) {
      if (names.has(progress.name)) kept.add(progress.name);
      else {
        lost.push(progress.name);
        this.#fetcher.remove(progress);
        again += this.#queue.remove(progress);
      }
    }
    const gained: PartitionProgress[] = [];
    for (const { topic, partition } of partitions) {
      const progress = new PartitionProgress(topic, partition);
      if (kept.has(progress.name)) continue;
      gained.push(progress);
      this.#queue.add(progress);
    }
    const { log } = this.#component;
    if (lost.length > 0) log.info(`no longer reads ${lost.join(", ")}`);
    if (again > 0) {
      log.warn(
        `${again} records of them are not delivered yet; whoever reads them now delivers them as well`,
      );
    }
    if (names.size === 0) {
      if (lost.length === 0) log.info(`is in group ${this.#settings.groupId}, and has no partition to read`);
    } else if (gained.length > 0 || lost.length > 0) {
      log.info(`reads ${[...names].join(", ")} as a member of group ${this.#settings.groupId}`);
    }
    if (gained.length > 0) void this.#beginnings.begin(gained);
  }

  /** What is ready, within bounds. */
  take(): readonly FetchedRecords[] {
    const taken = this.#queue.take();
    if (taken.length > 0) this.#fetcher.wake();
    if (this.#counters.Type === "SOURCE") {
      for (const { count } of taken) this.#counters.EventReceivedCount += count;
      if (taken.length > 0) this.#counters.AppendBatchReceivedCount++;
    }
    return taken;
  }

  delivered(batches: readonly FetchedRecords[]): void {
    let count = 0;
    for (const records of batches) count += this.#queue.delivered(records);
    if (this.#counters.Type === "CHANNEL") {
      this.#counters.EventTakeSuccessCount += count;
      return;
    }
    this.#counters.EventAcceptedCount += count;
    this.#counters.AppendBatchAcceptedCount++;
  }

  /** A sink keeps these, and does not know when it can deliver them. */
  holdBack(batches: readonly FetchedRecords[]): void {
    for (const records of batches) this.#queue.holdBack(records);
  }

  /** The record can never be handed on. Returns false where the reading ends for it. */
  async setAside(records: FetchedRecords, i: number, reason: string): Promise<boolean> {
    const piece = this.#queue.pieceOf(records);
    const record = piece?.records?.recordOf(i);
    return record === undefined || this.#setAside(piece!.progress, { record, reason });
  }

  giveBack(batches: readonly FetchedRecords[]): void {
    for (const records of batches) {
      this.#queue.giveBack(records);
      // It will be taken, and counted, once more.
      if (this.#counters.Type === "SOURCE") this.#counters.EventReceivedCount -= records.count;
    }
    if (this.#counters.Type === "CHANNEL") this.#counters.RollbackCount++;
    else this.#counters.AppendBatchReceivedCount--;
  }

  stop(): void {
    this.#fetcher.stop();
    this.#queue.end();
    this.#beginnings.stop();
    this.#poison.stop();
  }

  #arrived(progress: PartitionProgress, fetched: FetchedPartition, from: number): void {
    const { topic, partition, aborted, records } = fetched;
    progress.fetchOffset = offsetAfter(records, from);
    const decoder = new SegmentDecoder({ topic, partition, bytes: records, from, aborted }, this.#settings);
    this.#queue.push(progress, decoder, records.length);
  }

  #outOfRange(progress: PartitionProgress): void {
    const { autoOffsetReset } = this.#settings;
    if (autoOffsetReset === "none") {
      const offset = progress.fetchOffset;
      this.#fail(`${progress.name} does not hold offset ${offset}, and auto.offset.reset is none`);
      return;
    }
    progress.missing = progress.fetchOffset;
    progress.fetchOffset = undefined;
    progress.reset = autoOffsetReset;
    this.#fetcher.wake();
  }

  #located(progress: PartitionProgress): void {
    const { missing, fetchOffset } = progress;
    if (missing !== undefined) {
      this.#counters.OffsetResetCount++;
      const end = this.#settings.autoOffsetReset === "earliest" ? "beginning" : "end";
      this.#component.log.warn(
        `${progress.name} does not hold offset ${missing} any more: goes on at its ${end}, ${fetchOffset}; ` +
          "what lay between was deleted, or is passed over (auto.offset.reset)",
        { topic: progress.topic, partition: progress.partition, offset: missing },
      );
      progress.missing = undefined;
    }
    // Committed at once: a restart before the first delivery must not begin at another end.
    this.#host.moved();
  }

  async #cleaned(progress: PartitionProgress, piece: DecodedPiece): Promise<DecodedPiece> {
    for (const { record, reason } of piece.poison) {
      const found = { record, reason: `no AvroFlumeEvent: ${reason}` };
      if (!(await this.#setAside(progress, found))) return upTo(piece, record.offset);
    }
    return { ...piece, poison: [] };
  }

  /** False where the reading ends for it. */
  async #setAside(progress: PartitionProgress, found: PoisonRecord): Promise<boolean> {
    const why = await this.#poison.setAside(progress, found);
    if (why === undefined) return true;
    const at = `${progress.name} at offset ${found.record.offset}`;
    this.#fail(`${at}: ${found.reason}. What came before it is delivered; ${why}`);
    return false;
  }

  #tellStalled(isStalled: boolean): void {
    const { log } = this.#component;
    const { prefetchBytes, deafAfter } = this.#settings;
    if (isStalled)
      log.warn(
        `nothing was delivered for ${deafAfter / 1000} s, and ${prefetchBytes} bytes of records wait for it: ` +
          "reads no more until some are delivered",
      );
    else log.info("records are delivered again: reads on");
  }

  #onDamaged(progress: PartitionProgress, error: DamagedBatchError): void {
    const before = this.#damaged.get(progress);
    const tries = before?.offset === error.offset ? before.tries + 1 : 1;
    this.#damaged.set(progress, { offset: error.offset, tries });
    this.#queue.dropUndecoded(progress);
    if (tries < DAMAGED_TRIES) {
      progress.fetchOffset = error.offset;
      this.#fetcher.wake();
      return;
    }
    const what = `${progress.name} at offset ${error.offset}: the batch cannot be read: ${error.message}`;
    if (this.#settings.poison !== "skip" || error.next === undefined) {
      this.#fail(`${what}. What came before it is delivered`);
      return;
    }
    this.#poison.count(error.next - error.offset);
    this.#component.log.error(`${what}; skipped, up to offset ${error.next}`);
    progress.goTo(error.next);
    this.#host.moved();
    this.#fetcher.wake();
  }

  #fail(reason: string): void {
    this.#fetcher.stop();
    this.#queue.end();
    this.#host.failed(new DataError(this.#component.name, this.#component.place, reason));
  }
}

/** The counters of Flume that a consumer has, and those that Flume has not. */
type ConsumerCounters = (SourceComponent["counters"] | ChannelComponent["counters"]) & {
  /** How often a partition did not hold the offset to read on from. */
  OffsetResetCount: number;
};

/** The part of a piece before an offset. */
function upTo(piece: DecodedPiece, offset: number): DecodedPiece {
  const { records } = piece;
  if (records !== undefined) {
    let count = 0;
    while (count < records.count && records.offsetOf(count) < offset) count++;
    records.count = count;
  }
  return { ...piece, next: offset, poison: [], records: records?.count === 0 ? undefined : records };
}

/** The offset after the last whole batch; undefined where not even the first one can be read: nothing follows then. */
function offsetAfter(bytes: Buffer, from: number): number | undefined {
  let next: number | undefined;
  try {
    let batch = readBatchHeader(bytes, 0);
    while (batch !== undefined) {
      next = Math.max(from, batch.nextOffset);
      batch = readBatchHeader(bytes, batch.end);
    }
  } catch {
    return undefined; // told when it is decoded
  }
  return next;
}
