import { KafkaConsumer } from "../../runtime/kafka/consumer.ts";
import type { KafkaConsumerOptions } from "../../runtime/kafka/consumer-options.ts";
import type { FetchedRecords } from "../../runtime/kafka/fetched-records.ts";
import { type Logged, logged, sourceContext } from "../runtime/contexts.ts";

/** A record as a sink saw it. */
export interface SeenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly body: string;
  readonly key: string | undefined;
}

/** Which offsets of which partitions were delivered, and how often. */
export class OffsetLedger {
  readonly #seen = new Map<string, number>();

  add(partition: number, offset: number): void {
    const at = `${partition} ${offset}`;
    this.#seen.set(at, (this.#seen.get(at) ?? 0) + 1);
  }

  /** Offsets that were delivered at least once. */
  get distinct(): number {
    return this.#seen.size;
  }

  /** Deliveries beyond the first one of each offset. */
  get duplicates(): number {
    return [...this.#seen.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  /** Those of the offsets `0 … ends[partition] - 1` that were never delivered. */
  missing(ends: readonly number[]): string[] {
    return ends
      .flatMap((end, partition) => Array.from({ length: end }, (_, offset) => `${partition} ${offset}`))
      .filter((at) => !this.#seen.has(at));
  }
}

/** A consumer with a sink that remembers what it was given. */
export class Reader {
  readonly log: Logged = logged();
  readonly source = sourceContext(this.log);
  readonly consumer: KafkaConsumer;
  readonly seen: SeenRecord[] = [];
  /** Ends when the consumer is closed; rejects as `take` does. */
  readonly ended: Promise<void>;

  /** @param deliver what the sink does with records; throws to have them again. */
  constructor(
    brokers: string,
    {
      heldBack,
      ...options
    }: Partial<KafkaConsumerOptions> &
      Pick<KafkaConsumerOptions, "topics" | "groupId"> & {
        /** True: the sink holds back what it just got, until `release` is called. */
        readonly heldBack?: (release: () => void) => boolean;
      },
    deliver: (batches: readonly FetchedRecords[]) => Promise<void> | void = () => {},
  ) {
    this.consumer = new KafkaConsumer(this.source, {
      brokers: brokers.split(","),
      autoOffsetReset: "earliest",
      valueFormat: "body",
      poison: "stop",
      sessionTimeout: 6_000,
      heartbeatInterval: 300,
      fetchMaxWait: 100,
      commitInterval: 50,
      ...options,
    });
    this.consumer.start();
    this.ended = this.#run(deliver, heldBack ?? (() => false));
    this.ended.catch(() => {});
  }

  get messages(): string[] {
    return this.log.lines.filter(({ level }) => level !== "debug").map(({ message }) => message);
  }

  async stop(): Promise<void> {
    this.consumer.close();
    await this.ended.catch(() => {});
    await this.consumer.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(
    deliver: (batches: readonly FetchedRecords[]) => Promise<void> | void,
    isHeldBack: (release: () => void) => boolean,
  ): Promise<void> {
    for (
      let batches = await this.consumer.take();
      batches !== undefined;
      batches = await this.consumer.take()
    ) {
      try {
        await deliver(batches);
      } catch {
        this.consumer.rollback(batches);
        continue;
      }
      const taken = batches;
      if (isHeldBack(() => this.#deliver(taken))) this.consumer.holdBack(taken);
      else this.#deliver(taken);
    }
  }

  #deliver(batches: readonly FetchedRecords[]): void {
    for (const records of batches) {
      for (let i = 0; i < records.count; i++) {
        this.seen.push({
          topic: records.topic,
          partition: records.partition,
          offset: records.offsetOf(i),
          body: records.bytes.toString("utf8", records.starts[i], records.ends[i]),
          key: records.keyOf(i),
        });
      }
    }
    this.consumer.commit(batches);
  }
}
