import type { ChannelComponent } from "../agent/component.ts";
import type { RunningChannel } from "../agent/lifecycle.ts";
import { LONGEST_TIMER } from "../agent/longest-timer.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import type { Event } from "../events/event.ts";
import type { KafkaProducer } from "../kafka/producer.ts";
import type { KafkaRecord } from "../kafka/record-batch.ts";
import type { RefusedRecord, Shipment } from "../kafka/shipment.ts";
import type { FullChannel } from "./full-channel.ts";
import { type KafkaLoad, KafkaLoads } from "./kafka-loads.ts";
import {
  MOST_AVRO_BYTES,
  type Outgoing,
  OutgoingEvents,
  type OutgoingOptions,
  PARTITIONS_UNKNOWN,
} from "./outgoing-events.ts";
import { RecordLimit } from "./record-limit.ts";
import { ChannelSpace, permitsOf } from "./space.ts";
import { type RefusedLines, StoredLines } from "./stored-lines.ts";

/** Flume's properties of the Kafka channel that events are put by, and those of its producer. */
export interface KafkaChannelOptions extends OutgoingOptions {
  /** The most bytes of a request for one partition [max.request.size]. */
  readonly maxBatchBytes: number;
  /** Bytes of events that may be on their way [buffer.memory]; default 32 MiB. */
  readonly bufferMemory?: number;
  /** ms that a source waits for room while Kafka takes nothing [delivery.timeout.ms]; default 120,000. */
  readonly deliveryTimeout?: number;
}

const BUFFER_MEMORY = 33_554_432; // bytes
const DELIVERY_TIMEOUT = 120_000; // ms
/** Flume's words for a put that Kafka did not take in time. */
const NOT_TAKEN = "Commit failed as send to Kafka failed";
const MESSAGE_TOO_LARGE = 10;

/**
 * The side of Flume's `KafkaChannel` that events are put into: they gather as record batches, and are sent until Kafka
 * has acknowledged them, however long that takes; nothing that was put is ever dropped. `stored` tells when. What is
 * on its way is bounded in bytes; the sources wait while there is no room.
 */
export class KafkaChannel implements FullChannel, RunningChannel {
  readonly keepAlive: number;
  readonly #channel: ChannelComponent;
  readonly #options: KafkaChannelOptions;
  readonly #space: ChannelSpace;
  readonly #loads: KafkaLoads;
  readonly #limit: RecordLimit;
  readonly #outgoing: OutgoingEvents;
  readonly #leftOut: RepeatedWarning;
  readonly #lines = new StoredLines();
  readonly #refused: RepeatedWarning;
  readonly #partitionsKnown: Promise<boolean>;
  #tellPartitionsKnown: (known: boolean) => void = () => {};
  /** For whoever gives up an event next. */
  #failure = NOT_TAKEN;
  #size = 0;
  #withReceipt = 0;
  #lastChunk: Buffer | undefined;
  #now = 0;
  #wakeStore: (() => void) | undefined;
  #closed = false;

  constructor(channel: ChannelComponent, options: KafkaChannelOptions) {
    this.keepAlive = Math.min(options.deliveryTimeout ?? DELIVERY_TIMEOUT, LONGEST_TIMER);
    this.#channel = channel;
    this.#options = options;
    this.#space = new ChannelSpace(
      {
        capacity: Number.MAX_SAFE_INTEGER, // counted in bytes alone
        byteCapacity: options.bufferMemory ?? BUFFER_MEMORY,
        byteCapacityBufferPercentage: 0,
        keepAlive: this.keepAlive,
      },
      () => channel.counters.EventPutAttemptCount++,
    );
    this.#loads = new KafkaLoads(options.maxBatchBytes);
    this.#limit = new RecordLimit(options.maxBatchBytes);
    this.#outgoing = new OutgoingEvents(options, this.#limit);
    this.#refused = new RepeatedWarning(channel.log, "events that Kafka refuses");
    this.#leftOut = new RepeatedWarning(channel.log, "events left out");
    this.#partitionsKnown = new Promise((resolve) => {
      this.#tellPartitionsKnown = resolve;
    });
  }

  /** Events that Kafka has not acknowledged yet. */
  get size(): number {
    return this.#size;
  }

  get recoverable(): number {
    return this.#withReceipt;
  }

  get unanswered(): number {
    return this.#size - this.#withReceipt;
  }

  /** Flume's words for events that Kafka did not take, or, once, why the event that was just given up can never be put. */
  get fullMessage(): string {
    const text = this.#failure;
    this.#failure = NOT_TAKEN;
    return text;
  }

  /**
   * Puts the event `chunk[start, end)`, which has no headers; the bytes are copied.
   *
   * @returns false when there is no room for it, or when it is larger than a request may be: then nothing is put, and
   * `waitForRoom` says whether to try again.
   */
  append(chunk: Buffer, start: number, end: number): boolean {
    const { parseAsFlumeEvent, defaultPartitionId } = this.#options;
    const length = end - start;
    if (!this.#outgoing.admits(length + (parseAsFlumeEvent ? MOST_AVRO_BYTES : 0), defaultPartitionId))
      return false;
    if (!this.#space.claim(length)) return false;
    let load = this.#loads.filling(defaultPartitionId);
    // One look at the clock for all events of a chunk.
    if (chunk !== this.#lastChunk || load.batch.recordCount === 0) {
      this.#lastChunk = chunk;
      this.#now = Date.now();
    }
    if (parseAsFlumeEvent) {
      if (!load.batch.appendFlumeEvent(chunk, start, end, this.#now)) {
        load = this.#loads.next(defaultPartitionId);
        load.batch.appendFlumeEvent(chunk, start, end, this.#now);
      }
    } else if (!load.batch.append(chunk, start, end, this.#now)) {
      load = this.#loads.next(defaultPartitionId);
      load.batch.append(chunk, start, end, this.#now);
    }
    this.#count(load, length);
    return true;
  }

  /** Puts an event with its headers; as `append`. */
  put(event: Event): boolean {
    const outgoing = this.#outgoing.of(event);
    if (outgoing === undefined || !this.#space.claim(outgoing.value.length)) return false;
    let load = this.#loads.filling(outgoing.partition);
    if (!appendTo(load, outgoing)) {
      load = this.#loads.next(outgoing.partition);
      appendTo(load, outgoing);
    }
    if (event.receipt !== undefined) {
      this.#withReceipt++;
      this.#loads.keep(load, event.receipt);
    }
    this.#count(load, outgoing.value.length);
    return true;
  }

  /** Whether `put` would take this event now. */
  hasRoom(event: Event): boolean {
    const outgoing = this.#outgoing.of(event);
    return outgoing !== undefined && this.#space.hasRoom(outgoing.value.length);
  }

  /** For a selector's optional channel: as the memory channel's. */
  putIfRoom(event: Event): void {
    const { headers, body, receipt } = event;
    if (this.put(receipt === undefined ? event : { headers, body })) return;
    this.#channel.counters.EventPutAttemptCount++;
    this.#leftOut.tell(`optional, and events are left out: ${this.#outgoing.refusal ?? "no room"}`);
  }

  /**
   * Waits for room for the event that was just refused; for a key that cannot be placed yet, until the topic's
   * partitions are known. An event that can never be put fails at once.
   */
  waitForRoom(): Promise<boolean> {
    const refusal = this.#outgoing.refusal;
    if (refusal === undefined) return this.#space.waitForRoom();
    if (refusal === PARTITIONS_UNKNOWN) return this.#waitForPartitions();
    this.#failure = refusal;
    this.#channel.counters.EventPutAttemptCount++;
    return Promise.resolve(false);
  }

  neverFits(): string | undefined {
    return this.#outgoing.refusal === PARTITIONS_UNKNOWN ? undefined : this.#outgoing.refusal;
  }

  /**
   * Resolves when Kafka has answered for everything that was put before the call: with those that it refused of the last
   * `lines` events, which have to be put in the same turn. Calls resolve in their order.
   */
  stored(lines: number): Promise<RefusedLines | undefined> {
    const serial = this.#loads.newest;
    if (this.#loads.oldest > serial) return Promise.resolve(undefined);
    return this.#lines.wait(serial, lines);
  }

  /** Sends what is put until the channel is closed and empty: one request at a time, while the next events gather. */
  async store(
    topic: string,
    producer: Pick<KafkaProducer, "partitionsOf" | "largestBatchOf" | "send">,
  ): Promise<void> {
    const learnPartitions = async () => {
      this.#outgoing.partitions = (await producer.partitionsOf(topic)).count;
      this.#tellPartitionsKnown(true);
    };
    // A channel that is closed before it got any event need not wait for a Kafka that does not answer.
    await Promise.race([learnPartitions(), this.#partitionsKnown]);
    if (!this.#closed) void this.#limit.learn(() => producer.largestBatchOf(topic));
    while (await this.#hasMore()) {
      await learnPartitions(); // there may be more of them now
      if (this.#limit.isOld) void this.#limit.learn(() => producer.largestBatchOf(topic));
      const loads = this.#loads.take();
      await producer.send(loads.map((load) => this.#shipment(topic, load)));
      for (const load of loads) this.#acknowledged(load);
      this.#lines.storedBefore(this.#loads.oldest);
    }
  }

  /** Nothing more is put; `store` ends when the last event is acknowledged. Who waits for room is told that there is none. */
  close(): void {
    this.#closed = true;
    this.#space.close();
    this.#tellPartitionsKnown(false);
    this.#leftOut.flush();
    this.#refused.flush();
    this.#wakeStore?.();
  }

  #count(load: KafkaLoad, valueBytes: number): void {
    const number = this.#lines.put();
    if (load.batch.recordCount === 1) load.first = number;
    load.end = number + 1;
    load.batch.cost += permitsOf(valueBytes);
    const { counters } = this.#channel;
    counters.EventPutAttemptCount++;
    counters.ChannelSize = ++this.#size;
    if (this.#wakeStore !== undefined) this.#wakeStore();
  }

  /**
   * Whoever put a line can still be told that it is refused. An event with a receipt was taken from somewhere else: the
   * producer's poison policy says what becomes of it.
   */
  #shipment(topic: string, load: KafkaLoad): Shipment {
    const { partition, batch } = load;
    if (load.withReceipt > 0) return { topic, partition, batch };
    return { topic, partition, batch, refused: (record) => this.#refuse(load, record) };
  }

  #refuse(load: KafkaLoad, { index, batch, error }: RefusedRecord): void {
    const reason = `Kafka refuses the event: ${error.message} (${error.type})`;
    if (error.code === MESSAGE_TOO_LARGE) this.#limit.refused(batch.byteLength);
    this.#refused.tell(reason);
    this.#channel.counters.EventPutSuccessCount--; // it is counted with its load
    // Loads for different partitions fill side by side: then it is not known which of their events this one was.
    const isAlone = load.end - load.first === load.batch.recordCount;
    if (isAlone) this.#lines.refuse(load.first + index, load.first + index + 1, reason);
    else this.#lines.refuse(load.first, load.end, reason);
  }

  #acknowledged(load: KafkaLoad): void {
    const { recordCount, cost } = load.batch;
    const { counters } = this.#channel;
    counters.EventPutSuccessCount += recordCount;
    this.#size -= recordCount;
    counters.ChannelSize = this.#size;
    this.#withReceipt -= load.withReceipt;
    this.#loads.acknowledged(load);
    this.#space.release(recordCount, cost);
  }

  /** Waits for an event to send; false when the channel is closed and empty. */
  async #hasMore(): Promise<boolean> {
    while (this.#loads.isEmpty) {
      if (this.#closed) return false;
      // Goes on after the turn that put the first event, so all events of one chunk travel together.
      await new Promise<void>((resolve) => {
        this.#wakeStore = resolve;
      });
      this.#wakeStore = undefined;
    }
    return true;
  }

  async #waitForPartitions(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, this.keepAlive, false);
    });
    const room = await Promise.race([this.#partitionsKnown, late]);
    clearTimeout(timer);
    if (!room) this.#channel.counters.EventPutAttemptCount++;
    return room;
  }
}

function appendTo({ batch }: KafkaLoad, { key, value, isBodyOnly }: Outgoing): boolean {
  if (isBodyOnly) return batch.appendFlumeEvent(value, 0, value.length, Date.now());
  const record: KafkaRecord = { key, value, headers: [], timestamp: Date.now() };
  return batch.appendRecord(record);
}
