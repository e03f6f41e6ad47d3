/**
 * Consecutive records of one partition, as slices of one buffer: a response of the broker, or a batch that was
 * compressed. No object an event; what is asked of a single record is read from its bytes at that moment.
 */
export interface FetchedRecords {
  readonly topic: string;
  readonly partition: number;
  /** How many records; at least one. */
  readonly count: number;
  /** What the slices are slices of. Never written to. */
  readonly bytes: Buffer;
  /** Body i is `bytes[starts[i], ends[i])`. May be longer than `count`. With Avro asked for, the body inside it. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  offsetOf(i: number): number;
  /** ms since the epoch: when the record was made, or appended where the topic says so. -1 where there is none. */
  timestampOf(i: number): number;
  /** As UTF-8; undefined without a key. */
  keyOf(i: number): string | undefined;
  /** The value of the last Kafka record header of that name, as UTF-8. */
  recordHeaderOf(i: number, name: string): string | undefined;
  /** The headers of an AvroFlumeEvent, in the order in which they are written; empty for plain bodies. */
  flumeHeadersOf(i: number): Map<string, string>;
}
