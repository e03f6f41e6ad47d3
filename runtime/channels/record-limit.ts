import { RECORD_BATCH_HEADER_BYTES, RECORD_OVERHEAD_BYTES } from "../kafka/record-batch.ts";

/** ms after which a topic is asked again what it takes, and what was learnt from a refusal is forgotten. */
const LIMIT_AGE = 300_000;

/** How large a record may be: what a request takes, and the topic, as far as it is known. */
export class RecordLimit {
  readonly #maxBatchBytes: number;
  /** [max.message.bytes], as the broker said or as a refusal has shown; infinite where neither is known. */
  #topicBytes = Number.POSITIVE_INFINITY;
  #since = 0;

  /** @param maxBatchBytes of a request. */
  constructor(maxBatchBytes: number) {
    this.#maxBatchBytes = maxBatchBytes;
  }

  /** The most bytes of a value. */
  get valueBytes(): number {
    const most = Math.min(this.#maxBatchBytes, this.#topicBytes);
    return most - RECORD_BATCH_HEADER_BYTES - RECORD_OVERHEAD_BYTES;
  }

  /** Whether it is time to ask the topic again. */
  get isOld(): boolean {
    return performance.now() - this.#since > LIMIT_AGE;
  }

  /** Why an event of so many bytes is refused. */
  refusal(bytes: number): string {
    return this.#topicBytes < this.#maxBatchBytes
      ? `The event of ${bytes} bytes is larger than the topic takes (max.message.bytes, ${this.#topicBytes} bytes)`
      : `The event of ${bytes} bytes is larger than a request to Kafka may be (${this.#maxBatchBytes} bytes)`;
  }

  /** Asks what the topic takes; where it does not say, larger events are tried. */
  async learn(ask: () => Promise<number | undefined>): Promise<void> {
    this.#since = performance.now();
    const before = this.#topicBytes;
    const said = await ask();
    // What a refusal has shown meanwhile is newer.
    if (said !== undefined) this.#topicBytes = said;
    else if (this.#topicBytes === before) this.#topicBytes = Number.POSITIVE_INFINITY;
  }

  /** The topic has refused a batch of so many bytes with a single record. */
  refused(batchBytes: number): void {
    this.#topicBytes = Math.min(this.#topicBytes, batchBytes - 1);
  }
}
