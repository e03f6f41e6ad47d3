import { type BatchHeader, isAbortMarker, readBatchHeader } from "./batch-header.ts";
import { crc32c } from "./crc32c.ts";
import { decompressRecords } from "./decompression.ts";
import type { AbortedTransaction } from "./fetch-request.ts";
import { locateFlumeBody } from "./flume-event-decoder.ts";
import { RecordSlices, readWholeRecord, type WholeRecord } from "./record-slices.ts";
import { VarintReader } from "./varint.ts";

/** What a reader wants of the batches. */
export interface DecoderOptions {
  readonly valueFormat: "body" | "flumeEvent";
  readonly checkCrcs: boolean;
  readonly maxInflatedBytes: number;
}

/** Batches of one partition as a broker sent them. */
export interface FetchedSegment {
  readonly topic: string;
  readonly partition: number;
  /** The last batch may be cut off. */
  readonly bytes: Buffer;
  /** The first offset that was asked for: a batch may begin before it. */
  readonly from: number;
  /** For readers of committed transactions. */
  readonly aborted: readonly AbortedTransaction[];
}

/** A record that is no AvroFlumeEvent where one was asked for. */
export interface PoisonRecord {
  readonly record: WholeRecord;
  readonly reason: string;
}

/** Some batches, decoded. */
export interface DecodedPiece {
  /** The offset after the piece: all before it is here, or is nothing for a reader. */
  readonly next: number;
  /** Bytes of memory that it keeps, about. */
  readonly bytes: number;
  /** undefined where the batches hold no record for a reader. */
  readonly records: RecordSlices | undefined;
  /** In the order of their offsets; not among `records`. */
  readonly poison: readonly PoisonRecord[];
}

/** Lengths, attributes, deltas, and the number of headers, a byte each. */
const LEAST_RECORD_BYTES = 7;

/** A batch that cannot be read; the next one may be. */
export class DamagedBatchError extends Error {
  override readonly name = "DamagedBatchError";
  readonly offset: number;
  /** The offset after the batch; undefined where not even that is known. */
  readonly next: number | undefined;

  constructor(offset: number, next: number | undefined, reason: string) {
    super(reason);
    this.offset = offset;
    this.next = next;
  }
}

/**
 * Decodes the batches of a segment, piece by piece: all batches up to the next compressed one are one piece, as slices
 * of the broker's answer, and each compressed batch is one.
 */
export class SegmentDecoder {
  readonly #segment: FetchedSegment;
  readonly #options: DecoderOptions;
  /** Aborted transactions that have not begun yet. */
  #toCome: AbortedTransaction[];
  /** Producers in the middle of a transaction that will be given up. */
  #givenUp = new Set<number>();
  #at = 0;
  #next: number;
  /** After a damaged batch was found among several. */
  #oneByOne = false;

  constructor(segment: FetchedSegment, options: DecoderOptions) {
    this.#segment = segment;
    this.#options = options;
    this.#toCome = [...segment.aborted].sort((a, b) => a.firstOffset - b.firstOffset);
    this.#next = segment.from;
  }

  /**
   * The next piece; undefined at the end.
   *
   * @throws DamagedBatchError
   */
  async next(): Promise<DecodedPiece | undefined> {
    const begin = this.#at;
    const before = { next: this.#next, toCome: [...this.#toCome], givenUp: [...this.#givenUp] };
    const plain: BatchHeader[] = [];
    let count = 0;
    for (let batch = this.#header(); batch !== undefined; batch = this.#header()) {
      try {
        this.#check(batch);
      } catch (error) {
        if (this.#at === begin) throw error;
        break; // what came before it is a piece of its own
      }
      if (this.#isForReaders(batch)) {
        if (batch.codec !== 0) {
          if (this.#at > begin) break;
          this.#pass(batch);
          return this.#inflate(batch);
        }
        plain.push(batch);
        count += batch.recordCount;
      }
      this.#pass(batch);
      if (this.#oneByOne) break;
    }
    if (this.#at === begin) return undefined;
    try {
      return this.#decode(plain, this.#segment.bytes, count, this.#at - begin);
    } catch (error) {
      if (plain.length < 2) throw error;
      // Again, so that the batches before the damaged one are not lost with it.
      this.#oneByOne = true;
      this.#at = begin;
      this.#next = before.next;
      this.#toCome = before.toCome;
      this.#givenUp = new Set(before.givenUp);
      return this.next();
    }
  }

  /** The batch at the current place. */
  #header(): BatchHeader | undefined {
    try {
      return readBatchHeader(this.#segment.bytes, this.#at);
    } catch (error) {
      throw new DamagedBatchError(this.#next, undefined, messageOf(error));
    }
  }

  #pass(batch: BatchHeader): void {
    this.#at = batch.end;
    this.#next = Math.max(this.#next, batch.nextOffset);
    if (batch.control && isAbortMarker(this.#segment.bytes, batch)) this.#givenUp.delete(batch.producerId);
  }

  /** Neither a transaction's end, nor part of one that was given up, nor before what was asked for. */
  #isForReaders(batch: BatchHeader): boolean {
    const isEmpty = batch.control || batch.nextOffset <= this.#segment.from || batch.recordCount === 0;
    if (!batch.transactional) return !isEmpty;
    // Those before what was asked for and those that end a transaction, too: its producer may go on with another one.
    while (this.#toCome.length > 0 && this.#toCome[0]!.firstOffset < batch.nextOffset) {
      this.#givenUp.add(this.#toCome.shift()!.producerId);
    }
    return !isEmpty && !this.#givenUp.has(batch.producerId);
  }

  /** @throws DamagedBatchError. All batches are looked at: a damaged one may seem to be none for readers. */
  #check(batch: BatchHeader): void {
    if (this.#options.checkCrcs && crc32c(this.#segment.bytes, batch.checkedFrom, batch.end) !== batch.crc) {
      throw this.#damaged(batch, "its checksum is wrong");
    }
    if (batch.recordCount < 0) throw this.#damaged(batch, "it says that it has less than no records");
    if (batch.codec === 0 && batch.recordCount * LEAST_RECORD_BYTES > batch.end - batch.start) {
      throw this.#damaged(batch, "it says that it has more records than bytes");
    }
  }

  async #inflate(batch: BatchHeader): Promise<DecodedPiece> {
    const compressed = this.#segment.bytes.subarray(batch.start, batch.end);
    let bytes: Buffer;
    try {
      bytes = await decompressRecords(batch.codec, compressed, this.#options.maxInflatedBytes);
      if (batch.recordCount * LEAST_RECORD_BYTES > bytes.length)
        throw new Error("it says that it has more records than bytes");
    } catch (error) {
      throw this.#damaged(batch, messageOf(error));
    }
    const inside = { ...batch, start: 0, end: bytes.length };
    return this.#decode([inside], bytes, batch.recordCount, bytes.length);
  }

  #decode(batches: readonly BatchHeader[], bytes: Buffer, most: number, size: number): DecodedPiece {
    const { topic, partition, from } = this.#segment;
    const { valueFormat } = this.#options;
    const records = new RecordSlices(topic, partition, bytes, most, valueFormat === "flumeEvent");
    const poison: PoisonRecord[] = [];
    for (const batch of batches) {
      try {
        sliceBatch(bytes, batch, from, records, valueFormat === "flumeEvent" ? poison : undefined);
      } catch (error) {
        throw this.#damaged(batch, messageOf(error));
      }
    }
    return {
      next: this.#next,
      bytes: size + 12 * most,
      records: records.count === 0 ? undefined : records,
      poison,
    };
  }

  #damaged({ baseOffset, nextOffset }: BatchHeader, reason: string): DamagedBatchError {
    return new DamagedBatchError(Math.max(baseOffset, this.#segment.from), nextOffset, reason);
  }
}

/** @param poison where records go that are no AvroFlumeEvent; undefined where bodies are plain. */
function sliceBatch(
  bytes: Buffer,
  batch: BatchHeader,
  from: number,
  into: RecordSlices,
  poison: PoisonRecord[] | undefined,
): void {
  const { baseOffset, recordCount, end } = batch;
  into.batches.push({
    first: into.count,
    baseOffset,
    baseTimestamp: batch.baseTimestamp,
    appendTimestamp: batch.appendTimestamp,
  });
  const { starts, ends, positions } = into;
  const reader = new VarintReader(bytes);
  reader.at = batch.start;
  let count = into.count;
  for (let left = recordCount; left > 0; left--) {
    const position = reader.at;
    const length = reader.next();
    const recordEnd = reader.at + length;
    if (length < 6 || recordEnd > end) throw new RangeError("a record in it goes beyond its end");
    reader.at++; // attributes
    reader.next(); // time since the batch's
    const offset = baseOffset + reader.next();
    const keyLength = reader.next();
    if (keyLength > 0) reader.at += keyLength;
    const valueLength = reader.next();
    const start = reader.at;
    let bodyStart = start;
    let bodyEnd = valueLength > 0 ? start + valueLength : start;
    if (bodyEnd >= recordEnd) throw new RangeError("a value in it goes beyond its end");
    reader.at = recordEnd;
    if (offset < from) continue;
    if (poison !== undefined) {
      try {
        if (valueLength < 0) throw new RangeError("it has no value (a tombstone)");
        reader.at = start;
        const bodyLength = locateFlumeBody(reader, bodyEnd);
        bodyStart = reader.at;
        bodyEnd = bodyStart + bodyLength;
      } catch (error) {
        poison.push({ record: readWholeRecord(bytes, position, batch), reason: messageOf(error) });
        continue;
      } finally {
        reader.at = recordEnd;
      }
    }
    starts[count] = bodyStart;
    ends[count] = bodyEnd;
    positions[count] = position;
    count++;
  }
  into.count = count;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
