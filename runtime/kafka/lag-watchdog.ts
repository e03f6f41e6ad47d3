import type { Log } from "../agent/log.ts";
import { asError, type KafkaCluster } from "./cluster.ts";
import type { GroupMember } from "./group-member.ts";
import { listOffsets } from "./list-offsets.ts";
import type { PartitionProgress } from "./partition-progress.ts";

/** How a watchdog looks; ms. */
export interface WatchdogOptions {
  /** Between two looks, both of which have to find the same. */
  readonly interval: number;
  readonly readCommitted: boolean;
  readonly requestTimeout: number;
  /** Whether records are being delivered: it may be them that nothing else has room beside. */
  readonly isDelivering: () => boolean;
}

/**
 * Notices a consumer that is connected but deaf: a partition holds records behind the one that was read last, nothing
 * waits to be delivered, and still nothing comes. Then connections are made anew, and the group is joined again.
 */
export class LagWatchdog {
  readonly #cluster: KafkaCluster;
  readonly #partitions: Iterable<PartitionProgress>;
  readonly #member: GroupMember;
  readonly #log: Log;
  readonly #options: WatchdogOptions;
  /** What each partition was waiting for at the last look, and whether it was there. */
  #waiting = new Map<PartitionProgress, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    cluster: KafkaCluster,
    partitions: Iterable<PartitionProgress>,
    member: GroupMember,
    log: Log,
    options: WatchdogOptions,
  ) {
    this.#cluster = cluster;
    this.#partitions = partitions;
    this.#member = member;
    this.#log = log;
    this.#options = options;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        if (!this.#stopped) this.start();
      });
    }, this.#options.interval);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const idle = [...this.#partitions].filter(
      ({ waitingBytes, fetchOffset, leader }) =>
        waitingBytes === 0 && fetchOffset !== undefined && leader !== undefined,
    );
    const before = this.#waiting;
    this.#waiting = new Map();
    if (!this.#member.stable || this.#options.isDelivering()) return;
    const nodes = new Set(idle.map(({ leader }) => leader!));
    for (const node of nodes) {
      const ofNode = idle.filter(({ leader }) => leader === node);
      for (const progress of await this.#lagging(node, ofNode)) {
        const offset = progress.fetchOffset;
        if (offset === undefined || progress.revoked) continue;
        if (before.get(progress) !== offset) this.#waiting.set(progress, offset);
        else if (!this.#stopped) await this.#wake(node, progress, offset);
      }
    }
  }

  /** Those that hold more than was read. Nothing where the node does not answer: fetching tells of that. */
  async #lagging(node: number, partitions: readonly PartitionProgress[]): Promise<PartitionProgress[]> {
    try {
      const broker = await this.#cluster.connectionTo(node);
      const asked = partitions.map(({ topic, partition }) => ({ topic, partition, at: "latest" as const }));
      const ends = await listOffsets(broker, asked, this.#options);
      return partitions.filter(({ topic, partition, fetchOffset }) =>
        ends.some(
          (end) =>
            end.partition === partition &&
            end.topic === topic &&
            end.errorCode === 0 &&
            end.offset > (fetchOffset ?? 0),
        ),
      );
    } catch (error) {
      this.#log.debug(`the watchdog cannot ask node ${node}: ${asError(error).message}`);
      return [];
    }
  }

  async #wake(node: number, progress: PartitionProgress, offset: number): Promise<void> {
    const seconds = this.#options.interval / 1000;
    this.#log.warn(
      `${progress.name} holds records from offset ${offset} on, but none has come for ${seconds} s: connects anew`,
    );
    await this.#cluster.giveUp(node, new Error("no records come over this connection")).catch(() => {});
    this.#member.rejoin("no records come");
  }
}
