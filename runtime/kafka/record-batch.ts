import { crc32c } from "./crc32c.ts";

/** One header of a Kafka record; text is written as UTF-8. */
export interface KafkaRecordHeader {
  readonly name: string;
  readonly value: string | Buffer | null;
}

/** A record with all that Kafka can carry, for the sinks that set more than a value. */
export interface KafkaRecord {
  /** `null` is a record without a key. */
  readonly key: Buffer | null;
  /** `null` is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: readonly KafkaRecordHeader[];
  /** ms since the epoch. */
  readonly timestamp: number;
}

// Where the fields of a record batch (format 2, "magic" 2) lie; all integers are big-endian.
const BASE_OFFSET = 0; // int64, the broker's
const BATCH_LENGTH = 8; // int32, of all that follows it
const PARTITION_LEADER_EPOCH = 12; // int32, not known to a producer
const MAGIC = 16; // int8
const CRC = 17; // uint32, CRC32C of all that follows it
const ATTRIBUTES = 21; // int16, the compression in the lowest three bits
const LAST_OFFSET_DELTA = 23; // int32
const BASE_TIMESTAMP = 27; // int64
const MAX_TIMESTAMP = 35; // int64
const PRODUCER_ID = 43; // int64
const PRODUCER_EPOCH = 51; // int16
const BASE_SEQUENCE = 53; // int32
const RECORD_COUNT = 57; // int32

/** Bytes of a record batch before its first record. */
export const RECORD_BATCH_HEADER_BYTES = 61;

/** The most bytes a record with neither key nor headers adds to its value: varints and attributes. */
export const RECORD_OVERHEAD_BYTES = 27;

/**
 * A Kafka record batch (format 2) under construction, in one buffer that is used again for the next batch.
 * Records are encoded as they come in; what is left for the end is lengths, counts and the checksum.
 */
export class RecordBatch {
  /** How many records it holds. */
  recordCount = 0;
  /** The bytes of their values. */
  valueBytes = 0;
  /** Channel slots that its events cost, in whatever unit the channel counts; the channel's own note. */
  cost = 0;
  /** The most bytes that the encoded batch may have. */
  readonly maxBytes: number;
  #bytes: Buffer;
  #end = RECORD_BATCH_HEADER_BYTES;
  #baseTimestamp = 0;
  #maxTimestamp = 0;

  /**
   * @param maxBytes the most bytes that the encoded batch may have.
   * @param initialBytes memory to begin with; it doubles as records come. Default all at once.
   */
  constructor(maxBytes: number, initialBytes = maxBytes) {
    this.maxBytes = maxBytes;
    // Not from Node's shared slab: a slice handed to a socket must not keep other memory alive.
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(maxBytes, initialBytes));
  }

  /** ms since the epoch: the first record's timestamp, which the others' count from. */
  get baseTimestamp(): number {
    return this.#baseTimestamp;
  }

  /** Bytes so far, uncompressed. */
  get byteLength(): number {
    return this.#end;
  }

  /**
   * Adds a record whose value is `chunk[start, end)`, with neither key nor headers. The value is copied.
   *
   * @param timestamp ms since the epoch.
   * @returns false when the record does not fit any more; nothing has changed then.
   */
  append(chunk: Buffer, start: number, end: number, timestamp: number): boolean {
    const length = end - start;
    if (!this.#fits(length + RECORD_OVERHEAD_BYTES)) return false;
    let at = this.#beginRecord(length, timestamp);
    const bytes = this.#bytes;
    if (length > 0) chunk.copy(bytes, at, start, end);
    at += length;
    bytes[at++] = 0;
    this.#end = at;
    return true;
  }

  /**
   * As `append`, but the value is an `AvroFlumeEvent` without headers that has `chunk[start, end)` for its body: an
   * empty map, then the body with its length before it.
   */
  appendFlumeEvent(chunk: Buffer, start: number, end: number, timestamp: number): boolean {
    const length = end - start;
    const valueLength = 1 + varintSize(length) + length;
    if (!this.#fits(valueLength + RECORD_OVERHEAD_BYTES)) return false;
    let at = this.#beginRecord(valueLength, timestamp);
    const bytes = this.#bytes;
    bytes[at++] = 0;
    at = writeVarint(bytes, at, length);
    if (length > 0) chunk.copy(bytes, at, start, end);
    at += length;
    bytes[at++] = 0;
    this.#end = at;
    return true;
  }

  /**
   * Adds a record with key, headers and a timestamp of its own.
   *
   * @returns false when the record does not fit any more; nothing has changed then.
   */
  appendRecord(record: KafkaRecord): boolean {
    const { key, value, headers, timestamp } = record;
    const index = this.recordCount;
    const sinceBase = index === 0 ? 0 : timestamp - this.#baseTimestamp;
    let recordLength = 1 + varlongSize(sinceBase) + varintSize(index);
    recordLength += sizeWithLength(key) + sizeWithLength(value) + varintSize(headers.length);
    for (const header of headers) {
      recordLength += sizeWithLength(header.name) + sizeWithLength(header.value);
    }
    if (!this.#fits(varintSize(recordLength) + recordLength)) return false;

    if (index === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp;
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    const bytes = this.#bytes;
    let at = writeVarint(bytes, this.#end, recordLength);
    bytes[at++] = 0;
    at = writeVarlong(bytes, at, sinceBase);
    at = writeVarint(bytes, at, index);
    at = writeWithLength(bytes, at, key);
    at = writeWithLength(bytes, at, value);
    at = writeVarint(bytes, at, headers.length);
    for (const header of headers) {
      at = writeWithLength(bytes, at, header.name);
      at = writeWithLength(bytes, at, header.value);
    }

    this.#end = at;
    this.recordCount = index + 1;
    this.valueBytes += value?.length ?? 0;
    return true;
  }

  /** The records alone, still uncompressed: what a compression codec gets. Valid until the next `clear`. */
  get records(): Buffer {
    return this.#bytes.subarray(RECORD_BATCH_HEADER_BYTES, this.#end);
  }

  /** The finished, uncompressed batch. The bytes are the batch's own: valid until the next `clear`. */
  seal(): Buffer {
    const batch = this.#bytes.subarray(0, this.#end);
    this.#writeHeader(batch, 0);
    return batch;
  }

  /**
   * The finished batch with its records compressed.
   *
   * @param codec Kafka's number of the codec: 1 gzip, 2 snappy, 3 lz4, 4 zstd.
   * @param records what the codec made of `records`.
   */
  sealCompressed(codec: number, records: Buffer): Buffer {
    const batch = Buffer.allocUnsafeSlow(RECORD_BATCH_HEADER_BYTES + records.length);
    records.copy(batch, RECORD_BATCH_HEADER_BYTES);
    this.#writeHeader(batch, codec);
    return batch;
  }

  /** Empties the batch for its next use. Only when nobody reads its bytes any more. */
  clear(): void {
    this.recordCount = 0;
    this.valueBytes = 0;
    this.cost = 0;
    this.#end = RECORD_BATCH_HEADER_BYTES;
  }

  /** Whether there is room for so many bytes more. */
  #fits(more: number): boolean {
    const needed = this.#end + more;
    return needed <= this.#bytes.length || this.#grow(needed);
  }

  #grow(needed: number): boolean {
    if (needed > this.maxBytes) return false;
    const bytes = Buffer.allocUnsafeSlow(Math.min(this.maxBytes, Math.max(needed, 2 * this.#bytes.length)));
    this.#bytes.copy(bytes, 0, 0, this.#end);
    this.#bytes = bytes;
    return true;
  }

  /**
   * Writes what stands before the value of a record without key and headers: attributes, timestamp delta, offset
   * delta, key length -1, value length. Returns the place after it; after the value comes a 0 for no headers.
   */
  #beginRecord(valueLength: number, timestamp: number): number {
    const index = this.recordCount;
    if (index === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp;
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    const sinceBase = timestamp - this.#baseTimestamp;
    const bytes = this.#bytes;
    const recordLength =
      1 + varlongSize(sinceBase) + varintSize(index) + 1 + varintSize(valueLength) + valueLength + 1;
    let at = writeVarint(bytes, this.#end, recordLength);
    bytes[at++] = 0;
    at = sinceBase === 0 ? writeZero(bytes, at) : writeVarlong(bytes, at, sinceBase);
    at = writeVarint(bytes, at, index);
    bytes[at++] = 1; // -1 in zigzag
    at = writeVarint(bytes, at, valueLength);
    this.recordCount = index + 1;
    this.valueBytes += valueLength;
    return at;
  }

  #writeHeader(batch: Buffer, codec: number): void {
    batch.fill(0, BASE_OFFSET, BATCH_LENGTH);
    batch.writeInt32BE(batch.length - PARTITION_LEADER_EPOCH, BATCH_LENGTH);
    batch.writeInt32BE(-1, PARTITION_LEADER_EPOCH);
    batch[MAGIC] = 2;
    batch.writeInt16BE(codec, ATTRIBUTES);
    batch.writeInt32BE(this.recordCount - 1, LAST_OFFSET_DELTA);
    batch.writeBigInt64BE(BigInt(this.#baseTimestamp), BASE_TIMESTAMP);
    batch.writeBigInt64BE(BigInt(this.#maxTimestamp), MAX_TIMESTAMP);
    // Neither idempotent nor transactional: no producer id, epoch and sequence.
    batch.fill(0xff, PRODUCER_ID, PRODUCER_EPOCH + 2);
    batch.writeInt32BE(-1, BASE_SEQUENCE);
    batch.writeInt32BE(this.recordCount, RECORD_COUNT);
    batch.writeUInt32BE(crc32c(batch, ATTRIBUTES, batch.length), CRC);
  }
}

/** Bytes of a signed integer below 2^30 in Kafka's zigzag varint; never negative here. */
function varintSize(value: number): number {
  return value < 0x40 ? 1 : value < 0x2000 ? 2 : value < 0x10_0000 ? 3 : value < 0x800_0000 ? 4 : 5;
}

/** Writes a non-negative integer as a zigzag varint; returns the place after it. */
function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = value * 2;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

function writeZero(bytes: Buffer, at: number): number {
  bytes[at] = 0;
  return at + 1;
}

/** Zigzag of a 64-bit difference between two times; exact, as both are integers below 2^53. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varlongSize(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}

function writeVarlong(bytes: Buffer, at: number, value: number): number {
  let rest = zigzag(value);
  while (rest > 0x7f) {
    bytes[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

/** Bytes of a field with its length before it; `null` is the length -1. */
function sizeWithLength(field: string | Buffer | null): number {
  if (field === null) return 1;
  const length = typeof field === "string" ? Buffer.byteLength(field) : field.length;
  return varintSize(length) + length;
}

function writeWithLength(bytes: Buffer, at: number, field: string | Buffer | null): number {
  if (field === null) {
    bytes[at] = 1; // -1 in zigzag
    return at + 1;
  }
  if (typeof field !== "string") {
    const start = writeVarint(bytes, at, field.length);
    field.copy(bytes, start);
    return start + field.length;
  }
  const start = writeVarint(bytes, at, Buffer.byteLength(field));
  return start + bytes.write(field, start, "utf8");
}
