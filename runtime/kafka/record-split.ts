import { type KafkaRecord, type KafkaRecordHeader, RecordBatch } from "./record-batch.ts";

/**
 * The records of a batch as two batches, in order; for a topic that refuses the whole as too large. The batch is
 * not changed.
 *
 * @param batch with at least two records.
 */
export function halves(batch: RecordBatch): [RecordBatch, RecordBatch] {
  const first = new RecordBatch(batch.maxBytes);
  const second = new RecordBatch(batch.maxBytes);
  const firstCount = Math.ceil(batch.recordCount / 2);
  const reader = new RecordReader(batch.records);
  for (let index = 0; index < batch.recordCount; index++) {
    const half = index < firstCount ? first : second;
    const { key, value, headers, sinceBase } = reader.next();
    half.appendRecord({ key, value, headers, timestamp: batch.baseTimestamp + sinceBase });
  }
  return [first, second];
}

/** The first record of a batch. */
export function firstRecordOf(batch: RecordBatch): KafkaRecord {
  const { key, value, headers, sinceBase } = new RecordReader(batch.records).next();
  return { key, value, headers, timestamp: batch.baseTimestamp + sinceBase };
}

/** Reads the records that `RecordBatch` has written. */
class RecordReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): { key: Buffer | null; value: Buffer; headers: KafkaRecordHeader[]; sinceBase: number } {
    this.#varint(); // the record's length
    this.#at++; // its attributes, of which there are none
    const sinceBase = this.#varint();
    this.#varint(); // the offset delta
    const keyLength = this.#varint();
    const key = keyLength < 0 ? null : this.#slice(keyLength);
    const value = this.#slice(this.#varint());
    const headers: KafkaRecordHeader[] = [];
    for (let count = this.#varint(); count > 0; count--) {
      const name = this.#slice(this.#varint()).toString();
      headers.push({ name, value: this.#slice(this.#varint()).toString() });
    }
    return { key, value, headers, sinceBase };
  }

  #slice(length: number): Buffer {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #varint(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }
}
