import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelComponent, SinkComponent } from "../agent/component.ts";
import { versionSpoken } from "./broker-call.ts";
import { asError, KafkaCluster, type TopicPartitions } from "./cluster.ts";
import type { RecordCompression } from "./compression.ts";
import { KafkaError } from "./errors.ts";
import type { PoisonPolicy } from "./poison-policy.ts";
import { type Acks, type PartitionResult, PRODUCE_API, produce } from "./produce-request.ts";
import type { KafkaRecord, RecordBatch } from "./record-batch.ts";
import { firstRecordOf, halves } from "./record-split.ts";
import { RefusedRecords } from "./refused-records.ts";
import type { KafkaSecurity } from "./security.ts";
import { SendTrouble } from "./send-trouble.ts";
import {
  isRefusedForEver,
  isTooLarge,
  type Parcel,
  refusalText,
  type SealedParcel,
  type Shipment,
} from "./shipment.ts";
import { maxMessageBytes } from "./topic-limits.ts";

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
  /** What becomes of an event that its topic refuses for ever; default `stop`: it is sent again until the topic takes it. */
  readonly poison?: PoisonPolicy;
}

/** What came of some parcels. */
interface SendResult {
  /** To be sent again. */
  readonly failed: { readonly parcel: SealedParcel; readonly error: Error }[];
  /** Not sent: a broker keeps only the last one where a request holds two for one partition. */
  readonly deferred: SealedParcel[];
  readonly refused: { readonly parcel: Parcel; readonly error: KafkaError }[];
}

/** A parcel with the partition and the node that this attempt sends it to. */
interface RoutedParcel {
  readonly parcel: SealedParcel;
  readonly partition: number;
  readonly leader: number;
}

const RETRY_BACKOFF = 100; // ms
const CONNECT_EARLY_AFTER = 300; // ms
const REFUSAL_BACKOFF_LIMIT = 5_000; // ms

/**
 * Sends record batches to the leaders of their partitions until they are acknowledged. One request is out at a time
 * for each leader, so order is kept; no batch is ever given up: a broker that is down, a leader that moves, a
 * refusal are waited out, while the channel fills and the sources wait. Only a single record that its topic refuses
 * for ever may be set aside. Each trouble is one log line when it begins and one when it is over.
 */
export class KafkaProducer {
  readonly #component: SinkComponent | ChannelComponent;
  readonly #options: KafkaProducerOptions;
  readonly #trouble: SendTrouble;
  readonly #rotation = new Map<string, number>();
  /** Topics that refused a batch of this many bytes or more as too large. */
  readonly #splitAbove = new Map<string, number>();
  readonly #refusals: RefusedRecords;
  #cluster: KafkaCluster | undefined;
  #stopped = false;
  #sending = false;

  constructor(component: SinkComponent | ChannelComponent, options: KafkaProducerOptions) {
    this.#component = component;
    this.#options = options;
    this.#trouble = new SendTrouble(component, options.brokers);
    this.#refusals = new RefusedRecords(component, options.poison ?? "stop", (topic, batch) =>
      this.#send([{ topic, partition: undefined, batch, first: 0, refuse: undefined }]),
    );
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
    this.#refusals.stop();
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
    await this.#send(
      shipments.map((shipment) => ({
        ...shipment,
        first: 0,
        refuse:
          shipment.refused ??
          (this.#refusals.setsAside
            ? ({ batch, error }) => this.setAside(shipment.topic, firstRecordOf(batch), refusalText(error))
            : undefined),
      })),
    );
    this.#component.counters.KafkaEventSendTimer += Math.round(performance.now() - from);
  }

  /** Whether events that can never be sent are set aside. */
  get setsAside(): boolean {
    return this.#refusals.setsAside;
  }

  /** Does with an event that can never be sent what the poison policy says; resolves once that is done. */
  setAside(topic: string, record: KafkaRecord, reason: string): Promise<void> {
    return this.#refusals.setAside(topic, record, reason);
  }

  /**
   * The largest batch that a topic takes, bytes [max.message.bytes]. Undefined where no broker says so, and where batches
   * are compressed: how small a record becomes is not known before.
   */
  async largestBatchOf(topic: string): Promise<number | undefined> {
    const { compression, requestTimeout } = this.#options;
    if (compression !== undefined) return undefined;
    try {
      return await maxMessageBytes(await this.#running().connectionToAny(), topic, requestTimeout);
    } catch (error) {
      this.#component.log.debug(`cannot ask for max.message.bytes of ${topic}: ${asError(error).message}`);
      return undefined;
    }
  }

  /** A topic's partitions, as they were known a while ago or are now; waits until the cluster knows them. */
  async partitionsOf(topic: string, when: "lately" | "now" = "lately"): Promise<TopicPartitions> {
    for (let failures = 0; ; failures++) {
      try {
        if (when === "now") await this.#running().refresh();
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

  async #send(parcels: readonly Parcel[]): Promise<void> {
    this.#sending = true;
    const sealed: SealedParcel[] = [];
    const toSplit: Parcel[] = [];
    for (const parcel of parcels) {
      const { topic, batch } = parcel;
      const limit = this.#splitAbove.get(topic) ?? Number.POSITIVE_INFINITY;
      if (batch.byteLength > limit && batch.recordCount > 1) toSplit.push(parcel);
      else sealed.push({ ...parcel, bytes: await this.#seal(batch) });
    }
    for (const { parcel, error } of await this.#sendUntilTaken(sealed)) {
      const { topic, batch, first, refuse } = parcel;
      if (batch.recordCount === 1) {
        await refuse?.({ index: first, batch, error });
        continue;
      }
      if (isTooLarge(error)) this.#splitFrom(topic, Math.ceil(batch.byteLength / 2));
      toSplit.push(parcel);
    }
    for (const parcel of toSplit) await this.#sendInHalves(parcel);
  }

  /** Returns when each parcel is acknowledged, or refused as it is. */
  async #sendUntilTaken(parcels: readonly SealedParcel[]): Promise<SendResult["refused"]> {
    const avoid = new Set<number>();
    const refused: SendResult["refused"] = [];
    let left = parcels;
    for (let failures = 0; left.length > 0; ) {
      const result = await this.#attempt(left, avoid);
      refused.push(...result.refused);
      left = [...result.failed.map(({ parcel }) => parcel), ...result.deferred];
      const first = result.failed[0];
      if (first === undefined) continue;
      const { counters } = this.#component;
      if (counters.Type === "SINK") counters.EventWriteFail++;
      await this.#wait(first.error, first.parcel.topic, failures++);
    }
    if (this.#trouble.present) this.#trouble.over();
    return refused;
  }

  /** One request to each leader. */
  async #attempt(parcels: readonly SealedParcel[], avoid: Set<number>): Promise<SendResult> {
    const result: SendResult = { failed: [], deferred: [], refused: [] };
    const { failed, deferred, refused } = result;
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
            const error = new KafkaError(code);
            if (isRefusedForEver(code, parcel)) refused.push({ parcel, error });
            else failed.push({ parcel, error });
          }
        } catch (thrown) {
          const error = asError(thrown);
          avoid.add(leader);
          await this.#running().giveUp(leader, error);
          for (const { parcel } of routed) failed.push({ parcel, error });
        }
      }),
    );
    return result;
  }

  async #route(parcel: SealedParcel, avoid: ReadonlySet<number>): Promise<RoutedParcel> {
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

  /** Batches of the topic are split from this many bytes on: it has refused a larger one. */
  #splitFrom(topic: string, bytes: number): void {
    if (bytes < (this.#splitAbove.get(topic) ?? Number.POSITIVE_INFINITY)) this.#splitAbove.set(topic, bytes);
  }

  /** The second half follows when the first one is in. */
  async #sendInHalves(parcel: Parcel): Promise<void> {
    let { first } = parcel;
    for (const batch of halves(parcel.batch)) {
      await this.#send([{ ...parcel, batch, first }]);
      first += batch.recordCount;
    }
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
