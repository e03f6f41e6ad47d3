import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../agent/log.ts";
import { asError } from "./cluster.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import { KafkaError } from "./errors.ts";
import {
  type AssignedMember,
  assignorNamed,
  readAssignment,
  readSubscription,
  type TopicPartition,
  writeAssignment,
  writeSubscription,
} from "./group-assignors.ts";
import { type GroupCluster, GroupCoordinator } from "./group-coordinator.ts";
import { commitOffsets, committedOffsets, type GroupOffset } from "./group-offsets.ts";
import {
  type GroupIdentity,
  heartbeat,
  type JoinedMember,
  joinGroup,
  leaveGroup,
  syncGroup,
} from "./group-requests.ts";
import { Signal } from "./signal.ts";

/** How a member behaves in its group; ms as Kafka's properties of these names. */
export interface GroupMemberOptions {
  readonly groupId: string;
  readonly groupInstanceId: string | undefined;
  readonly sessionTimeout: number;
  readonly heartbeatInterval: number;
  readonly rebalanceTimeout: number;
  readonly requestTimeout: number;
  readonly retryBackoff: number;
  readonly assignors: readonly string[];
}

/** What the member asks, and tells, the consumer that it belongs to. */
export interface GroupMemberHost {
  /** The topics that the consumer reads. */
  topics(): Promise<readonly string[]>;
  /** How many partitions topics have; for the member that shares out. Those that do not exist are left out. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The group shares out anew: delivers and commits what is under way; resolves then, or after `within` ms. */
  finish(within: number): Promise<void>;
  /** The member has these partitions now; those that it had before and has still were nobody else's meanwhile. */
  assigned(partitions: readonly TopicPartition[]): void;
  /** The member has no partition any more: others may have read on from the committed offsets. */
  lost(): void;
  /** The coordinator has heard of the member. */
  heard(): void;
}

const REBALANCE = 27;
const MEMBER_ID_REQUIRED = 79;
const FENCED = 82;
/** ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID */
const OUT_OF_GROUP: readonly number[] = [22, 25, FENCED];
const LASTING_GROUP_BACKOFF = 5_000; // ms
const FENCED_BACKOFF = 30_000; // ms

/**
 * A member of a consumer group, as Java's eager consumers: joins, shares out where it is asked to, says that it lives,
 * and joins again whenever the group changes or has forgotten it. No error ends it. The coordinator is looked for again
 * whenever it does not answer, for ever.
 */
export class GroupMember {
  readonly #coordinator: GroupCoordinator;
  readonly #options: GroupMemberOptions;
  readonly #host: GroupMemberHost;
  readonly #trouble: ConsumerTrouble;
  readonly #log: Log;
  readonly #changed = new Signal();
  #memberId = "";
  #generation = -1;
  /** The last generation of which it got a share, unless that is lost. */
  #sharedGeneration: number | undefined;
  #state: "joining" | "stable" | "stopped" = "joining";
  /** Why the member has to join again. */
  #rejoin: string | undefined;
  #lastHeard = 0;
  /** What it joined with, and shared out when it was asked to. */
  #joinedTopics: readonly string[] = [];
  #sharedOut: ReadonlyMap<string, number> | undefined;

  constructor(
    cluster: GroupCluster,
    options: GroupMemberOptions,
    host: GroupMemberHost,
    trouble: ConsumerTrouble,
    log: Log,
  ) {
    this.#coordinator = new GroupCoordinator(cluster, options.groupId, options.requestTimeout);
    this.#options = options;
    this.#host = host;
    this.#trouble = trouble;
    this.#log = log;
  }

  /** Whether it has its share, and the coordinator has heard of it within the session timeout. */
  get present(): boolean {
    return this.#state === "stable" && performance.now() - this.#lastHeard < this.#options.sessionTimeout;
  }

  /** Whether offsets can be committed: between joining and joining again. */
  get stable(): boolean {
    return this.#state === "stable";
  }

  /** The topics that it joined with. */
  get joinedTopics(): readonly string[] {
    return this.#joinedTopics;
  }

  /** What this member knew of partitions when it shared them out; undefined where another one did. */
  get sharedOut(): ReadonlyMap<string, number> | undefined {
    return this.#sharedOut;
  }

  /** Joins, and stays until `stop`. */
  start(): void {
    void this.#live();
  }

  /** Joins again, because what it wants has changed, or because something is wrong. */
  rejoin(reason: string): void {
    this.#rejoin ??= reason;
    this.#changed.notify();
  }

  /**
   * Commits offsets. Returns the partitions that are not committed, with their errors: to be tried again.
   *
   * @throws KafkaError, or the connection's error, when none is.
   */
  async commit(offsets: readonly GroupOffset[]): Promise<Map<string, KafkaError>> {
    // Not that of a later generation, when the coordinator is found: others may have read on meanwhile.
    const identity = this.#identity();
    const results = await this.#coordinator.call((broker) =>
      commitOffsets(broker, identity, offsets, this.#options.requestTimeout),
    );
    const failed = new Map<string, KafkaError>();
    for (const { topic, partition, errorCode } of results) {
      if (errorCode !== 0) failed.set(`${topic}-${partition}`, new KafkaError(errorCode));
    }
    const code = failed.values().next().value?.code;
    if (code !== undefined && identity.generation === this.#generation) this.#note(code);
    return failed;
  }

  /**
   * The group's offsets of some partitions; those without one are left out.
   *
   * @throws KafkaError, or the connection's error.
   */
  async committed(partitions: readonly TopicPartition[]): Promise<GroupOffset[]> {
    try {
      return await this.#coordinator.call((broker) =>
        committedOffsets(broker, this.#options.groupId, partitions, this.#options.requestTimeout),
      );
    } catch (error) {
      if (error instanceof KafkaError) this.#note(error.code);
      throw error;
    }
  }

  /** Leaves the group, unless it is a static member, which is expected back. Waits `within` ms at most. */
  async stop(within: number): Promise<void> {
    const wasJoining = this.#state === "joining";
    this.#state = "stopped";
    this.#changed.notify();
    if (this.#memberId === "" || this.#options.groupInstanceId !== undefined) return;
    const leave = async () => {
      // The answer to a JoinGroup may be a while away, and would keep LeaveGroup waiting.
      if (wasJoining) await this.#coordinator.hangUp();
      await this.#coordinator.callIfKnown((broker) => leaveGroup(broker, this.#identity(), within));
    };
    const timeout = new AbortController();
    await Promise.race([
      leave().catch(() => {}),
      sleep(within, undefined, { signal: timeout.signal }).catch(() => {}),
    ]);
    timeout.abort();
  }

  async #live(): Promise<void> {
    for (let failures = 0; this.#state !== "stopped"; ) {
      try {
        this.#state = "joining";
        if (await this.#join()) {
          failures = 0;
          await this.#stay();
        }
      } catch (thrown) {
        if (this.#isStopped()) return;
        const error = asError(thrown);
        const { retryBackoff } = this.#options;
        const lasting = this.#trouble.begin("group", error);
        const most = lasting ? LASTING_GROUP_BACKOFF : 10 * retryBackoff;
        const fenced = error instanceof KafkaError && error.code === FENCED;
        const pause = Math.min(retryBackoff * 2 ** Math.min(failures++, 16), Math.max(retryBackoff, most));
        await this.#changed.wait(fenced ? FENCED_BACKOFF : pause);
      }
    }
  }

  /** Joins and gets a share. Returns false where that has to be tried again at once. */
  async #join(): Promise<boolean> {
    this.#rejoin = undefined;
    const topics = [...(await this.#host.topics())].sort();
    const { sessionTimeout, rebalanceTimeout, assignors, requestTimeout } = this.#options;
    const subscription = writeSubscription(topics);
    const protocols = assignors.map((name) => ({ name, subscription }));
    const joined = await this.#coordinator.call((broker) =>
      joinGroup(broker, this.#identity(), { sessionTimeout, rebalanceTimeout, protocols }),
    );
    if (this.#isStopped()) {
      this.#memberId = joined.memberId;
      return false;
    }
    if (joined.errorCode === MEMBER_ID_REQUIRED) {
      this.#memberId = joined.memberId;
      return false;
    }
    this.#check(joined.errorCode);
    this.#memberId = joined.memberId;
    this.#generation = joined.generation;
    const isLeader = joined.leaderId === joined.memberId;
    const shares = isLeader ? await this.#shareOut(joined.protocol, joined.members) : [];
    const synced = await this.#coordinator.call((broker) =>
      syncGroup(broker, this.#identity(), shares, requestTimeout),
    );
    if (this.#isStopped()) return false;
    if (synced.errorCode === REBALANCE) return false;
    this.#check(synced.errorCode);
    this.#lastHeard = performance.now();
    this.#joinedTopics = topics;
    if (!isLeader) this.#sharedOut = undefined;
    this.#state = "stable";
    this.#trouble.over("group");
    // In a generation that it has missed, its partitions may have been another's.
    const passed = this.#generation - (this.#sharedGeneration ?? this.#generation);
    if (passed < 0 || passed > 1) this.#host.lost();
    this.#sharedGeneration = this.#generation;
    this.#host.assigned(readAssignment(synced.assignment));
    return true;
  }

  async #shareOut(protocol: string, joined: readonly JoinedMember[]) {
    const members: AssignedMember[] = joined.map(({ memberId, groupInstanceId, subscription }) => ({
      memberId,
      groupInstanceId,
      topics: readSubscription(subscription),
    }));
    const counts = await this.#host.partitionCounts([...new Set(members.flatMap(({ topics }) => topics))]);
    this.#sharedOut = counts;
    const assign = assignorNamed(protocol);
    if (assign === undefined) throw new KafkaError(23);
    return Array.from(assign(members, counts), ([memberId, partitions]) => ({
      memberId,
      assignment: writeAssignment(partitions),
    }));
  }

  /** Says that it lives, until it has to join again. */
  async #stay(): Promise<void> {
    const { heartbeatInterval, rebalanceTimeout, retryBackoff, requestTimeout } = this.#options;
    const progress = { finishing: false, finished: false };
    let next = performance.now() + heartbeatInterval;
    while (this.#state === "stable") {
      if (this.#rejoin !== undefined && !progress.finishing) {
        progress.finishing = true;
        this.#log.info(`joins the group anew: ${this.#rejoin}`);
        const spare = Math.min(5_000, rebalanceTimeout / 5);
        void this.#host.finish(rebalanceTimeout - spare).finally(() => {
          progress.finished = true;
          this.#changed.notify();
        });
      }
      if (progress.finished) return;
      await this.#changed.wait(next - performance.now());
      if (this.#state !== "stable" || performance.now() < next) continue;
      try {
        const code = await this.#coordinator.call((broker) =>
          heartbeat(broker, this.#identity(), requestTimeout),
        );
        next = performance.now() + heartbeatInterval;
        if (code === 0 || code === REBALANCE) {
          this.#lastHeard = performance.now();
          this.#trouble.over("group");
          this.#host.heard();
        } else if (!OUT_OF_GROUP.includes(code)) {
          this.#trouble.begin("group", new KafkaError(code));
          next = performance.now() + 10 * retryBackoff;
        }
        this.#note(code);
        if (code === FENCED) throw new KafkaError(FENCED);
      } catch (error) {
        if (this.#isStopped() || (error instanceof KafkaError && error.code === FENCED)) throw error;
        this.#trouble.begin("group", asError(error));
        next = performance.now() + 10 * retryBackoff;
      }
    }
  }

  /** Draws the conclusions from an error that is not thrown. */
  #note(code: number): void {
    this.#coordinator.heard(code);
    if (code === REBALANCE) this.rejoin("its members or their topics have changed");
    if (OUT_OF_GROUP.includes(code) && this.#state === "stable") this.#leaveBehind(code);
  }

  /** The group goes on without this member. */
  #leaveBehind(code: number): void {
    this.#state = "joining";
    this.#log.warn(`has lost its partitions: ${new KafkaError(code).message}; joins the group anew`);
    this.#forget();
    this.#changed.notify();
  }

  /** It is no member any more. */
  #forget(): void {
    this.#memberId = "";
    this.#generation = -1;
    this.#sharedGeneration = undefined;
    this.#host.lost();
  }

  /** @throws KafkaError for an answer to JoinGroup or SyncGroup that gives no share. */
  #check(code: number): void {
    if (code === 0) return;
    this.#coordinator.heard(code);
    if (OUT_OF_GROUP.includes(code)) this.#forget();
    throw new KafkaError(code);
  }

  #identity(): GroupIdentity {
    return {
      groupId: this.#options.groupId,
      groupInstanceId: this.#options.groupInstanceId ?? null,
      memberId: this.#memberId,
      generation: this.#generation,
    };
  }

  /** Asked after every wait; the compiler takes the state for what it was before. */
  #isStopped(): boolean {
    return this.#state === "stopped";
  }
}
