import { setTimeout as sleep } from "node:timers/promises";
import { versionSpoken } from "./broker-call.ts";
import { asError, type KafkaCluster } from "./cluster.ts";
import { type ConsumerTrouble, DEAD_LETTERS } from "./consumer-trouble.ts";
import { deadLetter } from "./dead-letter.ts";
import { KafkaError } from "./errors.ts";
import { partitionOfKey } from "./murmur2.ts";
import { PRODUCE_API, produce } from "./produce-request.ts";
import type { RecordBatch } from "./record-batch.ts";
import type { PoisonRecord } from "./record-decoder.ts";

const LONGEST_BACKOFF = 5_000; // ms
/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_TIMESTAMP, INVALID_RECORD: the record stays what it is. */
const NEVER_TAKEN: readonly number[] = [10, 18, 32, 87];

/**
 * Writes records that no sink can take to a topic of their own: key, value and headers as they were, and headers that
 * say where they come from and what is wrong with them. Acknowledged by all in-sync replicas (acks=all).
 */
export class DeadLetters {
  readonly #cluster: KafkaCluster;
  readonly #topic: string;
  readonly #requestTimeout: number;
  readonly #trouble: ConsumerTrouble;
  #turn = 0;
  #stopped = false;

  /** @param requestTimeout ms */
  constructor(cluster: KafkaCluster, topic: string, requestTimeout: number, trouble: ConsumerTrouble) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#requestTimeout = requestTimeout;
    this.#trouble = trouble;
  }

  /**
   * Resolves once the record is acknowledged; tries until then. Rejects after `stop`.
   *
   * @throws KafkaError where the topic will never take the record: it is too large, or has no key where the topic is compacted.
   */
  async send(
    from: { readonly topic: string; readonly partition: number },
    poison: PoisonRecord,
  ): Promise<void> {
    const { key } = poison.record;
    const bytes = letterOf(from, poison).seal();
    for (let failures = 0; ; failures++) {
      if (this.#stopped) throw new Error("the program is stopping");
      let leader: number | undefined;
      try {
        const { count, available } = await this.#cluster.partitionsOf(this.#topic);
        const wanted = key === null ? undefined : partitionOfKey(key, count);
        const target =
          wanted === undefined
            ? available[this.#turn++ % available.length]
            : available.find(({ partition }) => partition === wanted);
        if (target === undefined) throw new KafkaError(5);
        leader = target.leader;
        const { connection, versions } = await this.#cluster.connectionTo(leader);
        const [result] = await produce(
          connection,
          [{ topic: this.#topic, partition: target.partition, bytes }],
          { version: versionSpoken(PRODUCE_API, versions), acks: -1, requestTimeout: this.#requestTimeout },
        );
        if (result === undefined || result.errorCode !== 0) throw new KafkaError(result?.errorCode ?? -1);
        this.#trouble.over(DEAD_LETTERS);
        return;
      } catch (error) {
        if (this.#stopped || (error instanceof KafkaError && NEVER_TAKEN.includes(error.code))) throw error;
        this.#trouble.begin(DEAD_LETTERS, asError(error), this.#topic);
        if (leader !== undefined && !(error instanceof KafkaError)) {
          await this.#cluster.giveUp(leader, asError(error)).catch(() => {});
        }
        await sleep(Math.min(100 * 2 ** Math.min(failures, 16), LONGEST_BACKOFF));
        await this.#cluster.refresh().catch(() => {}); // the next attempt meets the same error
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}

/** What is wrong with a record, and where it comes from, as headers. Kept apart from those that it has. */
function letterOf(
  { topic, partition }: { readonly topic: string; readonly partition: number },
  { record, reason }: PoisonRecord,
): RecordBatch {
  return deadLetter(record, [
    { name: "flafkac.topic", value: topic },
    { name: "flafkac.partition", value: String(partition) },
    { name: "flafkac.offset", value: String(record.offset) },
    { name: "flafkac.reason", value: reason },
  ]);
}
