import type { SinkComponent } from "../agent/component.ts";
import type { EventSink } from "../agent/lifecycle.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import type { Event } from "../events/event.ts";
import { avroFlumeEvent } from "../kafka/avro-event.ts";
import { javaUtf8, partitionOfKey } from "../kafka/murmur2.ts";
import { KafkaProducer, type KafkaProducerOptions } from "../kafka/producer.ts";
import { type KafkaRecord, type KafkaRecordHeader, RecordBatch } from "../kafka/record-batch.ts";
import type { Shipment } from "../kafka/shipment.ts";

/** Flume's properties of the Kafka sink, and those of its producer. */
export interface KafkaSinkOptions extends KafkaProducerOptions {
  /** `kafka.topic`: as it stands, or with its `%{…}` compiled. */
  readonly topic: string | ((event: Event) => string);
  /** Name of the header that overrides the topic [topicHeader]; absent: none does [allowTopicOverride = false]. */
  readonly topicHeader?: string;
  /** Name of the header that holds a partition's number [partitionIdHeader]. */
  readonly partitionIdHeader?: string;
  /** The partition where no header says otherwise [defaultPartitionId]; absent: by key. */
  readonly defaultPartitionId?: number;
  /** Name of the header that holds the record's time in ms since the epoch [timestampHeader]. */
  readonly timestampHeader?: string;
  /** Flume header → record header, in order [header.*]. */
  readonly recordHeaders?: readonly (readonly [header: string, recordHeader: string])[];
  /** Values are Avro with the headers in them, not the bare body [useFlumeEventFormat]. */
  readonly useFlumeEventFormat?: boolean;
  /** The most bytes of a request for one partition [max.request.size]. */
  readonly maxBatchBytes: number;
}

/** The header that holds an event's key. */
const KEY_HEADER = "key";

/**
 * Flume 1.11's `KafkaSink` for events in any form: each goes to its topic, and there to the partition that a header, the
 * configuration or its key says. A batch leaves as one request a leader; what fails is sent again alone.
 */
export class KafkaSink implements EventSink {
  readonly #options: KafkaSinkOptions;
  readonly #producer: KafkaProducer;
  readonly #badTimes: RepeatedWarning;
  /** Empty batches, for their buffers. */
  readonly #spare: RecordBatch[] = [];

  constructor(sink: SinkComponent, options: KafkaSinkOptions) {
    this.#options = options;
    this.#producer = new KafkaProducer(sink, options);
    this.#badTimes = new RepeatedWarning(sink.log, "events without a time in their header");
  }

  /** As `KafkaProducer.start`. */
  start(): void {
    this.#producer.start();
  }

  /** As `KafkaProducer.stop`. */
  stop(): Promise<void> {
    this.#badTimes.flush();
    return this.#producer.stop();
  }

  /**
   * Resolves when Kafka has acknowledged all events, but for those that can never be sent and are set aside.
   *
   * @throws UnsendableError where the policy is to stop at such an event.
   */
  async deliver(events: readonly Event[]): Promise<void> {
    // Batches of one partition follow each other; those of different partitions travel together.
    const rounds: Shipment[][] = [];
    const counts = new Map<string, number>();
    const open = new Map<string, { shipment: Shipment; round: number }>();
    for (const event of events) {
      const topic = this.#topicOf(event);
      try {
        const record = this.#recordOf(event, this.#timestampOf(event));
        const partition = await this.#partitionOf(event, topic, record.key, counts);
        const target = `${partition ?? ""}/${topic}`;
        const filling = open.get(target);
        if (filling?.shipment.batch.appendRecord(record)) continue;
        const batch = this.#batchWith(record);
        const round = filling === undefined ? 0 : filling.round + 1;
        const shipment = { topic, partition, batch };
        open.set(target, { shipment, round });
        rounds[round] ??= [];
        rounds[round].push(shipment);
      } catch (error) {
        if (!(error instanceof UnsendableError && this.#producer.setsAside)) throw error;
        await this.#producer.setAside(topic, this.#recordOf(event, Date.now()), error.message);
      }
    }
    for (const round of rounds) {
      await this.#producer.send(round);
      for (const { batch } of round) {
        batch.clear();
        this.#spare.push(batch);
      }
    }
    this.#spare.length = Math.min(this.#spare.length, SPARE_EVENT_BATCHES);
  }

  /** @throws UnsendableError for a record that is larger than a request. */
  #batchWith(record: KafkaRecord): RecordBatch {
    const batch = this.#spare.pop() ?? new RecordBatch(this.#options.maxBatchBytes);
    if (batch.appendRecord(record)) return batch;
    this.#spare.push(batch);
    const size = record.value?.length ?? 0;
    throw new UnsendableError(
      `an event of ${size} bytes is larger than a request may be (${batch.maxBytes} bytes)`,
    );
  }

  #topicOf(event: Event): string {
    const { topic, topicHeader } = this.#options;
    const override = topicHeader === undefined ? undefined : event.headers.get(topicHeader);
    if (override !== undefined) return override;
    return typeof topic === "string" ? topic : topic(event);
  }

  #recordOf(event: Event, timestamp: number): KafkaRecord {
    const { headers } = event;
    const key = headers.get(KEY_HEADER);
    const recordHeaders: KafkaRecordHeader[] = [];
    for (const [header, name] of this.#options.recordHeaders ?? []) {
      const value = headers.get(header);
      if (value !== undefined) recordHeaders.push({ name, value });
    }
    return {
      key: key === undefined ? null : javaUtf8(key),
      value: this.#options.useFlumeEventFormat ? avroFlumeEvent(event) : event.body,
      headers: recordHeaders,
      timestamp,
    };
  }

  #timestampOf({ headers }: Event): number {
    const { timestampHeader } = this.#options;
    const written = timestampHeader === undefined ? undefined : headers.get(timestampHeader);
    if (written === undefined) return Date.now();
    const timestamp = javaInteger(written, Number.MAX_SAFE_INTEGER);
    if (timestamp === undefined) {
      this.#badTimes.tell(
        `header ${timestampHeader} holds no time: ${written.slice(0, 100)}; the event gets the time of now`,
      );
      return Date.now();
    }
    if (timestamp < 0) {
      throw new UnsendableError(`header ${timestampHeader} holds the negative time ${timestamp}`);
    }
    return timestamp;
  }

  /** undefined: any, as for an event without a key. `counts` remembers how many partitions each topic has. */
  async #partitionOf(
    { headers }: Event,
    topic: string,
    key: Buffer | null,
    counts: Map<string, number>,
  ): Promise<number | undefined> {
    const { partitionIdHeader, defaultPartitionId } = this.#options;
    const written = partitionIdHeader === undefined ? undefined : headers.get(partitionIdHeader);
    if (written !== undefined) {
      const partition = javaInteger(written, 0x7fff_ffff);
      if (partition === undefined || partition < 0) {
        throw new UnsendableError(`header ${partitionIdHeader} holds no partition: ${written.slice(0, 100)}`);
      }
      return this.#existing(topic, partition);
    }
    if (defaultPartitionId !== undefined) return this.#existing(topic, defaultPartitionId);
    if (key === null) return undefined;
    let count = counts.get(topic);
    if (count === undefined) {
      count = (await this.#producer.partitionsOf(topic)).count;
      counts.set(topic, count);
    }
    return partitionOfKey(key, count);
  }

  /** Where the policy is to stop, a partition that the topic has not is waited for. */
  async #existing(topic: string, partition: number): Promise<number> {
    if (!this.#producer.setsAside || partition < (await this.#producer.partitionsOf(topic)).count)
      return partition;
    const { count } = await this.#producer.partitionsOf(topic, "now");
    if (partition < count) return partition;
    throw new UnsendableError(
      `topic ${topic} has no partition ${partition}: it has ${count}, counted from 0`,
    );
  }
}

/** An event that can never be sent, whatever the brokers do. */
class UnsendableError extends Error {
  override readonly name = "UnsendableError";
}

/** Buffers kept between deliveries. */
const SPARE_EVENT_BATCHES = 8;

/** As Java's `parseInt` and `parseLong`, for ASCII digits; undefined where those throw. */
function javaInteger(text: string, most: number): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= most ? value : undefined;
}
