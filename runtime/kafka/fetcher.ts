import { setTimeout as sleep } from "node:timers/promises";
import { asError, type KafkaCluster } from "./cluster.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import { KafkaError } from "./errors.ts";
import { type FetchedPartition, fetchRecords } from "./fetch-request.ts";
import { listOffsets } from "./list-offsets.ts";
import type { PartitionProgress } from "./partition-progress.ts";

/** How partitions are read; all ms and bytes, as Kafka's properties of these names. */
export interface FetcherOptions {
  readonly fetchMinBytes: number;
  readonly fetchMaxWait: number;
  readonly fetchMaxBytes: number;
  readonly maxPartitionFetchBytes: number;
  readonly readCommitted: boolean;
  readonly clientRack: string;
  readonly requestTimeout: number;
  readonly retryBackoff: number;
  /** Bytes that may wait or be delivered at a time. */
  readonly prefetchBytes: number;
  /** ms that all of them are taken, and none is let go, before the target hears of it. */
  readonly deafAfter: number;
}

/** Who gets what the fetcher finds. */
export interface FetchTarget {
  /** Batches came, from the offset that was asked for. */
  arrived(progress: PartitionProgress, fetched: FetchedPartition, from: number): void;
  /** The partition does not hold the offset that was asked for. */
  outOfRange(progress: PartitionProgress): void;
  /** The place to begin was looked up, and set. */
  located(progress: PartitionProgress): void;
  /** There has been no room for more for some time: what is being delivered has it. Or there is again. */
  stalled(isStalled: boolean): void;
}

const OFFSET_OUT_OF_RANGE = 1;
const LASTING_BACKOFF = 5_000; // ms
/** While a partition waits for room, the others of its node are asked for with this short a wait, ms. */
const SHORT_WAIT = 10;

/**
 * Keeps one Fetch under way to each node that leads partitions of this member, as long as there is room for what
 * comes. Finds leaders and beginnings. What fails is repeated for ever; the trouble tells of it.
 */
export class Fetcher {
  readonly #cluster: KafkaCluster;
  readonly #options: FetcherOptions;
  readonly #trouble: ConsumerTrouble;
  readonly #target: FetchTarget;
  readonly #partitions = new Set<PartitionProgress>();
  /** Nodes with a Fetch under way, or with a pause after one that failed. */
  readonly #fetching = new Set<number>();
  readonly #locating = new Set<number>();
  #findingLeaders = false;
  /** Bytes that wait or are being delivered, and those that requests under way may bring. */
  #held = 0;
  /** Which partition comes first in the next request to each node. */
  readonly #turns = new Map<number, number>();
  /** Which node is asked first. */
  #nodeTurn = 0;
  #shortWait = SHORT_WAIT;
  #stallTimer: NodeJS.Timeout | undefined;
  #stalled = false;
  #planned = false;
  #stopped = false;

  constructor(cluster: KafkaCluster, options: FetcherOptions, trouble: ConsumerTrouble, target: FetchTarget) {
    this.#cluster = cluster;
    this.#options = options;
    this.#trouble = trouble;
    this.#target = target;
  }

  /** Begins to read the partition. */
  add(progress: PartitionProgress): void {
    this.#partitions.add(progress);
    this.wake();
  }

  /** Reads the partition no more. */
  remove(progress: PartitionProgress): void {
    this.#partitions.delete(progress);
  }

  /** Bytes are held, or with a negative number are held no more. */
  hold(bytes: number): void {
    this.#held += bytes;
    if (bytes < 0) {
      this.#shortWait = SHORT_WAIT;
      clearTimeout(this.#stallTimer);
      this.#stallTimer = undefined;
      this.#stall(false);
      this.wake();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#stallTimer);
  }

  #stall(isStalled: boolean): void {
    if (isStalled !== this.#stalled && !this.#stopped) this.#target.stalled(isStalled);
    this.#stalled = isStalled;
  }

  /** Something has changed: looks what there is to ask for, once all that happens now has happened. */
  wake(): void {
    if (this.#planned || this.#stopped) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      if (!this.#stopped) this.#plan();
    });
  }

  #plan(): void {
    const fetches = new Map<number, { hungry: PartitionProgress[]; full: boolean }>();
    const lookUps = new Map<number, PartitionProgress[]>();
    let leaderless = false;
    for (const progress of this.#partitions) {
      if (progress.leader === undefined) {
        leaderless = true;
      } else if (progress.reset !== undefined) {
        const ofNode = lookUps.get(progress.leader);
        if (ofNode === undefined) lookUps.set(progress.leader, [progress]);
        else ofNode.push(progress);
      } else if (progress.fetchOffset !== undefined) {
        const node = progress.preferredReplica ?? progress.leader;
        const ofNode = fetches.get(node) ?? { hungry: [], full: false };
        fetches.set(node, ofNode);
        if (progress.waitingBytes < 2 * this.#options.maxPartitionFetchBytes) ofNode.hungry.push(progress);
        else ofNode.full = true;
      }
    }
    if (leaderless && !this.#findingLeaders) void this.#findLeaders();
    for (const [node, partitions] of lookUps) {
      if (!this.#locating.has(node)) void this.#locate(node, partitions);
    }
    // A request that waits for records keeps its room: no node may take that of all, nor always be the first.
    const { prefetchBytes, maxPartitionFetchBytes } = this.#options;
    const share = Math.max(maxPartitionFetchBytes, Math.floor(prefetchBytes / fetches.size));
    for (const [node, { hungry, full }] of turned([...fetches], this.#nodeTurn++)) {
      if (hungry.length > 0 && !this.#fetching.has(node)) void this.#fetch(node, hungry, full, share);
    }
  }

  /** @param share the most bytes that may come. */
  async #fetch(
    node: number,
    hungry: readonly PartitionProgress[],
    full: boolean,
    share: number,
  ): Promise<void> {
    const { prefetchBytes, fetchMaxBytes, maxPartitionFetchBytes, fetchMaxWait, deafAfter } = this.#options;
    const room = prefetchBytes - this.#held;
    if (room <= 0) {
      // Woken when there is some. What requests under way may bring comes, or does not, in a moment.
      this.#stallTimer ??= setTimeout(() => {
        this.#stallTimer = undefined;
        if (this.#held >= prefetchBytes && this.#fetching.size === 0) this.#stall(true);
      }, deafAfter);
      return;
    }
    const maxBytes = Math.min(room, share, fetchMaxBytes, hungry.length * maxPartitionFetchBytes);
    this.#held += maxBytes;
    this.#fetching.add(node);
    const turn = this.#turns.get(node) ?? 0;
    this.#turns.set(node, turn + 1);
    const positions = turned(hungry, turn).map((progress) => ({
      progress,
      topic: progress.topic,
      partition: progress.partition,
      offset: progress.fetchOffset!,
      maxBytes: maxPartitionFetchBytes,
    }));
    const maxWait = full ? Math.min(this.#shortWait, fetchMaxWait) : fetchMaxWait;
    let failure: Error | undefined;
    try {
      const broker = await this.#cluster.connectionTo(node, "fetch");
      const fetched = await fetchRecords(broker, positions, { ...this.#fetchOptions(), maxWait, maxBytes });
      if (fetched.every(({ records }) => records.length === 0)) this.#shortWait *= 2;
      this.#trouble.over(`fetch from ${node}`);
      const asked = new Map(
        positions.map((position) => [`${position.partition} ${position.topic}`, position]),
      );
      for (const one of fetched) {
        const position = asked.get(`${one.partition} ${one.topic}`);
        if (position !== undefined && !this.#stopped) this.#receive(position.progress, position.offset, one);
      }
    } catch (error) {
      failure = asError(error);
    }
    this.#held -= maxBytes;
    if (failure !== undefined && !this.#stopped) {
      for (const progress of hungry) forgetNode(progress);
      await this.#cluster.giveUp(node, failure).catch(() => {});
      await this.#pause(`fetch from ${node}`, failure);
    }
    this.#fetching.delete(node);
    if (!this.#stopped) this.#plan();
  }

  #receive(progress: PartitionProgress, from: number, fetched: FetchedPartition): void {
    if (progress.revoked || progress.fetchOffset !== from || progress.reset !== undefined) return;
    const { errorCode, preferredReplica, records } = fetched;
    if (errorCode === 0) {
      this.#trouble.over(`read ${progress.name}`);
      if (preferredReplica >= 0) progress.preferredReplica = preferredReplica;
      if (records.length > 0) this.#target.arrived(progress, fetched, from);
      return;
    }
    if (errorCode === OFFSET_OUT_OF_RANGE && progress.preferredReplica === undefined) {
      this.#target.outOfRange(progress);
      return;
    }
    // A replica that is behind, a leader that has moved, a topic that is gone: found out when leaders are.
    forgetNode(progress);
    if (errorCode !== OFFSET_OUT_OF_RANGE) {
      this.#trouble.begin(`read ${progress.name}`, new KafkaError(errorCode), progress.topic);
    }
  }

  /** Looks up where partitions begin or end now. */
  async #locate(node: number, partitions: readonly PartitionProgress[]): Promise<void> {
    const { readCommitted, requestTimeout } = this.#options;
    this.#locating.add(node);
    try {
      const broker = await this.#cluster.connectionTo(node);
      const wanted = partitions.map((progress) => ({
        progress,
        topic: progress.topic,
        partition: progress.partition,
        at: progress.reset!,
      }));
      const listed = await listOffsets(broker, wanted, { readCommitted, requestTimeout });
      this.#trouble.over(`locate at ${node}`);
      for (const { topic, partition, errorCode, offset } of listed) {
        const found = wanted.find((one) => one.partition === partition && one.topic === topic);
        if (found === undefined || found.progress.revoked || found.progress.reset !== found.at) continue;
        if (errorCode === 0) {
          found.progress.goTo(offset);
          this.#target.located(found.progress);
        } else {
          forgetNode(found.progress);
          this.#trouble.begin(`read ${found.progress.name}`, new KafkaError(errorCode), topic);
        }
      }
    } catch (error) {
      const failure = asError(error);
      for (const progress of partitions) forgetNode(progress);
      await this.#cluster.giveUp(node, failure).catch(() => {});
      await this.#pause(`locate at ${node}`, failure);
    }
    this.#locating.delete(node);
    this.wake();
  }

  /** Asks for metadata until every partition has a leader. */
  async #findLeaders(): Promise<void> {
    this.#findingLeaders = true;
    for (let failures = 0; !this.#stopped; failures++) {
      const leaderless = [...this.#partitions].filter(({ leader }) => leader === undefined);
      if (leaderless.length === 0) break;
      let failure: { error: Error; topic: string | undefined } | undefined;
      try {
        // At first what is known may do: partitions that were given a moment ago.
        if (failures > 0 || leaderless.some(({ stale }) => stale)) {
          await this.#cluster.refresh();
        }
      } catch (error) {
        failure = { error: asError(error), topic: undefined };
      }
      for (const topic of new Set(leaderless.map((progress) => progress.topic))) {
        if (failure !== undefined && failure.topic === undefined) break;
        try {
          const { available } = await this.#cluster.partitionsOf(topic);
          const leaders = new Map(available.map(({ partition, leader }) => [partition, leader]));
          for (const progress of leaderless) {
            if (progress.topic !== topic) continue;
            progress.leader = leaders.get(progress.partition);
            if (progress.leader === undefined) failure = { error: new KafkaError(5), topic };
            else progress.stale = false;
          }
        } catch (error) {
          failure = { error: asError(error), topic };
        }
      }
      this.wake();
      if (failure === undefined) {
        this.#trouble.over("leaders");
        // An old leader may answer with the same error for a moment.
        await sleep(this.#options.retryBackoff);
        continue;
      }
      await this.#pause("leaders", failure.error, failure.topic, failures);
    }
    this.#trouble.over("leaders");
    this.#findingLeaders = false;
    this.wake();
  }

  async #pause(key: string, error: Error, topic?: string, failures = 0): Promise<void> {
    if (this.#stopped) return;
    const lasting = this.#trouble.begin(key, error, topic);
    const first = this.#options.retryBackoff;
    const most = lasting ? Math.max(first, LASTING_BACKOFF) : 10 * first;
    await sleep(Math.min(first * 2 ** Math.min(failures, 16), most));
  }

  #fetchOptions() {
    const { fetchMinBytes, readCommitted, clientRack, requestTimeout } = this.#options;
    return { minBytes: fetchMinBytes, readCommitted, rack: clientRack, requestTimeout };
  }
}

/** The list from another place on, round to its beginning. */
function turned<T>(list: readonly T[], turn: number): T[] {
  const first = turn % Math.max(1, list.length);
  return [...list.slice(first), ...list.slice(0, first)];
}

/** What is known of the partition's leader is out of date. */
function forgetNode(progress: PartitionProgress): void {
  progress.leader = undefined;
  progress.preferredReplica = undefined;
  progress.stale = true;
}
