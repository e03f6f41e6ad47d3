import type { ChannelComponent, SourceComponent } from "../agent/component.ts";
import { KafkaCluster } from "./cluster.ts";
import { type ConsumerSettings, consumerSettings, type KafkaConsumerOptions } from "./consumer-options.ts";
import { ConsumerReading } from "./consumer-reading.ts";
import { ConsumerTrouble } from "./consumer-trouble.ts";
import type { FetchedRecords } from "./fetched-records.ts";
import { GroupMember } from "./group-member.ts";
import { LagWatchdog } from "./lag-watchdog.ts";
import { type CommittingMember, OffsetCommitter } from "./offset-committer.ts";
import { Signal } from "./signal.ts";
import { TopicWatch } from "./topic-watch.ts";

const LARGEST_FETCH = 256 * 1024 * 1024; // bytes: one batch may be larger than what is asked for
/** How long what is being delivered may take when the group shares out anew, or the reading ends for good, ms. */
const LAST_DELIVERY = 10_000;
const LAST_COMMIT = 3_000; // ms
const GOODBYE = 1_000; // ms

/**
 * A member of a consumer group that gives records to sinks, and commits their offsets when they are delivered and not
 * before: as far as nothing is missing in a partition. Kafka's own `KafkaConsumer` with the eager protocol, so that
 * it works beside Java's in one group. No broker's error ends it: what fails is repeated until it works.
 */
export class KafkaConsumer {
  readonly #component: SourceComponent | ChannelComponent;
  readonly #settings: ConsumerSettings;
  readonly #changed = new Signal();
  #running: RunningConsumerParts | undefined;
  #closed = false;
  /** The group is about to share out anew: nothing more is handed out. */
  #finishing = true;
  #failure: Error | undefined;

  constructor(component: SourceComponent | ChannelComponent, options: KafkaConsumerOptions) {
    this.#component = component;
    this.#settings = consumerSettings(options);
  }

  /**
   * Reads certificates and passwords, and begins to join the group; does not wait for a broker.
   *
   * @throws StartError when a file or a password is not what the configuration says.
   */
  start(): void {
    const component = this.#component;
    const settings = this.#settings;
    const { brokers, topics, security } = settings;
    const connecting = {
      ...settings,
      topics: topics instanceof RegExp ? ("all" as const) : topics,
      ...security?.(component, "consumer"),
    };
    const cluster = new KafkaCluster({ ...connecting, largestFetch: LARGEST_FETCH }, component.log);
    // A coordinator answers to JoinGroup when all members have come; nothing else shall wait behind that.
    const groupCluster = new KafkaCluster(connecting, component.log);
    const named = typeof brokers === "function" ? "the addresses from ZooKeeper" : brokers.join(",");
    const trouble = new ConsumerTrouble(component, named);
    const watch = new TopicWatch(cluster, topics, settings.metadataMaxAge, trouble);
    const reading = new ConsumerReading(component, settings, cluster, trouble, {
      changed: () => this.#changed.notify(),
      committed: (partitions) => member.committed(partitions),
      moved: () => committer.wake(),
      failed: (error) => {
        this.#failure ??= error;
        this.#changed.notify();
      },
    });
    const member = new GroupMember(
      groupCluster,
      settings,
      {
        topics: () => watch.topics(),
        partitionCounts: (names) => watch.partitionCounts(names),
        finish: (within) => this.#finish(within),
        assigned: (partitions) => {
          reading.assign(partitions);
          this.#finishing = false;
          this.#changed.notify();
          watch.joined();
          committer.wake();
        },
        lost: () => {
          this.#finishing = true;
          reading.assign([]);
        },
        heard: () => this.#changed.notify(),
      },
      trouble,
      component.log,
    );
    const committer = new OffsetCommitter(timedCommits(member, component), reading.partitions, trouble, {
      interval: settings.commitInterval,
      retryBackoff: settings.retryBackoff,
    });
    const watchdog = new LagWatchdog(cluster, reading.partitions, member, component.log, {
      interval: settings.deafAfter,
      readCommitted: settings.isolationLevel === "read_committed",
      requestTimeout: settings.requestTimeout,
      isDelivering: () => reading.isDelivering,
    });
    this.#running = { cluster, groupCluster, reading, member, committer, watch, watchdog };
    member.start();
    watchdog.start();
    void watch.watch(member);
  }

  /**
   * All that has gathered, in the order of each partition; waits for the first. Undefined once the consumer is closed.
   *
   * @throws DataError that names topic, partition and offset where something cannot be read, and the policy is to stop.
   */
  async take(): Promise<readonly FetchedRecords[] | undefined> {
    const { counters } = this.#component;
    const from = performance.now();
    for (let first = true; ; first = false) {
      if (this.#closed) return undefined;
      const running = this.#running;
      if (running !== undefined && this.#mayGive(running)) {
        const taken = running.reading.take();
        if (taken.length > 0) {
          counters.KafkaEventGetTimer += Math.round(performance.now() - from);
          return taken;
        }
        if (first && counters.Type === "SOURCE") counters.KafkaEmptyCount++;
        if (this.#failure !== undefined && running.reading.isIdle) {
          // What came before it is delivered first.
          await this.#settled(LAST_DELIVERY);
          await running.committer.flush(LAST_COMMIT);
          throw this.#failure;
        }
      }
      await this.#changed.wait();
    }
  }

  /** The records are delivered: their offsets may be committed, as far as all before them are delivered as well. */
  commit(batches: readonly FetchedRecords[]): void {
    if (this.#running === undefined) return;
    this.#running.reading.delivered(batches);
    this.#running.committer.wake();
    if (!this.#running.reading.isDelivering) this.#changed.notify();
  }

  /** The records are not delivered: a later take gives them again, unless their partition was taken away meanwhile. */
  rollback(batches: readonly FetchedRecords[]): void {
    this.#running?.reading.giveBack(batches);
    this.#changed.notify();
  }

  /**
   * A sink keeps the records, and will say `commit` when it could deliver them. The group does not wait for that: when
   * a partition goes to another member before, they are delivered there as well.
   */
  holdBack(batches: readonly FetchedRecords[]): void {
    this.#running?.reading.holdBack(batches);
    this.#changed.notify();
  }

  /**
   * The record can never be handed on: does with it what the poison policy says; the others of `records` go on.
   *
   * @throws DataError when the policy is to stop, as soon as what else is being delivered is committed.
   */
  async setAside(records: FetchedRecords, i: number, reason: string): Promise<void> {
    const running = this.#running;
    if (running === undefined || (await running.reading.setAside(records, i, reason))) return;
    this.holdBack([records]);
    await this.#settled(LAST_DELIVERY);
    await running.committer.flush(LAST_COMMIT);
    throw this.#failure;
  }

  /** No more takes; what is not delivered stays in Kafka. */
  close(): void {
    this.#closed = true;
    this.#changed.notify();
  }

  /** Commits what is delivered, leaves the group, and closes the connections; takes no more than a few seconds. */
  async stop(): Promise<void> {
    this.close();
    const running = this.#running;
    if (running === undefined) return;
    const { cluster, groupCluster, reading, member, committer, watch, watchdog } = running;
    watch.stop();
    watchdog.stop();
    reading.stop();
    await committer.flush(LAST_COMMIT);
    committer.stop();
    await member.stop(GOODBYE);
    await Promise.all([cluster.close(), groupCluster.close()]);
  }

  /** Not while others may have taken over, nor while what is delivered cannot be committed: it would come again. */
  #mayGive({ member, committer }: RunningConsumerParts): boolean {
    return !this.#finishing && member.present && committer.failingFor < this.#settings.sessionTimeout;
  }

  /** The group shares out anew. */
  async #finish(within: number): Promise<void> {
    this.#finishing = true;
    const deadline = performance.now() + within;
    await this.#settled(Math.min(within, LAST_DELIVERY));
    await this.#running?.committer.flush(Math.max(0, Math.min(LAST_COMMIT, deadline - performance.now())));
  }

  /** Resolves when nothing is being delivered, or after `within` ms. */
  async #settled(within: number): Promise<void> {
    const deadline = performance.now() + within;
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#running?.reading.isDelivering !== true) return;
      await this.#changed.wait(left);
    }
  }
}

/** What a consumer consists of once it has started. */
interface RunningConsumerParts {
  /** For metadata and for fetching. */
  readonly cluster: KafkaCluster;
  /** For the group's coordinator. */
  readonly groupCluster: KafkaCluster;
  readonly reading: ConsumerReading;
  readonly member: GroupMember;
  readonly committer: OffsetCommitter;
  readonly watch: TopicWatch;
  readonly watchdog: LagWatchdog;
}

/** The same member, with the time of its commits in the counters. */
function timedCommits(
  member: CommittingMember,
  { counters }: SourceComponent | ChannelComponent,
): CommittingMember {
  return {
    get stable() {
      return member.stable;
    },
    commit: async (offsets) => {
      const from = performance.now();
      try {
        return await member.commit(offsets);
      } finally {
        counters.KafkaCommitTimer += Math.round(performance.now() - from);
      }
    },
  };
}
