import type { ChannelComponent, SourceComponent } from "../agent/component.ts";
import { asError } from "./cluster.ts";
import type { ConsumerSettings } from "./consumer-options.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import type { TopicPartition } from "./group-assignors.ts";
import type { GroupOffset } from "./group-offsets.ts";
import type { PartitionProgress } from "./partition-progress.ts";
import { Signal } from "./signal.ts";

/** Whom the beginnings ask, and tell. */
export interface BeginningsHost {
  /** The group's offsets. Rejects where the coordinator does not give them. */
  committed(partitions: readonly TopicPartition[]): Promise<readonly GroupOffset[]>;
  /** Reading may begin: at an offset, or at an end of the partition that is to be looked up. */
  found(progress: PartitionProgress): void;
  /** A partition's position has changed without a delivery. */
  moved(): void;
  /** There is no offset to begin at, and none may be chosen. */
  cannotBegin(reason: string): void;
}

/** Finds where to begin in partitions that the group has just given to this member. What fails is repeated. */
export class PartitionBeginnings {
  readonly #component: SourceComponent | ChannelComponent;
  readonly #settings: ConsumerSettings;
  readonly #trouble: ConsumerTrouble;
  readonly #host: BeginningsHost;
  readonly #stopping = new Signal();
  #stopped = false;

  constructor(
    component: SourceComponent | ChannelComponent,
    settings: ConsumerSettings,
    trouble: ConsumerTrouble,
    host: BeginningsHost,
  ) {
    this.#component = component;
    this.#settings = settings;
    this.#trouble = trouble;
    this.#host = host;
  }

  stop(): void {
    this.#stopped = true;
    this.#stopping.notify();
  }

  /** Where the group was, where an older consumer was, or where the reset policy says. */
  async begin(gained: readonly PartitionProgress[]): Promise<void> {
    const offsets = await this.#untilItWorks("offsets", gained, (left) => this.#host.committed(left));
    const unknown = new Map<string, PartitionProgress[]>();
    for (const progress of gained) {
      if (progress.revoked) continue;
      const { topic, partition } = progress;
      const found = offsets?.find((one) => one.partition === partition && one.topic === topic);
      if (found !== undefined) {
        progress.committed = found.offset;
        progress.goTo(found.offset);
        this.#host.found(progress);
        continue;
      }
      const ofTopic = unknown.get(topic);
      if (ofTopic === undefined) unknown.set(topic, [progress]);
      else ofTopic.push(progress);
    }
    for (const [topic, ofTopic] of unknown) await this.#beginAnew(topic, ofTopic);
  }

  /** The group has never committed an offset of these. */
  async #beginAnew(topic: string, partitions: readonly PartitionProgress[]): Promise<void> {
    const { oldOffsets, autoOffsetReset, groupId } = this.#settings;
    const old =
      oldOffsets === undefined
        ? undefined
        : await this.#untilItWorks("old offsets", partitions, (left) =>
            oldOffsets(
              topic,
              left.map(({ partition }) => partition),
            ),
          );
    for (const progress of partitions) {
      if (progress.revoked) continue;
      const offset = old?.get(progress.partition);
      if (offset !== undefined) {
        this.#component.log.info(`${progress.name}: takes over offset ${offset} from ZooKeeper`);
        progress.goTo(offset);
        this.#host.moved();
      } else if (autoOffsetReset === "none") {
        this.#host.cannotBegin(
          `${progress.name}: group ${groupId} has no offset there, and auto.offset.reset is none`,
        );
        return;
      } else progress.reset = autoOffsetReset;
      this.#host.found(progress);
    }
  }

  /** Undefined when none of the partitions is this member's any more. */
  async #untilItWorks<T>(
    what: string,
    partitions: readonly PartitionProgress[],
    work: (left: readonly PartitionProgress[]) => Promise<T>,
  ): Promise<T | undefined> {
    const key = `${what} ${partitions[0]?.name}`;
    const first = this.#settings.retryBackoff;
    for (let failures = 0; ; failures++) {
      const left = partitions.filter(({ revoked }) => !revoked);
      if (left.length === 0 || this.#stopped) {
        this.#trouble.over(key);
        return undefined;
      }
      try {
        const result = await work(left);
        this.#trouble.over(key);
        return result;
      } catch (error) {
        if (this.#stopped) continue;
        this.#trouble.begin(key, asError(error));
        await this.#stopping.wait(Math.min(first * 2 ** Math.min(failures, 16), 10 * first));
      }
    }
  }
}
