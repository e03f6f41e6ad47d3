import type { FetchedRecords } from "./fetched-records.ts";
import { flumeHeaders } from "./flume-event-decoder.ts";
import { VarintReader } from "./varint.ts";

/** The batches that records of one `RecordSlices` come from. */
export interface SlicedBatch {
  /** Which of the records is its first one. */
  readonly first: number;
  readonly baseOffset: number;
  readonly baseTimestamp: number;
  readonly appendTimestamp: number | undefined;
}

/** A record with all its parts, as slices. */
export interface WholeRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly name: string; readonly value: Buffer | null }[];
}

/** Records where they lie: three numbers each. What else is asked of one is read from its bytes again. */
export class RecordSlices implements FetchedRecords {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
  count = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Where each record begins. */
  readonly positions: Int32Array;
  readonly batches: SlicedBatch[] = [];
  readonly #flumeEvents: boolean;

  /** @param most how many records it will have at most. */
  constructor(topic: string, partition: number, bytes: Buffer, most: number, flumeEvents: boolean) {
    this.topic = topic;
    this.partition = partition;
    this.bytes = bytes;
    this.#flumeEvents = flumeEvents;
    const numbers = new Int32Array(3 * most);
    this.starts = numbers.subarray(0, most);
    this.ends = numbers.subarray(most, 2 * most);
    this.positions = numbers.subarray(2 * most);
  }

  offsetOf(i: number): number {
    const reader = this.#recordAt(i);
    reader.next(); // the time since the batch's
    return this.#batchOf(i).baseOffset + reader.next();
  }

  timestampOf(i: number): number {
    const { baseTimestamp, appendTimestamp } = this.#batchOf(i);
    return appendTimestamp ?? baseTimestamp + this.#recordAt(i).next();
  }

  keyOf(i: number): string | undefined {
    return this.recordOf(i).key?.toString("utf8");
  }

  recordHeaderOf(i: number, name: string): string | undefined {
    return this.recordOf(i)
      .headers.findLast((header) => header.name === name)
      ?.value?.toString("utf8");
  }

  flumeHeadersOf(i: number): Map<string, string> {
    if (!this.#flumeEvents) return new Map();
    const { value } = this.recordOf(i);
    return value === null ? new Map() : flumeHeaders(value, 0, value.length);
  }

  /** The record itself, whose bytes were found to be whole. */
  recordOf(i: number): WholeRecord {
    return readWholeRecord(this.bytes, this.positions[i]!, this.#batchOf(i));
  }

  /** Behind the record's length and attributes. */
  #recordAt(i: number): VarintReader {
    const reader = new VarintReader(this.bytes);
    reader.at = this.positions[i]!;
    reader.next();
    reader.at++;
    return reader;
  }

  #batchOf(i: number): SlicedBatch {
    const { batches } = this;
    let low = 0;
    for (let high = batches.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (batches[middle]!.first <= i) low = middle;
      else high = middle;
    }
    return batches[low]!;
  }
}

/** Reads the record that begins at `at`. */
export function readWholeRecord(
  bytes: Buffer,
  at: number,
  { baseOffset, baseTimestamp, appendTimestamp }: Omit<SlicedBatch, "first">,
): WholeRecord {
  const reader = new VarintReader(bytes);
  reader.at = at;
  reader.next();
  reader.at++;
  const timestamp = baseTimestamp + reader.next();
  const offset = baseOffset + reader.next();
  const key = readSlice(reader);
  const value = readSlice(reader);
  const headers: { name: string; value: Buffer | null }[] = [];
  for (let left = reader.next(); left > 0; left--) {
    headers.push({ name: readSlice(reader)?.toString("utf8") ?? "", value: readSlice(reader) });
  }
  return { offset, timestamp: appendTimestamp ?? timestamp, key, value, headers };
}

/** `null` for a negative length. */
function readSlice(reader: VarintReader): Buffer | null {
  const length = reader.next();
  if (length < 0) return null;
  const start = reader.at;
  reader.at += length;
  return reader.bytes.subarray(start, reader.at);
}
