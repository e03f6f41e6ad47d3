import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { HdfsCluster } from "../../../scripts/servers/hdfs.ts";
import { freePort } from "../../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../../scripts/servers/reaper.ts";
import { createTopic, readTopic, type TopicOptions } from "../../../scripts/servers/topic.ts";
import { type DeliveredLines, hdfsLines, localLines } from "../delivered-files.ts";
import { type BuiltProgram, buildText, EmittedProgram, type ProgramOptions } from "../emitted-program.ts";

/** How events come to the sink, in the four use cases of Flume with Kafka. The first has Kafka behind its sink. */
export type Feed = "netcat-memory" | "kafka-source" | "netcat-kafka-channel" | "kafka-channel";

/** Those that read Kafka. */
export const feeds: readonly Feed[] = ["kafka-source", "netcat-kafka-channel", "kafka-channel"];

/** Where a flow leads, and what is special about it. */
export interface FlowOptions {
  /** Into this HDFS. Default: file_roll, into a folder of the local disk. */
  readonly hdfs?: HdfsCluster;
  /** Undefined: the topic is not made. */
  readonly topicOptions?: TopicOptions | undefined;
  /** Default: a topic of its own. One that is named is there already. */
  readonly topic?: string;
  /** Default: a group of its own. */
  readonly groupId?: string;
  /** ms after which the group takes a member for dead; default 10,000. */
  readonly sessionTimeout?: number;
  /** Further properties of the netcat source, without the component's name. */
  readonly sourceProperties?: Readonly<Record<string, string | number>>;
  /** Further properties of the Kafka source, or of the Kafka channel. */
  readonly feedProperties?: Readonly<Record<string, string | number>>;
  /** Further properties of the sink. */
  readonly sinkProperties?: Readonly<Record<string, string | number>>;
  /** Further options of `flafkac build`. */
  readonly buildOptions?: readonly string[];
}

/** An emitted program between a topic and the files that it writes, or between a port and a topic. */
export class Flow {
  readonly feed: Feed;
  readonly topic: string;
  readonly groupId: string;
  /** The directory of the files: of HDFS, or of the local disk. */
  readonly directory: string;
  /** The port of the netcat source, where there is one. */
  readonly port: number;
  readonly program: BuiltProgram;
  /** The configuration, for a Flume agent beside the program. */
  readonly conf: string;
  readonly #brokers: string;
  readonly #hdfs: HdfsCluster | undefined;

  private constructor(
    brokers: string,
    parts: Pick<Flow, "feed" | "topic" | "groupId" | "directory" | "port" | "program" | "conf">,
    hdfs: HdfsCluster | undefined,
  ) {
    this.#brokers = brokers;
    this.feed = parts.feed;
    this.topic = parts.topic;
    this.groupId = parts.groupId;
    this.directory = parts.directory;
    this.port = parts.port;
    this.program = parts.program;
    this.conf = parts.conf;
    this.#hdfs = hdfs;
  }

  /** Makes the topic and builds the program. */
  static async build(brokers: string, feed: Feed, options: FlowOptions = {}): Promise<Flow> {
    const topic = options.topic ?? `calls-${randomUUID()}`;
    const groupId = options.groupId ?? `group-${randomUUID()}`;
    const port = await freePort();
    const { hdfs, buildOptions = [] } = options;
    const directory =
      hdfs === undefined ? join(await temporaryDirectory("flow"), "out") : `/flows/${randomUUID()}`;
    if (hdfs === undefined) await mkdir(directory);
    const topicOptions = "topicOptions" in options ? options.topicOptions : {};
    if (options.topic === undefined && topicOptions !== undefined) {
      await createTopic(brokers, topic, topicOptions);
    }
    const conf = configuration({ brokers, feed, topic, groupId, port, directory, options });
    const program = await buildText(conf, {}, buildOptions);
    return new Flow(brokers, { feed, topic, groupId, directory, port, program, conf }, hdfs);
  }

  /** Whether lines come over TCP. */
  get isNetcat(): boolean {
    return this.feed === "netcat-memory" || this.feed === "netcat-kafka-channel";
  }

  /** Whether a program that is killed may lose what was acknowledged. */
  get mayLose(): boolean {
    return this.feed === "netcat-memory";
  }

  /** Starts the program; does not wait for anything. */
  start(options: ProgramOptions = {}): Promise<EmittedProgram> {
    const env = this.#hdfs === undefined ? {} : { HADOOP_CONF_DIR: this.#hdfs.configurationDirectory };
    return EmittedProgram.start(this.program, { ...options, env: { ...env, ...options.env } });
  }

  /** All lines of all files, those that are being written too; or what lies in the topic, where that is the end. */
  async lines(): Promise<DeliveredLines> {
    if (this.feed === "netcat-memory") {
      return { lines: await readTopic(this.#brokers, this.topic), inUse: 0, inUseFiles: [] };
    }
    return this.#hdfs === undefined ? localLines(this.directory) : hdfsLines(this.#hdfs, this.directory);
  }

  /** How many lines there are in files of the local disk; of HDFS, whose files are renamed meanwhile, ask the sink. */
  async countLines(): Promise<number> {
    return (await this.lines()).lines.length;
  }
}

interface ConfigurationParts extends Pick<Flow, "feed" | "topic" | "groupId" | "port" | "directory"> {
  readonly brokers: string;
  readonly options: FlowOptions;
}

function configuration({ brokers, feed, topic, groupId, port, directory, options }: ConfigurationParts) {
  const session = options.sessionTimeout;
  const consumer: Record<string, string | number> = {
    "kafka.bootstrap.servers": brokers,
    "kafka.consumer.group.id": groupId,
    "kafka.consumer.auto.offset.reset": "earliest",
    ...(session === undefined
      ? {}
      : {
          "kafka.consumer.session.timeout.ms": session,
          "kafka.consumer.heartbeat.interval.ms": Math.round(session / 5),
        }),
    ...options.feedProperties,
  };
  const properties = new Map<string, string | number>([
    ["channels", "channel1"],
    ["sinks", "sink1"],
  ]);
  const add = (component: string, all: Readonly<Record<string, string | number>>) => {
    for (const [key, value] of Object.entries(all)) properties.set(`${component}.${key}`, value);
  };
  const channel = "org.apache.flume.channel.kafka.KafkaChannel";
  switch (feed) {
    case "netcat-memory":
      properties.set("sources", "source1");
      add("sources.source1", { ...netcat(port), ...options.sourceProperties });
      add("channels.channel1", { type: "memory", capacity: 10_000, transactionCapacity: 1_000 });
      break;
    case "kafka-source":
      properties.set("sources", "source1");
      add("sources.source1", {
        type: "org.apache.flume.source.kafka.KafkaSource",
        "kafka.topics": topic,
        channels: "channel1",
        ...consumer,
      });
      add("channels.channel1", { type: "memory", capacity: 10_000, transactionCapacity: 1_000 });
      break;
    case "netcat-kafka-channel":
      properties.set("sources", "source1");
      add("sources.source1", { ...netcat(port), ...options.sourceProperties });
      add("channels.channel1", { type: channel, "kafka.topic": topic, ...consumer });
      break;
    case "kafka-channel":
      add("channels.channel1", {
        type: channel,
        "kafka.topic": topic,
        parseAsFlumeEvent: "false",
        ...consumer,
      });
  }
  add("sinks.sink1", {
    channel: "channel1",
    ...sink({ brokers, feed, topic, directory, options }),
    ...options.sinkProperties,
  });
  return [...properties].map(([key, value]) => `agent1.${key} = ${value}\n`).join("");
}

function netcat(port: number): Record<string, string | number> {
  return { type: "netcat", bind: "127.0.0.1", port, channels: "channel1" };
}

function sink({
  brokers,
  feed,
  topic,
  directory,
  options,
}: Omit<ConfigurationParts, "groupId" | "port">): Record<string, string | number> {
  if (feed === "netcat-memory") {
    return {
      type: "org.apache.flume.sink.kafka.KafkaSink",
      "kafka.bootstrap.servers": brokers,
      "kafka.topic": topic,
      "kafka.producer.acks": "all",
    };
  }
  if (options.hdfs === undefined) {
    return { type: "file_roll", "sink.directory": directory, "sink.rollInterval": 0 };
  }
  return {
    type: "hdfs",
    "hdfs.path": directory,
    "hdfs.fileType": "DataStream",
    "hdfs.rollInterval": 1,
    "hdfs.rollCount": 0,
    "hdfs.rollSize": 1_000_000,
  };
}
