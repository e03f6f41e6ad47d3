import type { FetchedRecords } from "./fetched-records.ts";
import type { PartitionProgress, Piece } from "./partition-progress.ts";
import { DamagedBatchError, type DecodedPiece, type SegmentDecoder } from "./record-decoder.ts";

/** Whom the queue asks, and tells. */
export interface RecordQueueHost {
  /** There are records to hand out, or fewer outstanding. */
  changed(): void;
  /** A partition's position has changed without a delivery. */
  moved(): void;
  /** Memory is taken, or with a negative number let go; bytes. */
  hold(bytes: number): void;
  /** Does away with the poison of a piece, and returns what is to be delivered of it. Rejects when the reading ends. */
  cleaned(progress: PartitionProgress, piece: DecodedPiece): Promise<DecodedPiece>;
  /** A batch cannot be read. */
  damaged(progress: PartitionProgress, error: DamagedBatchError): void;
}

/**
 * What was fetched, on its way to the sinks: batches are decoded a little ahead of them, handed out in the order of
 * each partition, and kept until they are delivered.
 */
export class RecordQueue {
  readonly #host: RecordQueueHost;
  readonly #takeBytes: number;
  readonly #partitions = new Set<PartitionProgress>();
  /** Handed out, neither delivered nor given back. */
  readonly #out = new Map<FetchedRecords, Piece>();
  /** Those of them that a sink keeps for later. */
  readonly #heldBack = new Map<FetchedRecords, Piece>();
  #readyBytes = 0;
  #turn = 0;
  #decoding = false;
  #ended = false;

  /** @param takeBytes bytes that are handed out at a time, beyond the first piece. */
  constructor(host: RecordQueueHost, takeBytes: number) {
    this.#host = host;
    this.#takeBytes = takeBytes;
  }

  get partitions(): ReadonlySet<PartitionProgress> {
    return this.#partitions;
  }

  /** Whether records are being delivered that could still be committed; those held back are not. */
  get isDelivering(): boolean {
    for (const { progress } of this.#out.values()) if (!progress.revoked) return true;
    return false;
  }

  /** Whether nothing waits to be handed out, nor will unless something is fetched. */
  get isIdle(): boolean {
    return this.#readyBytes === 0 && !this.#decoding;
  }

  add(progress: PartitionProgress): void {
    this.#partitions.add(progress);
  }

  /**
   * The partition is another member's: what waits is let go, and what is being delivered is not committed.
   *
   * @returns how many records are handed out and will be delivered twice.
   */
  remove(progress: PartitionProgress): number {
    progress.revoked = true;
    this.#partitions.delete(progress);
    this.clear(progress);
    let again = 0;
    for (const pieces of [this.#out, this.#heldBack]) {
      for (const [{ count }, piece] of pieces) if (piece.progress === progress) again += count;
    }
    return again;
  }

  /** Lets go of what is not decoded yet; what is keeps its place and is handed out. */
  dropUndecoded(progress: PartitionProgress): void {
    let bytes = 0;
    for (const segment of progress.segments) bytes += segment.bytes;
    progress.segments.length = 0;
    this.#wait(progress, -bytes);
  }

  /** Lets go of all that waits of a partition. */
  clear(progress: PartitionProgress): void {
    for (const { bytes } of progress.ready) this.#readyBytes -= bytes;
    this.#host.hold(-progress.waitingBytes);
    progress.ready.length = 0;
    progress.segments.length = 0;
    progress.waitingBytes = 0;
  }

  /** Nothing more is decoded; what is ready can still be taken. */
  end(): void {
    this.#ended = true;
  }

  /** Batches that follow those that came before. */
  push(progress: PartitionProgress, decoder: SegmentDecoder, bytes: number): void {
    progress.segments.push({ decoder, bytes });
    this.#wait(progress, bytes);
    // The next request goes out first: the broker works while this is decoded and delivered.
    setImmediate(() => void this.#decode());
  }

  /** All that is ready, within bounds; of another partition first each time. */
  take(): FetchedRecords[] {
    const taken: FetchedRecords[] = [];
    if (this.#readyBytes === 0) return taken;
    const partitions = [...this.#partitions];
    let bytes = 0;
    const first = this.#turn++;
    for (let index = 0; index < partitions.length && bytes < this.#takeBytes; index++) {
      const progress = partitions[(first + index) % partitions.length]!;
      let count = 0;
      for (; count < progress.ready.length && bytes < this.#takeBytes; count++) {
        const piece = progress.ready[count]!;
        bytes += piece.bytes;
        progress.waitingBytes -= piece.bytes;
        this.#out.set(piece.records!, piece);
        taken.push(piece.records!);
      }
      progress.ready.splice(0, count);
    }
    this.#readyBytes -= bytes;
    void this.#decode();
    return taken;
  }

  /** What records that are handed out belong to. */
  pieceOf(records: FetchedRecords): Piece | undefined {
    return this.#out.get(records) ?? this.#heldBack.get(records);
  }

  /** A sink keeps the records, and delivers them when it can. It has bounds of its own for what it keeps. */
  holdBack(records: FetchedRecords): void {
    const piece = this.#out.get(records);
    if (piece === undefined) return;
    this.#out.delete(records);
    this.#heldBack.set(records, piece);
    this.#host.hold(-piece.bytes);
  }

  /** Returns how many of the records are delivered now that were not. */
  delivered(records: FetchedRecords): number {
    const piece = this.pieceOf(records);
    if (piece === undefined) return 0;
    this.#heldBack.delete(records);
    if (this.#out.delete(records)) this.#host.hold(-piece.bytes);
    if (!piece.progress.revoked) piece.progress.delivered(piece);
    return records.count;
  }

  giveBack(records: FetchedRecords): void {
    const piece = this.#out.get(records);
    if (piece === undefined) return;
    this.#out.delete(records);
    if (piece.progress.revoked) {
      this.#host.hold(-piece.bytes);
      return;
    }
    piece.progress.giveBack(piece);
    piece.progress.waitingBytes += piece.bytes;
    this.#readyBytes += piece.bytes;
  }

  /** Decodes until enough is ready. One at a time, so that order is kept and memory bounded. */
  async #decode(): Promise<void> {
    if (this.#decoding) return;
    this.#decoding = true;
    for (let next = this.#nextToDecode(); next !== undefined; next = this.#nextToDecode()) {
      await this.#decodePiece(next);
    }
    this.#decoding = false;
    this.#host.changed();
  }

  #nextToDecode(): PartitionProgress | undefined {
    if (this.#ended || this.#readyBytes >= 2 * this.#takeBytes) return undefined;
    let best: PartitionProgress | undefined;
    for (const progress of this.#partitions) {
      if (progress.segments.length === 0) continue;
      if (progress.ready.length === 0) return progress;
      if (best === undefined || progress.ready.length < best.ready.length) best = progress;
    }
    return best;
  }

  async #decodePiece(progress: PartitionProgress): Promise<void> {
    const segment = progress.segments[0]!;
    const isCurrent = () => progress.segments[0] === segment;
    let decoded: DecodedPiece | undefined;
    try {
      decoded = await segment.decoder.next();
    } catch (error) {
      if (!(error instanceof DamagedBatchError)) throw error;
      if (isCurrent()) this.#host.damaged(progress, error);
      return;
    }
    if (!isCurrent()) return;
    if (decoded === undefined) {
      progress.segments.shift();
      this.#wait(progress, -segment.bytes);
      return;
    }
    if (decoded.poison.length > 0) {
      try {
        decoded = await this.#host.cleaned(progress, decoded);
      } catch (error) {
        if (this.#ended) return; // the program stops: the next one meets the same poison
        throw error;
      }
      if (!isCurrent()) return;
    }
    const { position } = progress;
    const piece = progress.add(decoded);
    if (piece === undefined) {
      if (progress.position !== position) this.#host.moved();
      return;
    }
    const wasEmpty = this.#readyBytes === 0;
    this.#readyBytes += piece.bytes;
    this.#wait(progress, piece.bytes);
    if (wasEmpty) this.#host.changed();
  }

  #wait(progress: PartitionProgress, bytes: number): void {
    progress.waitingBytes += bytes;
    this.#host.hold(bytes);
  }
}
