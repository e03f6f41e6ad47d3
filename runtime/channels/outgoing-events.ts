import type { Event } from "../events/event.ts";
import { avroFlumeEvent } from "../kafka/avro-event.ts";
import { javaUtf8, partitionOfKey } from "../kafka/murmur2.ts";
import type { RecordLimit } from "./record-limit.ts";

/** An event as it goes to Kafka. */
export interface Outgoing {
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** `value` is a body that becomes an `AvroFlumeEvent` without headers. */
  readonly isBodyOnly: boolean;
  /** undefined: any. */
  readonly partition: number | undefined;
}

/** How events become records: Flume's properties of a Kafka channel. */
export interface OutgoingOptions {
  /** Values are Avro with the headers in them, not the bare body. */
  readonly parseAsFlumeEvent: boolean;
  /** Name of the header that holds a partition's number [partitionIdHeader]. */
  readonly partitionIdHeader?: string;
  /** The partition where no header says otherwise [defaultPartitionId]; absent: by key. */
  readonly defaultPartitionId?: number;
}

/** The header that holds an event's key. */
const CHANNEL_KEY_HEADER = "key";
const NO_PARTITION = "Non integer partition id specified";
/** What an `AvroFlumeEvent` without headers, or a key's length, has beside its bytes, at most. */
export const MOST_AVRO_BYTES = 6;
/** The only refusal that passes. */
export const PARTITIONS_UNKNOWN = "the topic's partitions are not known yet";

/** Makes records of a Kafka channel's events, and says why one can be none. */
export class OutgoingEvents {
  readonly #options: OutgoingOptions;
  readonly #limit: RecordLimit;
  /** How many partitions the topic has; undefined until Kafka was asked. Keys cannot be placed before. */
  partitions: number | undefined;
  /** Why the last event can be no record now, or ever; undefined where it can. */
  refusal: string | undefined;

  constructor(options: OutgoingOptions, limit: RecordLimit) {
    this.#options = options;
    this.#limit = limit;
  }

  /** What the event becomes; undefined, with the reason in `refusal`, when it cannot be put now or ever. */
  of({ headers, body }: Event): Outgoing | undefined {
    const { parseAsFlumeEvent, partitionIdHeader, defaultPartitionId } = this.#options;
    if (headers.size === 0) {
      const bytes = body.length + (parseAsFlumeEvent ? MOST_AVRO_BYTES : 0);
      if (!this.admits(bytes, defaultPartitionId)) return undefined;
      return { key: null, value: body, isBodyOnly: parseAsFlumeEvent, partition: defaultPartitionId };
    }
    let partition = defaultPartitionId;
    const written = partitionIdHeader === undefined ? undefined : headers.get(partitionIdHeader);
    if (written !== undefined) {
      partition = /^[+-]?\d{1,10}$/.test(written) ? Number(written) : Number.NaN;
      if (!(partition >= 0 && partition <= 0x7fff_ffff)) {
        this.refusal = NO_PARTITION;
        return undefined;
      }
    }
    const keyText = headers.get(CHANNEL_KEY_HEADER);
    const key = keyText === undefined ? null : javaUtf8(keyText);
    if ((key !== null && partition === undefined) || written !== undefined) {
      if (this.partitions === undefined) {
        this.refusal = PARTITIONS_UNKNOWN;
        return undefined;
      }
    }
    if (key !== null) partition ??= partitionOfKey(key, this.partitions!);
    const value = parseAsFlumeEvent ? avroFlumeEvent({ headers, body }) : body;
    if (!this.admits(value.length + (key === null ? 0 : key.length + MOST_AVRO_BYTES), partition)) {
      return undefined;
    }
    return { key, value, isBodyOnly: false, partition };
  }

  /** Whether a record of so many bytes can be put for that partition at all. */
  admits(bytes: number, partition: number | undefined): boolean {
    if (bytes > this.#limit.valueBytes) {
      this.refusal = this.#limit.refusal(bytes);
      return false;
    }
    if (partition !== undefined && this.partitions !== undefined && partition >= this.partitions) {
      this.refusal = `The topic has no partition ${partition}: it has ${this.partitions}, counted from 0`;
      return false;
    }
    this.refusal = undefined;
    return true;
  }
}
