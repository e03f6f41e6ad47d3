import type { FileEncoder } from "./file-format.ts";

/** Events that came together, whatever they are made of. */
export interface EventBatch {
  readonly count: number;
  /** Bytes of the body of event i. */
  sizeOf(i: number): number;
  /** Hands event i to the encoder of a file. */
  append(encoder: FileEncoder, i: number): void;
}

/** The events of a batch that go to one bucket, and how far they are. */
export class Slice {
  readonly batch: EventBatch;
  /** The places of its events in the batch, ascending; undefined: all of them. */
  readonly indices: number[] | undefined;
  /** How many of them are in the file. */
  written = 0;
  /** How many of them are durable. */
  durable = 0;
  readonly #whenDelivered: () => void;

  constructor(batch: EventBatch, indices: number[] | undefined, whenDelivered: () => void) {
    this.batch = batch;
    this.indices = indices;
    this.#whenDelivered = whenDelivered;
  }

  get count(): number {
    return this.indices === undefined ? this.batch.count : this.indices.length;
  }

  get isDelivered(): boolean {
    return this.durable === this.count;
  }

  /** All of them are durable. */
  delivered(): void {
    this.#whenDelivered();
  }
}
