import type { ChannelComponent, SourceComponent } from "../agent/component.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import { asError, type KafkaCluster } from "./cluster.ts";
import type { ConsumerSettings } from "./consumer-options.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { PoisonPolicy } from "./poison-policy.ts";
import type { PoisonRecord } from "./record-decoder.ts";

/**
 * What becomes of records that cannot be read, or that no channel can ever take: the consumer's poison policy. Each is
 * counted; the log has a line for the first of a while.
 */
export class PoisonRecords {
  readonly #policy: PoisonPolicy;
  readonly #deadLetters: DeadLetters | undefined;
  readonly #counters: PoisonCounters;
  readonly #warning: RepeatedWarning;
  #stopped = false;

  constructor(
    component: SourceComponent | ChannelComponent,
    { poison, requestTimeout }: ConsumerSettings,
    cluster: KafkaCluster,
    trouble: ConsumerTrouble,
  ) {
    this.#policy = poison;
    this.#deadLetters =
      typeof poison === "string"
        ? undefined
        : new DeadLetters(cluster, poison.deadLetterTopic, requestTimeout, trouble);
    this.#counters = Object.assign(component.counters, { PoisonEventCount: 0 });
    this.#warning = new RepeatedWarning(component.log, "records that are left out");
  }

  /** Counts records without a word. */
  count(records: number): void {
    this.#counters.PoisonEventCount += records;
  }

  /** Resolves once the record is dealt with; with the reason where the reading has to end instead. Rejects after `stop`. */
  async setAside(
    from: { readonly topic: string; readonly partition: number },
    found: PoisonRecord,
  ): Promise<string | undefined> {
    this.count(1);
    if (this.#policy === "stop") return "the poison policy is to stop";
    try {
      await this.#deadLetters?.send(from, found);
    } catch (error) {
      if (this.#stopped || typeof this.#policy === "string") throw error;
      return `topic ${this.#policy.deadLetterTopic} does not take it: ${asError(error).message}`;
    }
    const fate = this.#deadLetters === undefined ? "skipped" : "written to the dead-letter topic";
    const { topic, partition } = from;
    const { offset } = found.record;
    this.#warning.tell(`a record is ${fate}: ${found.reason}`, { topic, partition, offset });
    return undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#deadLetters?.stop();
    this.#warning.flush();
  }
}

/** With the one that Flume has not. */
type PoisonCounters = (SourceComponent["counters"] | ChannelComponent["counters"]) & {
  PoisonEventCount: number;
};
