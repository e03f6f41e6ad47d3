import { setTimeout as delay } from "node:timers/promises";
import { Kafka, logLevel, type Message, type Producer } from "kafkajs";
import { type ConnectionLedger, ledgerLine } from "./ledger.ts";

/** How a record writer behaves; everything has a default. */
export interface RecordWriterOptions {
  /** Ends by itself after so many records, over all partitions. Default: only when told. */
  readonly records?: number;
  /** Partitions 0 to n - 1 get the same number of records each. Default 1. */
  readonly partitions?: number;
  /** Characters of a record's value. Default 100. */
  readonly length?: number;
  /** Records a second. Default: as many as go. */
  readonly perSecond?: number;
  /** What stands in a record beside its value. */
  readonly around?: (connection: string, number: number) => Pick<Message, "key" | "headers" | "timestamp">;
  /** Makes a record's value of the ledger's line. Default: the line. */
  readonly valueFor?: (line: string) => Buffer | string;
}

/** What was written to one partition, as the ledger of a connection of its own: within it the order is known. */
class PartitionLedger implements ConnectionLedger {
  readonly connection: string;
  readonly acknowledged = new Set<number>();
  readonly failed: ReadonlySet<number> = new Set();
  written = 0;

  constructor(connection: string) {
    this.connection = connection;
  }
}

const recordsARequest = 2_000; // of one partition, at most
/** Of one partition: below what a broker takes as one batch (message.max.bytes). */
const bytesARequest = 900_000;
const tick = 10; // ms

let writers = 0;

/** Does again what kafkajs gives up at once: of a broker that is just going it says no more than "Broker not connected". */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100 || !(error instanceof Error && error.message === "Broker not connected")) throw error;
      await delay(100);
    }
  }
}

/**
 * Writes ledger lines into a topic with acks=all, and notes what was acknowledged. A request whose answer got lost is
 * sent again: where the broker is made to fail, {@link ledgersOf} of the topic says how often a record lies in it.
 */
export class RecordWriter {
  /** One a partition. */
  readonly ledgers: readonly ConnectionLedger[];
  readonly #ledgers: readonly PartitionLedger[];
  readonly #topic: string;
  readonly #options: RecordWriterOptions;
  readonly #producer: Producer;
  readonly #done: Promise<void>;
  #stopping = false;

  private constructor(producer: Producer, topic: string, options: RecordWriterOptions) {
    const name = `writer${process.pid}-${++writers}`;
    this.#ledgers = Array.from(
      { length: options.partitions ?? 1 },
      (_, partition) => new PartitionLedger(`${name}-${partition}`),
    );
    this.ledgers = this.#ledgers;
    this.#topic = topic;
    this.#options = options;
    this.#producer = producer;
    this.#done = this.#write();
    this.#done.catch(() => undefined); // finish tells
  }

  /** Connects and starts to write. The topic must be there. */
  static async start(
    bootstrapServers: string,
    topic: string,
    options: RecordWriterOptions = {},
  ): Promise<RecordWriter> {
    const kafka = new Kafka({
      brokers: bootstrapServers.split(","),
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 200 },
    });
    const producer = kafka.producer();
    await producer.connect();
    return new RecordWriter(producer, topic, options);
  }

  /** Writes `options.records` records and waits until all are acknowledged. */
  static async write(
    bootstrapServers: string,
    topic: string,
    options: RecordWriterOptions & { readonly records: number },
  ): Promise<RecordWriter> {
    const writer = await RecordWriter.start(bootstrapServers, topic, options);
    await writer.finished;
    return writer;
  }

  /** How many records were acknowledged. */
  get acknowledged(): number {
    return this.#ledgers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  }

  /** Resolves when all of `options.records` are acknowledged, or after {@link finish}. */
  get finished(): Promise<void> {
    return this.#done;
  }

  /** Writes no more; resolves when all that was written is acknowledged. */
  async finish(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  /** Waits until `count` records were acknowledged. */
  async waitForAcknowledged(count: number, timeout = 60_000): Promise<void> {
    const deadline = performance.now() + timeout;
    while (this.acknowledged < count) {
      if (performance.now() > deadline) {
        throw new Error(`${this.#topic}: ${this.acknowledged} of ${count} records acknowledged`);
      }
      await Promise.race([delay(5), this.#done]);
    }
  }

  /** So that `await using writer = …` ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish().catch(() => undefined);
  }

  async #write(): Promise<void> {
    const startedAt = performance.now();
    const limit = this.#options.records ?? Number.POSITIVE_INFINITY;
    const partitions = this.#ledgers.length;
    const fitting = Math.floor(bytesARequest / (this.#options.length ?? 100));
    const most = Math.max(1, Math.min(recordsARequest, fitting)) * partitions;
    let written = 0;
    try {
      while (!this.#stopping && written < limit) {
        const due = Math.min(limit, this.#dueAt(performance.now() - startedAt));
        const count = Math.min(due - written, most);
        if (count <= 0) {
          await delay(tick);
          continue;
        }
        await this.#send(written, count);
        written += count;
      }
    } finally {
      await this.#producer.disconnect();
    }
  }

  /** Records that `perSecond` asks for by then. */
  #dueAt(elapsed: number): number {
    const { perSecond } = this.#options;
    return perSecond === undefined ? Number.POSITIVE_INFINITY : Math.ceil((elapsed / 1_000) * perSecond);
  }

  async #send(first: number, count: number): Promise<void> {
    const { length, around, valueFor } = this.#options;
    const messages: Message[] = [];
    for (let index = first; index < first + count; index++) {
      const partition = index % this.#ledgers.length;
      const ledger = this.#ledgers[partition]!;
      const number = ledger.written++;
      const line = ledgerLine(ledger.connection, number, length);
      const value = valueFor === undefined ? line : valueFor(line);
      messages.push({ key: null, ...around?.(ledger.connection, number), partition, value });
    }
    await retried(() => this.#producer.send({ topic: this.#topic, acks: -1, messages }));
    for (const ledger of this.#ledgers) {
      for (let number = ledger.acknowledged.size; number < ledger.written; number++) {
        ledger.acknowledged.add(number);
      }
    }
  }
}
