import type { ConnectionOptions } from "node:tls";
import type {
  default as Cluster,
  KafkajsBroker,
  KafkajsClusterOptions,
  KafkajsLogger,
  KafkajsSasl,
  KafkajsTopic,
} from "kafkajs/src/cluster/index.js";
import type { Log } from "../agent/log.ts";
import { BrokerAddresses } from "./broker-addresses.ts";
import type { BrokerConnection } from "./broker-call.ts";
import { destroyConnection, kafkaSocket, mendConnectionPool } from "./connection-care.ts";
import { KafkaError } from "./errors.ts";

/** How to reach a Kafka cluster. */
export interface KafkaClusterOptions {
  /**
   * `host:port` of at least one broker; Kafka's `bootstrap.servers`. A function is asked before the first connection,
   * and again when no broker of its last answer can be reached.
   */
  readonly brokers: readonly string[] | (() => Promise<readonly string[]>);
  /** Kafka's `client.id`. */
  readonly clientId: string;
  /** ms that a request may take; Kafka's `request.timeout.ms`. */
  readonly requestTimeout: number;
  /** ms after which metadata is asked for again; Kafka's `metadata.max.age.ms`. Default 300,000. */
  readonly metadataMaxAge?: number;
  /** Whether a topic that does not exist may be created by asking for it. Default true, as Java's producer. */
  readonly allowAutoTopicCreation?: boolean;
  /** Topics that metadata is asked for from the beginning, beside those that are asked about later. */
  readonly topics?: "all" | readonly string[];
  /** The most bytes that an answer to Fetch may have; default 16 MiB, as other answers. */
  readonly largestFetch?: number;
  readonly ssl?: ConnectionOptions | undefined;
  readonly sasl?: KafkajsSasl | undefined;
}

/** A partition that can be written to now. */
export interface PartitionLeader {
  readonly partition: number;
  /** The node that leads it. */
  readonly leader: number;
}

/** All partitions of a topic. */
export interface TopicPartitions {
  /** How many there are, with or without a leader. */
  readonly count: number;
  /** Those with a leader, in order. */
  readonly available: readonly PartitionLeader[];
}

const CONNECTION_TIMEOUT = 10_000; // ms, Kafka's socket.connection.setup.timeout.ms
const METADATA_MAX_AGE = 300_000; // ms
const REAUTHENTICATION_THRESHOLD = 10_000; // ms
const INVALID_TOPIC = 17;

/**
 * kafkajs's cluster with its public client left out: metadata, leaders, connections, TLS and SASL. It tries once;
 * when to try again is its caller's business. A connection on which anything went wrong is not used again.
 */
export class KafkaCluster {
  readonly #options: KafkajsClusterOptions;
  readonly #topics: "all" | readonly string[];
  readonly #largestFetch: number | undefined;
  /** kafkajs takes a twentieth of a second to load: it is loaded when somebody wants to connect. */
  #loading: Promise<Cluster> | undefined;
  #cluster: Cluster | undefined;
  readonly #addresses: BrokerAddresses;

  constructor(options: KafkaClusterOptions, log: Log) {
    this.#addresses = new BrokerAddresses(options.brokers);
    this.#options = {
      brokers: this.#addresses.forKafkajs,
      clientId: options.clientId,
      ssl: options.ssl,
      sasl: options.sasl,
      connectionTimeout: CONNECTION_TIMEOUT,
      authenticationTimeout: CONNECTION_TIMEOUT,
      reauthenticationThreshold: REAUTHENTICATION_THRESHOLD,
      requestTimeout: options.requestTimeout,
      enforceRequestTimeout: true,
      metadataMaxAge: options.metadataMaxAge ?? METADATA_MAX_AGE,
      allowAutoTopicCreation: options.allowAutoTopicCreation ?? true,
      maxInFlightRequests: null,
      retry: { retries: 0 },
      logger: kafkajsLogger(log),
      socketFactory: kafkaSocket,
    };
    this.#topics = options.topics ?? [];
    this.#largestFetch = options.largestFetch;
  }

  /**
   * The partitions of a topic as the cluster's metadata has them; asks for metadata when it is missing or old.
   *
   * @throws what the connection or the broker said: no broker answers, unknown topic, not authorized, …
   */
  async partitionsOf(topic: string): Promise<TopicPartitions> {
    const cluster = await this.#load();
    // Without any, kafkajs asks for all.
    if (this.#topics !== "all") cluster.targetTopics.add(topic);
    await this.connect();
    await cluster.refreshMetadataIfNecessary();
    let metadata = metadataOf(cluster, topic);
    if (metadata === undefined) {
      // A refresh that was already under way did not ask for this topic.
      await cluster.refreshMetadata();
      metadata = metadataOf(cluster, topic);
    }
    if (metadata === undefined) throw new KafkaError(3);
    if (metadata.topicErrorCode !== 0) {
      if (metadata.topicErrorCode === INVALID_TOPIC) cluster.targetTopics.delete(topic);
      throw new KafkaError(metadata.topicErrorCode);
    }
    const available: PartitionLeader[] = [];
    for (const { partitionId, leader } of metadata.partitionMetadata) {
      if (leader >= 0) available.push({ partition: partitionId, leader });
    }
    available.sort((a, b) => a.partition - b.partition);
    return { count: metadata.partitionMetadata.length, available };
  }

  /** Asks for metadata again, because a leader has changed or a topic was not there. */
  async refresh(): Promise<void> {
    await this.connect();
    await (await this.#load()).refreshMetadata();
  }

  /**
   * A connection to a broker, authenticated. Brokers hold back the answer to a Fetch until there is something, and
   * all answers behind it: those requests have a connection of their own.
   */
  async connectionTo(node: number, purpose: "calls" | "fetch" = "calls"): Promise<BrokerConnection> {
    const cluster = await this.#load();
    if (cluster.brokerPool.brokers[node] === undefined) await this.refresh();
    const known = cluster.brokerPool.brokers[node];
    let broker: KafkajsBroker;
    try {
      broker = await cluster.findBroker({ nodeId: node });
      return await connectionOf(broker, purpose);
    } catch (error) {
      if (known !== undefined) await renew(cluster, known, asError(error));
      throw error;
    }
  }

  /** A connection to any broker, for what all of them know. */
  async connectionToAny(): Promise<BrokerConnection> {
    await this.connect();
    const cluster = await this.#load();
    return connectionOf(await cluster.brokerPool.findConnectedBroker(), "calls");
  }

  /** The names of all topics that the cluster's metadata has, internal ones left out; needs `topics` to be all. */
  async topics(): Promise<string[]> {
    const cluster = await this.#load();
    await this.connect();
    await cluster.refreshMetadataIfNecessary();
    const known = cluster.brokerPool.metadata?.topicMetadata ?? [];
    return known.filter(({ isInternal }) => !isInternal).map(({ topic }) => topic);
  }

  /** Gives up the connections to a node after a failure; what is still out on them fails with `error`. */
  async giveUp(node: number, error: Error): Promise<void> {
    const cluster = await this.#load();
    const broker = cluster.brokerPool.brokers[node];
    if (broker !== undefined) await renew(cluster, broker, error);
  }

  /** Closes all connections; what is still out fails. */
  async close(): Promise<void> {
    if (this.#cluster === undefined) return;
    const error = new Error("the program is stopping");
    const { seedBroker, brokers } = this.#cluster.brokerPool;
    for (const broker of [...Object.values(brokers), ...(seedBroker === undefined ? [] : [seedBroker])]) {
      for (const connection of broker.connectionPool.pool) destroyConnection(connection, error);
    }
    await this.#cluster.disconnect();
  }

  /**
   * Connects to a broker of the list, unless a connection is there. After a failure the next call tries the next one.
   */
  async connect(): Promise<void> {
    const cluster = await this.#load();
    const pool = cluster.brokerPool;
    try {
      if (pool.seedBroker === undefined) await pool.createSeedBroker();
      await this.#connectSeed(cluster);
    } catch (error) {
      // kafkajs has made a message of its own of it.
      throw this.#addresses.failure ?? error;
    }
  }

  async #connectSeed(cluster: Cluster): Promise<void> {
    const pool = cluster.brokerPool;
    const seed = pool.seedBroker;
    try {
      await cluster.connect();
    } catch (error) {
      for (const connection of seed?.connectionPool.pool ?? []) destroyConnection(connection, asError(error));
      // kafkajs has taken the next one of the list already where it could not connect.
      if (pool.seedBroker === seed) await pool.createSeedBroker();
      throw error;
    }
  }

  #load(): Promise<Cluster> {
    this.#loading ??= import("kafkajs/src/cluster/index.js").then(
      ({ default: KafkajsCluster }) => this.#make(KafkajsCluster),
      (error: unknown) => {
        // Clients may have taken all file descriptors: then the next try finds it.
        this.#loading = undefined;
        if (!isNotInstalled(error)) throw error;
        // Nothing to wait for: the program has to end.
        queueMicrotask(() => {
          throw error;
        });
        return new Promise<never>(() => {});
      },
    );
    return this.#loading;
  }

  #make(KafkajsCluster: typeof Cluster): Cluster {
    const cluster = new KafkajsCluster(this.#options);
    if (this.#topics !== "all") for (const topic of this.#topics) cluster.targetTopics.add(topic);
    const builder = cluster.connectionPoolBuilder;
    const build = builder.build.bind(builder);
    builder.build = async (destination) => {
      const pool = await build(destination);
      mendConnectionPool(pool, this.#largestFetch);
      return pool;
    };
    this.#cluster = cluster;
    return cluster;
  }
}

const FETCH_CONNECTION = 1; // kafkajs's own choice, in each broker's pool of two

async function connectionOf(broker: KafkajsBroker, purpose: "calls" | "fetch"): Promise<BrokerConnection> {
  const connection = await broker.connectionPool.getConnection(purpose === "fetch" ? FETCH_CONNECTION : 0);
  await connection.authenticate();
  return { connection, versions: broker.versions ?? {} };
}

function isNotInstalled(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}

function metadataOf(cluster: Cluster, topic: string): KafkajsTopic | undefined {
  return cluster.brokerPool.metadata?.topicMetadata.find((known) => known.topic === topic);
}

/** New connections for a broker: the old ones may hold half a response, or be half authenticated. */
async function renew(cluster: Cluster, broker: KafkajsBroker, error: Error): Promise<void> {
  const { host, port, rack, pool } = broker.connectionPool;
  for (const connection of pool) destroyConnection(connection, error);
  broker.connectionPool = await cluster.connectionPoolBuilder.build({ host, port, rack });
  broker.versions = null; // the broker may be another release when it is back
}

/** Anything thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** kafkajs's own log lines, which repeat what its errors say, are for debugging only. */
function kafkajsLogger(log: Log): KafkajsLogger {
  const debug = (message: string, extra?: object) => {
    if (log.isEnabled("debug")) log.debug(`kafkajs: ${message}`, { ...extra });
  };
  const logger: KafkajsLogger = { namespace: () => logger, debug, info: debug, warn: debug, error: debug };
  return logger;
}
