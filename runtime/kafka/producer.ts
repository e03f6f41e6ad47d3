import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelComponent, SinkComponent } from "../agent/component.ts";
import { versionSpoken } from "./broker-call.ts";
import { asError, KafkaCluster, type TopicPartitions } from "./cluster.ts";
import type { RecordCompression } from "./compression.ts";
import { KafkaError } from "./errors.ts";
import { type Acks, type PartitionResult, PRODUCE_API, produce } from "./produce-request.ts";
import type { RecordBatch } from "./record-batch.ts";
import { halves } from "./record-split.ts";
import type { KafkaSecurity } from "./security.ts";
import { SendTrouble } from "./send-trouble.ts";

/** Kafka's producer properties that mean something here; the names in brackets are Kafka's. */
export interface KafkaProducerOptions {
  /** `host:port` of at least one broker [bootstrap.servers]. */
  readonly brokers: readonly string[];
  /** [acks]; -1 is `all`. */
  readonly acks: Acks;
  /** ms [request.timeout.ms]. */
  readonly requestTimeout: number;
  /** [client.id]; default `flafkac`. */
  readonly clientId?: string;
  /** [compression.type]; default none. */
  readonly compression?: RecordCompression;
  /** ms before the first repetition; doubles up to ten times as much [retry.backoff.ms]. Default 100. */
  readonly retryBackoff?: number;
  /** ms [metadata.max.age.ms]; default 300,000. */
  readonly metadataMaxAge?: number;
  /** TLS and SASL; default neither. */
  readonly security?: KafkaSecurity;
}

/** A batch and where it goes. */
export interface Shipment {
  readonly topic: string;
  /** undefined: any that has a leader. */
  readonly partition: number | undefined;
  readonly batch: RecordBatch;
}

/** A shipment on its way. */
interface Parcel extends Shipment {
  readonly bytes: Buffer;
}

/** A parcel with the partition and the node that this attempt sends it to. */
interface RoutedParcel {
  readonly parcel: Parcel;
  readonly partition: number;
  readonly leader: number;
}

const RETRY_BACKOFF = 100; // ms
const CONNECT_EARLY_AFTER = 300; // ms
const REFUSAL_BACKOFF_LIMIT = 5_000; // ms
const MESSAGE_TOO_LARGE = [10, 18];

/**
 * Sends record batches to the leaders of their partitions until they are acknowledged. One request is out at a time
 * for each leader, so order is kept; no batch is ever given up: a broker that is down, a leader that moves, a
 * refusal are waited out, while the channel fills and the sources wait. Each trouble is one log line when it
 * begins and one when it is over.
 */
export class KafkaProducer {
  readonly #component: SinkComponent | ChannelComponent;
  readonly #options: KafkaProducerOptions;
  readonly #trouble: SendTrouble;
  readonly #rotation = new Map<string, number>();
  /** Topics that refused a batch of this many bytes or more as too large. */
  readonly #splitAbove = new Map<string, number>();
  #cluster: KafkaCluster | undefined;
  #stopped = false;
  #sending = false;

  constructor(component: SinkComponent | ChannelComponent, options: KafkaProducerOptions) {
    this.#component = component;
    this.#options = options;
    this.#trouble = new SendTrouble(component, options.brokers);
  }

  /**
   * Reads certificates and passwords, and begins to connect; does not wait for the broker.
   *
   * @throws StartError when a file or a password is not what the configuration says.
   */
  start(): void {
    const { brokers, clientId, requestTimeout, metadataMaxAge, security } = this.#options;
    this.#cluster = new KafkaCluster(
      {
        brokers,
        clientId: clientId ?? "flafkac",
        requestTimeout,
        ...(metadataMaxAge === undefined ? {} : { metadataMaxAge }),
        ...(security === undefined ? {} : security(this.#component, "producer")),
      },
      this.#component.log,
    );
    void this.#connectEarly(this.#cluster);
  }

  /** Closes the connections. Batches that are still out are never acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#cluster?.close();
  }

  /**
   * Sends a batch to a partition of the topic that has a leader: each batch to the next one, as Kafka's sticky
   * partitioner does for records without a key. Resolves when it is acknowledged as `acks` says.
   */
  async sendToAnyPartition(topic: string, batch: RecordBatch): Promise<void> {
    const { counters } = this.#component;
    if (counters.Type === "SINK") counters.EventDrainAttemptCount += batch.recordCount;
    await this.send([{ topic, partition: undefined, batch }]);
    if (counters.Type === "CHANNEL") return;
    counters.EventDrainSuccessCount += batch.recordCount;
    counters.BatchCompleteCount++;
  }

  /** Sends batches to the partitions they are for, one request a leader; resolves when all are acknowledged. */
  async send(shipments: readonly Shipment[]): Promise<void> {
    const from = performance.now();
    await this.#send(shipments);
    this.#component.counters.KafkaEventSendTimer += Math.round(performance.now() - from);
  }

  /** A topic's partitions; waits until the cluster knows them. */
  async partitionsOf(topic: string): Promise<TopicPartitions> {
    for (let failures = 0; ; failures++) {
      try {
        const partitions = await this.#running().partitionsOf(topic);
        if (partitions.count > 0) return partitions;
        throw new KafkaError(5);
      } catch (error) {
        await this.#wait(asError(error), topic, failures);
      }
    }
  }

  /** A broker that is down is told of without an event, but the program's first lines need not wait for that. */
  async #connectEarly(cluster: KafkaCluster): Promise<void> {
    await sleep(CONNECT_EARLY_AFTER);
    const first = this.#options.retryBackoff ?? RETRY_BACKOFF;
    for (let failures = 0; !this.#sending && !this.#stopped; failures++) {
      try {
        await cluster.connect();
        if (this.#trouble.present && !this.#sending) this.#trouble.over();
        return;
      } catch (error) {
        if (this.#sending || this.#stopped) return;
        const lasting = this.#trouble.begin(asError(error), undefined);
        await sleep(
          Math.min(first * 2 ** Math.min(failures, 16), lasting ? REFUSAL_BACKOFF_LIMIT : 10 * first),
        );
      }
    }
  }

  async #send(shipments: readonly Shipment[]): Promise<void> {
    this.#sending = true;
    const parcels: Parcel[] = [];
    const tooLarge: Parcel[] = [];
    for (const { topic, partition, batch } of shipments) {
      const limit = this.#splitAbove.get(topic) ?? Number.POSITIVE_INFINITY;
      if (batch.byteLength > limit && batch.recordCount > 1) {
        tooLarge.push({ topic, partition, batch, bytes: EMPTY });
      } else parcels.push({ topic, partition, batch, bytes: await this.#seal(batch) });
    }
    await this.#sendParcels(parcels, tooLarge);
    for (const parcel of tooLarge) await this.#sendInHalves(parcel);
  }

  /** Returns when each parcel is acknowledged or has been found too large for its topic, and put on that list. */
  async #sendParcels(parcels: readonly Parcel[], tooLarge: Parcel[]): Promise<void> {
    const avoid = new Set<number>();
    let left = parcels;
    for (let failures = 0; left.length > 0; ) {
      const { failed, deferred } = await this.#attempt(left, tooLarge, avoid);
      left = [...failed.map(({ parcel }) => parcel), ...deferred];
      const first = failed[0];
      if (first === undefined) continue;
      const { counters } = this.#component;
      if (counters.Type === "SINK") counters.EventWriteFail++;
      await this.#wait(first.error, first.parcel.topic, failures++);
    }
    if (this.#trouble.present) this.#trouble.over();
  }

  /**
   * One request to each leader. Returns the parcels that have to be sent again, with the reason, and those that were
   * not sent: a broker keeps only the last one where a request holds two for one partition.
   */
  async #attempt(
    parcels: readonly Parcel[],
    tooLarge: Parcel[],
    avoid: Set<number>,
  ): Promise<{ failed: { parcel: Parcel; error: Error }[]; deferred: Parcel[] }> {
    const failed: { parcel: Parcel; error: Error }[] = [];
    const deferred: Parcel[] = [];
    const byLeader = new Map<number, RoutedParcel[]>();
    for (const parcel of parcels) {
      try {
        const routed = await this.#route(parcel, avoid);
        const ofLeader = byLeader.get(routed.leader);
        if (ofLeader === undefined) byLeader.set(routed.leader, [routed]);
        else if (ofLeader.some((other) => isSamePartition(other, routed))) deferred.push(parcel);
        else ofLeader.push(routed);
      } catch (error) {
        failed.push({ parcel, error: asError(error) });
      }
    }
    await Promise.all(
      Array.from(byLeader, async ([leader, routed]) => {
        try {
          const results = await this.#produce(leader, routed);
          for (const { parcel, partition } of routed) {
            const code = errorCodeOf(results, parcel.topic, partition);
            if (code === 0) continue;
            if (MESSAGE_TOO_LARGE.includes(code) && parcel.batch.recordCount > 1) tooLarge.push(parcel);
            else failed.push({ parcel, error: new KafkaError(code) });
          }
        } catch (thrown) {
          const error = asError(thrown);
          avoid.add(leader);
          await this.#running().giveUp(leader, error);
          for (const { parcel } of routed) failed.push({ parcel, error });
        }
      }),
    );
    return { failed, deferred };
  }

  async #route(parcel: Parcel, avoid: ReadonlySet<number>): Promise<RoutedParcel> {
    const { topic, partition } = parcel;
    const { available } = await this.#running().partitionsOf(topic);
    if (partition !== undefined) {
      const found = available.find((known) => known.partition === partition);
      if (found === undefined) throw new KafkaError(5);
      return { parcel, partition, leader: found.leader };
    }
    const reachable = avoid.size === 0 ? available : available.filter(({ leader }) => !avoid.has(leader));
    const candidates = reachable.length > 0 ? reachable : available;
    if (candidates.length === 0) throw new KafkaError(5);
    const turn = this.#rotation.get(topic) ?? Math.floor(Math.random() * candidates.length);
    this.#rotation.set(topic, turn + 1);
    const next = candidates[turn % candidates.length]!;
    return { parcel, partition: next.partition, leader: next.leader };
  }

  async #produce(leader: number, routed: readonly RoutedParcel[]): Promise<PartitionResult[]> {
    const { acks, requestTimeout } = this.#options;
    const { connection, versions } = await this.#running().connectionTo(leader);
    return produce(
      connection,
      routed.map(({ parcel, partition }) => ({ topic: parcel.topic, partition, bytes: parcel.bytes })),
      { version: versionSpoken(PRODUCE_API, versions), acks, requestTimeout },
    );
  }

  /** For a topic that takes smaller batches than ours. The second half follows when the first one is in. */
  async #sendInHalves({ topic, partition, batch }: Parcel): Promise<void> {
    const half = Math.ceil(batch.byteLength / 2);
    if (half < (this.#splitAbove.get(topic) ?? Number.POSITIVE_INFINITY)) this.#splitAbove.set(topic, half);
    for (const part of halves(batch)) await this.#send([{ topic, partition, batch: part }]);
  }

  async #seal(batch: RecordBatch): Promise<Buffer> {
    const { compression } = this.#options;
    if (compression === undefined) return batch.seal();
    const { codec, bytes } = await compression(batch.records);
    return batch.sealCompressed(codec, bytes);
  }

  /** Tells of the trouble, waits, and asks for new metadata: where the leaders are now. */
  async #wait(error: Error, topic: string, failures: number): Promise<void> {
    if (this.#stopped) await forever();
    const lasting = this.#trouble.begin(error, topic);
    const first = this.#options.retryBackoff ?? RETRY_BACKOFF;
    const most = lasting ? Math.max(first, REFUSAL_BACKOFF_LIMIT) : 10 * first;
    await sleep(Math.min(first * 2 ** Math.min(failures, 16), most));
    if (this.#stopped) await forever();
    await this.#running()
      .refresh()
      .catch(() => {}); // the next attempt meets the same error and tells of it
  }

  #running(): KafkaCluster {
    if (this.#cluster === undefined) throw new Error("the producer has not been started");
    return this.#cluster;
  }
}

const EMPTY = Buffer.alloc(0);

/** What a batch that can no longer be acknowledged waits for: the end of the process. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

function isSamePartition(a: RoutedParcel, b: RoutedParcel): boolean {
  return a.partition === b.partition && a.parcel.topic === b.parcel.topic;
}

/** With `acks` 0 there are no results, and nothing to find fault with. */
function errorCodeOf(results: readonly PartitionResult[], topic: string, partition: number): number {
  return results.find((result) => result.partition === partition && result.topic === topic)?.errorCode ?? 0;
}
