import { setTimeout as sleep } from "node:timers/promises";
import { Kafka, logLevel, type Producer } from "kafkajs";

/** A client that does not give up soon. */
export function client(brokers: string): Kafka {
  const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 100 };
  return new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING, retry });
}

/** Does some work as an administrator. */
export async function withAdmin<T>(
  brokers: string,
  work: (admin: ReturnType<Kafka["admin"]>) => Promise<T>,
): Promise<T> {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** The end of each partition. */
export const endsOf = (brokers: string, topic: string) =>
  withAdmin(brokers, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
  });

/** The group's committed offset in each partition, -1 for none. */
export const committedOf = (brokers: string, groupId: string, topic: string) =>
  withAdmin(brokers, async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return found!.partitions.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
  });

/** Writes numbered records to all partitions in turn until it is stopped. */
export class Writing {
  written = 0;
  #stopped = false;
  readonly #done: Promise<void>;
  readonly #producer: Producer;

  constructor(brokers: string, topic: string, partitions: number) {
    this.#producer = client(brokers).producer({ allowAutoTopicCreation: false, idempotent: true });
    this.#done = this.#run(topic, partitions);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #run(topic: string, partitions: number): Promise<void> {
    await this.#producer.connect();
    for (let turn = 0; !this.#stopped; turn++) {
      const messages = Array.from({ length: 20 }, () => ({
        partition: turn % partitions,
        value: `record ${this.written++}`,
      }));
      await this.#producer.send({ topic, messages, acks: -1 });
      await sleep(5);
    }
    await this.#producer.disconnect();
  }
}

/** Writes some records. */
export async function write(
  brokers: string,
  topic: string,
  messages: readonly { key?: string; value: string | Buffer | null; partition?: number }[],
): Promise<void> {
  // Idempotent: what is sent again after a partition was refused is not there twice.
  const producer = client(brokers).producer({ idempotent: true });
  await producer.connect();
  await producer.send({ topic, messages: [...messages] });
  await producer.disconnect();
}
