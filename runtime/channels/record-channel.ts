import type { ChannelComponent } from "../agent/component.ts";
import { RECORD_BATCH_HEADER_BYTES, RECORD_OVERHEAD_BYTES, RecordBatch } from "../kafka/record-batch.ts";
import type { FullChannel } from "./full-channel.ts";
import { ChannelSpace, permitsOf, type SpaceOptions } from "./space.ts";

/** A memory channel's limits, and that of the Kafka requests its events leave in. */
export interface RecordChannelOptions extends SpaceOptions {
  /** The most bytes of one record batch: at most what the broker takes in one request, about 1 MB. */
  readonly maxBatchBytes: number;
  /** ms to wait for more events before a batch goes out; Kafka's `linger.ms`. Default 0: at once. */
  readonly linger?: number;
}

/** Empty batches kept for their buffers: one in flight, one that fills, one to spare. */
const SPARE_BATCHES = 3;

/**
 * Flume's memory channel for the one case that its only reader is a Kafka sink: an event is encoded as a Kafka
 * record when it is put, straight from the bytes that came off the socket, and is not touched again before it
 * leaves. Capacity, byteCapacity and keep-alive count as in the memory channel. One batch travels while the next
 * one fills.
 */
export class RecordChannel implements FullChannel {
  readonly keepAlive: number;
  readonly #channel: ChannelComponent;
  readonly #space: ChannelSpace;
  readonly #maxBatchBytes: number;
  readonly #maxValueBytes: number;
  readonly #linger: number;
  /** Full batches, oldest first, that wait for the one in flight. */
  readonly #full: RecordBatch[] = [];
  readonly #spare: RecordBatch[] = [];
  #filling: RecordBatch;
  #lastChunk: Buffer | undefined;
  #now = 0;
  #tooLarge = 0;
  #wakeReader: (() => void) | undefined;
  #closed = false;

  constructor(channel: ChannelComponent, options: RecordChannelOptions) {
    this.#channel = channel;
    this.#space = new ChannelSpace(options, () => channel.counters.EventPutAttemptCount++);
    this.keepAlive = options.keepAlive;
    this.#maxBatchBytes = options.maxBatchBytes;
    this.#maxValueBytes = options.maxBatchBytes - RECORD_BATCH_HEADER_BYTES - RECORD_OVERHEAD_BYTES;
    this.#linger = options.linger ?? 0;
    this.#filling = new RecordBatch(options.maxBatchBytes);
    channel.counters.ChannelCapacity = options.capacity;
  }

  /** Events in the channel, those on their way to Kafka included. */
  get size(): number {
    return this.#space.size;
  }

  /**
   * Stores the event `chunk[start, end)`; the bytes are copied.
   *
   * @returns false when there is no room for it, or when it is larger than a request may be: then nothing is
   * stored, and `waitForRoom` says whether to try again.
   */
  append(chunk: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length > this.#maxValueBytes) {
      this.#tooLarge = length;
      return false;
    }
    if (!this.#space.claim(length)) {
      this.#tooLarge = 0;
      return false;
    }
    // One look at the clock for all events of a chunk.
    if (chunk !== this.#lastChunk || this.#filling.recordCount === 0) {
      this.#lastChunk = chunk;
      this.#now = Date.now();
    }
    if (!this.#filling.append(chunk, start, end, this.#now)) {
      this.#full.push(this.#filling);
      this.#filling = this.#spare.pop() ?? new RecordBatch(this.#maxBatchBytes);
      this.#filling.append(chunk, start, end, this.#now);
    }
    this.#filling.cost += permitsOf(length);
    const { counters } = this.#channel;
    counters.EventPutAttemptCount++;
    counters.EventPutSuccessCount++;
    counters.ChannelSize++;
    if (this.#wakeReader !== undefined) this.#wakeReader();
    return true;
  }

  /**
   * The oldest events, as one record batch: all that have gathered, up to the size of a request. Waits for at
   * least one; undefined when the channel is closed and empty. They keep their room until `commit`.
   */
  async take(): Promise<RecordBatch | undefined> {
    if (this.#full.length === 0 && this.#filling.recordCount === 0) {
      if (this.#closed) return undefined;
      // Goes on after the turn that put the first event, so all events of one chunk travel together.
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
      if (this.#filling.recordCount === 0 && this.#full.length === 0) return undefined;
    }
    if (this.#linger > 0 && this.#full.length === 0 && !this.#closed) await this.#gather();
    let batch = this.#full.shift();
    if (batch === undefined) {
      batch = this.#filling;
      this.#filling = this.#spare.pop() ?? new RecordBatch(this.#maxBatchBytes);
    }
    this.#channel.counters.EventTakeAttemptCount += batch.recordCount;
    return batch;
  }

  /** The events of the batch have been delivered: their room is free again, and the batch may be used again. */
  commit(batch: RecordBatch): void {
    const events = batch.recordCount;
    const permits = batch.cost;
    const { counters } = this.#channel;
    counters.EventTakeSuccessCount += events;
    counters.ChannelSize -= events;
    if (this.#spare.length < SPARE_BATCHES) {
      batch.clear();
      this.#spare.push(batch);
    }
    this.#space.release(events, permits);
  }

  /** As the memory channel; an event that no request could carry fails at once. */
  waitForRoom(): Promise<boolean> {
    return this.#tooLarge > 0 ? this.#refuse() : this.#space.waitForRoom();
  }

  neverFits(): string | undefined {
    return this.#tooLarge > 0 ? this.#tooLargeText() : undefined;
  }

  /** Flume's words for a channel without room, or why no request could carry the event. */
  get fullMessage(): string {
    if (this.#tooLarge === 0) return this.#space.fullMessage;
    const text = this.#tooLargeText();
    this.#tooLarge = 0;
    return text;
  }

  /** No more events are put; `take` ends when the last one is out. Those who wait for room are told that there is none. */
  close(): void {
    this.#closed = true;
    this.#space.close();
    this.#wakeReader?.();
  }

  #tooLargeText(): string {
    return `The event of ${this.#tooLarge} bytes is larger than a request to Kafka may be (${this.#maxBatchBytes} bytes)`;
  }

  async #refuse(): Promise<boolean> {
    this.#channel.counters.EventPutAttemptCount++;
    return false;
  }

  /** Waits until the linger is over, the batch is full or the channel closed. */
  async #gather(): Promise<void> {
    const until = performance.now() + this.#linger;
    while (this.#full.length === 0 && !this.#closed) {
      const rest = until - performance.now();
      if (rest <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.ceil(rest));
        this.#wakeReader = () => {
          if (this.#full.length === 0 && !this.#closed) return;
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wakeReader = undefined;
    }
  }
}
