import { setTimeout as sleep } from "node:timers/promises";
import { asError } from "./cluster.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import type { KafkaError } from "./errors.ts";
import type { GroupOffset } from "./group-offsets.ts";
import type { PartitionProgress } from "./partition-progress.ts";

const UNKNOWN_TOPIC_OR_PARTITION = 3;

/** A group member, as far as it commits. */
export interface CommittingMember {
  readonly stable: boolean;
  commit(offsets: readonly GroupOffset[]): Promise<Map<string, KafkaError>>;
}

/**
 * Commits how far each partition is delivered: what gathers within an interval goes in one request, never two at a time.
 * A commit that fails is repeated with what is delivered by then, until the partition is another member's.
 */
export class OffsetCommitter {
  readonly #member: CommittingMember;
  readonly #partitions: Iterable<PartitionProgress>;
  readonly #interval: number;
  readonly #retryBackoff: number;
  readonly #trouble: ConsumerTrouble;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<boolean> | undefined;
  #failures = 0;
  #failingSince: number | undefined;

  /** @param interval ms from a delivery to its commit. */
  constructor(
    member: CommittingMember,
    partitions: Iterable<PartitionProgress>,
    trouble: ConsumerTrouble,
    { interval, retryBackoff }: { readonly interval: number; readonly retryBackoff: number },
  ) {
    this.#member = member;
    this.#partitions = partitions;
    this.#trouble = trouble;
    this.#interval = interval;
    this.#retryBackoff = retryBackoff;
  }

  /** For how long commits have failed, ms; 0 when the last one worked, but for topics that are gone. */
  get failingFor(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  /** Something is delivered: its commit is due soon. */
  wake(): void {
    if (this.#timer !== undefined) return;
    const backoff = Math.min(this.#retryBackoff * 2 ** Math.min(this.#failures, 16), 10 * this.#retryBackoff);
    const wait = this.#failures === 0 ? this.#interval : Math.max(this.#interval, backoff);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#commit().then((all) => {
        if (!all && this.#member.stable) this.wake();
      });
    }, wait);
  }

  /** Commits all that is delivered now; resolves when that is done, or after `within` ms. */
  async flush(within: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // A coordinator that does not answer must not keep anybody longer.
    const timeout = new AbortController();
    await Promise.race([
      this.#commitAll(timeout.signal),
      sleep(within, undefined, { signal: timeout.signal }).catch(() => {}),
    ]);
    timeout.abort();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #commitAll(timeout: AbortSignal): Promise<void> {
    await this.#running;
    while (!timeout.aborted && !(await this.#commit())) {
      if (!this.#member.stable) return;
      await sleep(this.#retryBackoff);
    }
  }

  /** Returns whether all that was delivered is committed. */
  #commit(): Promise<boolean> {
    this.#running ??= this.#commitOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #commitOnce(): Promise<boolean> {
    const due: (GroupOffset & { readonly progress: PartitionProgress })[] = [];
    for (const progress of this.#partitions) {
      const { topic, partition, position, committed } = progress;
      if (position !== undefined && position !== committed) {
        due.push({ progress, topic, partition, offset: position });
      }
    }
    if (due.length === 0) {
      // What could not be committed is another member's now: nothing fails any more.
      this.#succeeded();
      return true;
    }
    if (!this.#member.stable) return false;
    try {
      const failed = await this.#member.commit(due);
      for (const { progress, offset } of due) {
        if (!failed.has(progress.name)) progress.committed = offset;
      }
      const gone = due.find(({ progress }) => failed.get(progress.name)?.code === UNKNOWN_TOPIC_OR_PARTITION);
      for (const error of failed.values()) {
        if (error.code !== UNKNOWN_TOPIC_OR_PARTITION) return this.#failed(error);
      }
      if (gone !== undefined) {
        // A topic that was deleted: what is delivered of the others is committed, and nobody has to wait for it.
        this.#failures++;
        this.#failingSince = undefined;
        this.#trouble.begin("commit", failed.get(gone.progress.name)!, gone.topic);
        return false;
      }
    } catch (error) {
      return this.#failed(asError(error));
    }
    this.#succeeded();
    return due.every(({ progress }) => progress.position === progress.committed);
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#failingSince = undefined;
    this.#trouble.over("commit");
  }

  #failed(error: Error): false {
    this.#failures++;
    this.#failingSince ??= performance.now();
    this.#trouble.begin("commit", error);
    return false;
  }
}
