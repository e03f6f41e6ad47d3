import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Admin, Kafka, KafkaJSError, logLevel } from "kafkajs";
import { expect } from "vitest";
import type { HdfsCluster } from "../../../scripts/servers/hdfs.ts";
import { listHdfs, openHdfsFiles } from "../../../scripts/servers/hdfs-files.ts";
import { type KafkaServer, startKafka } from "../../../scripts/servers/kafka.ts";
import { freePort } from "../../../scripts/servers/ports.ts";
import { countRecords, createTopic } from "../../../scripts/servers/topic.ts";
import { hdfsLines } from "../delivered-files.ts";
import { type BuiltProgram, build, EmittedProgram } from "../emitted-program.ts";
import { type ConnectionLedger, judge, type Verdict } from "../ledger.ts";

/** The samples that end in HDFS. */
export type UseCase = "kafka-memory-hdfs" | "netcat-kafka-channel-hdfs" | "kafka-channel-hdfs";

/** How a use case is set up; everything has a default. */
export interface FlowOptions {
  /** Of the topic. Default 1. */
  readonly partitions?: number;
  /** ms after which the group takes a member for dead. Default 10,000. */
  readonly sessionTimeout?: number;
  /** More overrides, without the agent's name: `sinks.sink1.hdfs.rollCount`. */
  readonly overrides?: Readonly<Record<string, string | number>>;
  /** Under which all its files are. Default: a directory of its own. */
  readonly directory?: string;
  /** `hdfs.path`. Default: the directory, to be found through HADOOP_CONF_DIR. */
  readonly path?: string;
  /** Default: who runs the tests, the superuser. */
  readonly user?: string;
  /** Further options of `flafkac build`. */
  readonly buildOptions?: readonly string[];
}

/** One broker for the flows of a test file, and what its groups have committed. */
export class FlowKafka {
  readonly server: KafkaServer;
  readonly #admin: Admin;

  private constructor(server: KafkaServer, admin: Admin) {
    this.server = server;
    this.#admin = admin;
  }

  /** Starts a broker. */
  static async start(): Promise<FlowKafka> {
    const server = await startKafka({ properties: { "group.min.session.timeout.ms": 1_000 } });
    const admin = new Kafka({ brokers: [server.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return new FlowKafka(server, admin);
  }

  /** The offsets that a group has committed of a topic, summed up over the partitions. */
  async committed(group: string, topic: string): Promise<number> {
    const [found] = await this.#fetchOffsets(group, topic);
    return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  }

  /** A broker that has just begun does not know its groups yet. */
  async #fetchOffsets(groupId: string, topic: string) {
    for (;;) {
      try {
        return await this.#admin.fetchOffsets({ groupId, topics: [topic] });
      } catch (error) {
        if (!(error instanceof KafkaJSError && error.retriable)) throw error;
        await delay(50);
      }
    }
  }

  async close(): Promise<void> {
    await this.#admin.disconnect();
    await this.server.close();
  }
}

/** A use case between a topic and a directory of HDFS of a test's own. */
export class Flow {
  readonly topic: string;
  /** Where its files are, as HDFS has it. */
  readonly directory: string;
  /** Of the netcat source, where there is one. */
  readonly port: number;
  readonly program: BuiltProgram;
  readonly #hdfs: HdfsCluster;
  readonly #kafka: FlowKafka;
  readonly #group: string;
  readonly #env: Record<string, string>;

  private constructor(
    hdfs: HdfsCluster,
    kafka: FlowKafka,
    name: string,
    directory: string,
    port: number,
    program: BuiltProgram,
    user: string | undefined,
  ) {
    this.#hdfs = hdfs;
    this.#kafka = kafka;
    this.topic = name;
    this.#group = name;
    this.directory = directory;
    this.port = port;
    this.program = program;
    this.#env = {
      HADOOP_CONF_DIR: hdfs.configurationDirectory,
      ...(user === undefined ? {} : { HADOOP_USER_NAME: user }),
    };
  }

  /** Makes the topic, and builds the sample through the command line. */
  static async build(
    hdfs: HdfsCluster,
    kafka: FlowKafka,
    useCase: UseCase,
    options: FlowOptions = {},
  ): Promise<Flow> {
    const name = `calls-${randomUUID()}`;
    const port = await freePort();
    const brokers = kafka.server.bootstrapServers;
    await createTopic(brokers, name, { partitions: options.partitions ?? 1 });
    // A group takes members out that were killed; not after 45 s, as by default.
    const session = {
      "kafka.consumer.session.timeout.ms": options.sessionTimeout ?? 10_000,
      "kafka.consumer.heartbeat.interval.ms": 500,
    };
    const from =
      useCase === "kafka-memory-hdfs"
        ? {
            "sources.source1.kafka.bootstrap.servers": brokers,
            "sources.source1.kafka.consumer.auto.offset.reset": "earliest",
            ...of("sources.source1", session),
            "sources.source1.topic": name,
            "sources.source1.groupId": name,
          }
        : {
            "channels.channel1.brokerList": brokers,
            ...of("channels.channel1", session),
            "channels.channel1.topic": name,
            "channels.channel1.groupId": name,
          };
    const directory = options.directory ?? `/flows/${name}`;
    const overrides = {
      ...from,
      ...(useCase === "netcat-kafka-channel-hdfs" ? { "sources.source1.port": port } : {}),
      "sinks.sink1.hdfs.path": options.path ?? directory,
      "sinks.sink1.hdfs.rollInterval": 0,
      "sinks.sink1.hdfs.rollSize": 0,
      "sinks.sink1.hdfs.rollCount": 0,
      "sinks.sink1.hdfs.callTimeout": 5_000,
      // Once all is written, only files that the program has trouble with are in use.
      "sinks.sink1.hdfs.idleTimeout": 1,
      ...options.overrides,
    };
    const sample = new URL(`../../../samples/${useCase}/agent.conf`, import.meta.url).pathname;
    const program = await build(sample, of("agent1", overrides), "agent1", options.buildOptions);
    return new Flow(hdfs, kafka, name, directory, port, program, options.user);
  }

  /** Starts the program. */
  start(): Promise<EmittedProgram> {
    return EmittedProgram.start(this.program, { env: this.#env });
  }

  /** How many records of the topic are committed by now. */
  committed(topic = this.topic): Promise<number> {
    return this.#kafka.committed(this.#group, topic);
  }

  /** How many records the topic has. */
  records(): Promise<number> {
    return countRecords(this.#kafka.server.bootstrapServers, this.topic);
  }

  /** Waits until so many records of the topic are committed. */
  async waitForCommitted(count: number, program: EmittedProgram, timeout = 90_000): Promise<void> {
    try {
      await program.waitUntil(async () => (await this.committed()) >= count, timeout);
    } catch (error) {
      throw new Error(`${await this.committed()} of ${count} records are committed: ${error}`);
    }
  }

  /** Its files that have their in-use names. */
  async filesInUse(): Promise<string[]> {
    const files = await listHdfs(this.#hdfs, this.directory);
    return files.map(({ path }) => path).filter((path) => path.endsWith(".tmp"));
  }

  /** What is in the files by now, compared with what was written. */
  async verdict(ledgers: readonly ConnectionLedger[]): Promise<Verdict> {
    return judge(ledgers, (await hdfsLines(this.#hdfs, this.directory)).lines);
  }

  /**
   * Waits until the program has brought all its files to their end, sends TERM, and expects exit code 0. Files of
   * somebody else are let be.
   */
  async stopWell(program: EmittedProgram, others: readonly string[] = []): Promise<void> {
    await program.waitForOutput(/running/);
    await program.waitUntil(async () => (await this.filesInUse()).join() === others.join());
    const end = await program.stop();
    expect(end.code, await program.output()).toBe(0);
    expect(await openHdfsFiles(this.#hdfs, this.directory)).toEqual(others);
  }

  /** Kills the program at once, and says how many lines lie in HDFS that are not committed: only those may come again. */
  async kill(program: EmittedProgram): Promise<number> {
    await program.kill();
    const { lines } = await hdfsLines(this.#hdfs, this.directory);
    const texts = new Set(lines.map(({ value }) => value?.toString("latin1")));
    return texts.size - (await this.committed());
  }
}

/** Properties under a component's name. */
function of(
  name: string,
  properties: Readonly<Record<string, string | number>>,
): Record<string, string | number> {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [`${name}.${key}`, value]));
}
