import type { KafkaError } from "./errors.ts";
import type { RecordBatch } from "./record-batch.ts";

/** A record that its topic refuses for ever. */
export interface RefusedRecord {
  /** Which one of the shipment's batch, counted from 0. */
  readonly index: number;
  /** It alone. */
  readonly batch: RecordBatch;
  readonly error: KafkaError;
}

/** A batch and where it goes. */
export interface Shipment {
  readonly topic: string;
  /** undefined: any that has a leader. */
  readonly partition: number | undefined;
  readonly batch: RecordBatch;
  /** Does something with a record that its topic refuses for ever; default: what the poison policy says. */
  readonly refused?: (record: RefusedRecord) => void;
}

/** A shipment on its way, or a part of one. */
export interface Parcel extends Shipment {
  /** The place of its first record in the whole shipment's batch. */
  readonly first: number;
  /** Undefined: a dead letter, which is sent until its topic takes it. */
  readonly refuse: ((record: RefusedRecord) => Promise<void> | void) | undefined;
}

/** A parcel as it travels. */
export interface SealedParcel extends Parcel {
  readonly bytes: Buffer;
}

/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE */
const TOO_LARGE: readonly number[] = [10, 18];
/** INVALID_TIMESTAMP, INVALID_RECORD: of one record, which the whole batch is refused for. */
const INVALID: readonly number[] = [32, 87];

/** Whether smaller batches may be taken where one was refused. */
export function isTooLarge({ code }: KafkaError): boolean {
  return TOO_LARGE.includes(code);
}

/** Whether the batch will never be taken as it is: its records have to be told apart, or the one it has be set aside. */
export function isRefusedForEver(code: number, { batch, refuse }: Parcel): boolean {
  if (TOO_LARGE.includes(code)) return batch.recordCount > 1 || refuse !== undefined;
  return INVALID.includes(code) && refuse !== undefined;
}

/** A refusal as one line. */
export function refusalText({ message, type }: KafkaError): string {
  return `${message} (${type})`;
}
