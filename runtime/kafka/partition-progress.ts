import type { DecodedPiece, SegmentDecoder } from "./record-decoder.ts";
import type { RecordSlices } from "./record-slices.ts";

/** Decoded records on their way to a sink, or a stretch of offsets without any. */
export interface Piece {
  readonly progress: PartitionProgress;
  /** The offset after it. */
  readonly next: number;
  /** Bytes of memory that it keeps. */
  readonly bytes: number;
  readonly records: RecordSlices | undefined;
  delivered: boolean;
}

/**
 * How far the reading of one partition has come, from when the group gives it to this member until it is taken away:
 * what to fetch next, what waits, what is delivered, and what is committed.
 */
export class PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  /** The node that leads the partition; undefined: to be found out. */
  leader: number | undefined;
  /** The cluster's metadata may still have an old leader. */
  stale = false;
  /** A nearer node to read from. */
  preferredReplica: number | undefined;
  /** What to fetch next; undefined: to be found out. */
  fetchOffset: number | undefined;
  /** Where the partition's own beginning or end has to be looked up. */
  reset: "earliest" | "latest" | undefined;
  /** An offset that the partition does not hold, from which reading went to its beginning or end. */
  missing: number | undefined;
  /** The last committed offset that the coordinator has confirmed. */
  committed: number | undefined;
  /** All before it is delivered. */
  position: number | undefined;
  /** The group has given the partition to another member, or may have. */
  revoked = false;
  /** Fetched and not decoded yet, in order. */
  readonly segments: { readonly decoder: SegmentDecoder; readonly bytes: number }[] = [];
  /** Decoded and not handed out, in order. */
  readonly ready: Piece[] = [];
  /** Bytes that wait here, fetched or decoded. */
  waitingBytes = 0;
  /** Not delivered yet, or behind something that is not; in order. */
  #open: Piece[] = [];

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** `calls-3`, as Kafka's own tools write it. */
  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  /** Reading begins, or goes on elsewhere, at this offset. */
  goTo(offset: number): void {
    this.fetchOffset = offset;
    this.reset = undefined;
    this.#open.push({ progress: this, next: offset, bytes: 0, records: undefined, delivered: true });
    this.#advance();
  }

  /** Takes what was decoded. Returns it where there are records to deliver. */
  add(decoded: DecodedPiece): Piece | undefined {
    const { records, next, bytes } = decoded;
    const piece: Piece = { progress: this, next, bytes, records, delivered: records === undefined };
    this.#open.push(piece);
    if (records === undefined) {
      this.#advance();
      return undefined;
    }
    this.ready.push(piece);
    return piece;
  }

  /** The piece is delivered: the position moves as far as nothing is missing. */
  delivered(piece: Piece): void {
    piece.delivered = true;
    this.#advance();
  }

  /** The piece was handed out and came back: it waits again, at its place. */
  giveBack(piece: Piece): void {
    const { ready } = this;
    let at = 0;
    while (at < ready.length && ready[at]!.next < piece.next) at++;
    ready.splice(at, 0, piece);
  }

  #advance(): void {
    let done = 0;
    while (done < this.#open.length && this.#open[done]!.delivered) done++;
    if (done === 0) return;
    this.position = this.#open[done - 1]!.next;
    this.#open.splice(0, done);
  }
}
