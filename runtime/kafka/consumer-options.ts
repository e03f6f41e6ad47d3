import type { PoisonPolicy } from "./poison-policy.ts";
import type { KafkaSecurity } from "./security.ts";

/** Kafka's consumer properties that mean something here; the names in brackets are Kafka's, the defaults those of 2.7. */
export interface KafkaConsumerOptions {
  /**
   * `host:port` of at least one broker [bootstrap.servers]. A function is asked before the first connection, and
   * again when no broker of its last answer can be reached.
   */
  readonly brokers: readonly string[] | (() => Promise<readonly string[]>);
  /** Names, or a pattern that a whole name has to match: then new topics are found when metadata is asked for again. */
  readonly topics: readonly string[] | RegExp;
  /** [group.id] */
  readonly groupId: string;
  /** Where to begin without a committed offset, or where it lies outside of what the partition holds [auto.offset.reset]. */
  readonly autoOffsetReset: "earliest" | "latest" | "none";
  /** Whether the record's value is the body, or an AvroFlumeEvent that has it inside. */
  readonly valueFormat: "body" | "flumeEvent";
  readonly poison: PoisonPolicy;
  /** ms after which the group takes a member for dead that is not heard of [session.timeout.ms]. Default 10,000. */
  readonly sessionTimeout?: number;
  /** ms [heartbeat.interval.ms]; default 3,000. */
  readonly heartbeatInterval?: number;
  /** ms that members have to finish what they are at when the group changes [max.poll.interval.ms]. Default 300,000. */
  readonly rebalanceTimeout?: number;
  /** [fetch.min.bytes]; default 1. */
  readonly fetchMinBytes?: number;
  /** ms that a broker waits for `fetchMinBytes` [fetch.max.wait.ms]; default 500. */
  readonly fetchMaxWait?: number;
  /** [fetch.max.bytes]; default 50 MiB. Less is asked for when `prefetchBytes` is less. */
  readonly fetchMaxBytes?: number;
  /** [max.partition.fetch.bytes]; default 1 MiB. */
  readonly maxPartitionFetchBytes?: number;
  /** [isolation.level]; default read_uncommitted. */
  readonly isolationLevel?: "read_uncommitted" | "read_committed";
  /** [partition.assignment.strategy] in order of preference; default range. */
  readonly assignors?: readonly ("range" | "roundrobin")[];
  /** [group.instance.id]; default none: a dynamic member. */
  readonly groupInstanceId?: string;
  /** [client.id]; default `flafkac`. */
  readonly clientId?: string;
  /** [client.rack]; default none. */
  readonly clientRack?: string;
  /** ms [request.timeout.ms]; default 30,000. */
  readonly requestTimeout?: number;
  /** ms before the first repetition of what failed; doubles up to ten times as much [retry.backoff.ms]. Default 100. */
  readonly retryBackoff?: number;
  /** ms [metadata.max.age.ms]; default 300,000. */
  readonly metadataMaxAge?: number;
  /** [allow.auto.create.topics]; default true. */
  readonly allowAutoTopicCreation?: boolean;
  /** Whether checksums of batches are compared [check.crcs]; default true. */
  readonly checkCrcs?: boolean;
  /** TLS and SASL; default neither. */
  readonly security?: KafkaSecurity;
  /** ms at most between a delivery and the commit of its offset; default 200. */
  readonly commitInterval?: number;
  /** Bytes that are fetched ahead of the sinks; those being delivered count, those held back do not. Default 16 MiB. */
  readonly prefetchBytes?: number;
  /** Bytes that one `take` gives at most, beyond its first records; default 4 MiB. */
  readonly takeBytes?: number;
  /** The most bytes that one compressed batch may be inflated to; default 64 MiB. */
  readonly maxInflatedBytes?: number;
  /**
   * ms without a record, although there are some, after which a consumer connects and joins anew; or with no room for
   * one, because nothing is delivered, after which it says so. Default 60,000.
   */
  readonly deafAfter?: number;
  /** Offsets that an older consumer kept elsewhere; asked for partitions without one in Kafka. By partition. */
  readonly oldOffsets?: (
    topic: string,
    partitions: readonly number[],
  ) => Promise<ReadonlyMap<number, number>>;
}

const MEBIBYTES = 1024 * 1024;

/** A consumer's options with everything that has a default. */
export type ConsumerSettings = ReturnType<typeof consumerSettings>;

/** Fills in what is not said. */
export function consumerSettings(options: KafkaConsumerOptions) {
  return {
    sessionTimeout: 10_000,
    heartbeatInterval: 3_000,
    rebalanceTimeout: 300_000,
    fetchMinBytes: 1,
    fetchMaxWait: 500,
    fetchMaxBytes: 50 * MEBIBYTES,
    maxPartitionFetchBytes: MEBIBYTES,
    isolationLevel: "read_uncommitted",
    assignors: ["range"],
    groupInstanceId: undefined,
    clientId: "flafkac",
    clientRack: "",
    requestTimeout: 30_000,
    retryBackoff: 100,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: true,
    checkCrcs: true,
    security: undefined,
    commitInterval: 200,
    prefetchBytes: 16 * MEBIBYTES,
    takeBytes: 4 * MEBIBYTES,
    maxInflatedBytes: 64 * MEBIBYTES,
    deafAfter: 60_000,
    oldOffsets: undefined,
    ...options,
  };
}
