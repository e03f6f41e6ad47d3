import { Kafka, logLevel } from "kafkajs";
import { runCommand } from "../../scripts/servers/command.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { createTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import type { BenchOptions } from "./options.ts";

/** A broker as it runs elsewhere, with all that its compiler can do. */
export async function startBenchKafka(
  properties: Record<string, string | number> = {},
): Promise<KafkaServer> {
  const kafka = await startKafka({ jvmOptions: [], heap: "1g", properties });
  process.removeAllListeners("warning"); // kafkajs arms timers in the past; the program that is measured does not
  return kafka;
}

/** Removes a topic that a run has filled: disks are small. */
export async function deleteTopic(bootstrapServers: string, topic: string): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [topic] });
  } finally {
    await admin.disconnect();
  }
}

/** One NameNode and one DataNode, with all that their compilers can do. */
export function startBenchHdfs(): Promise<HdfsCluster> {
  return startHdfs({ jvmOptions: [], heap: "512m" });
}

/** Topics that are filled once and read in every run, by a new group each time. */
export class Supply {
  readonly #kafka: KafkaServer;
  readonly #options: BenchOptions;
  readonly #topics = new Map<number, string>();

  constructor(kafka: KafkaServer, options: BenchOptions) {
    this.#kafka = kafka;
    this.#options = options;
  }

  /** The topic that holds so many numbered lines. */
  async topicOf(count: number): Promise<string> {
    const known = this.#topics.get(count);
    if (known !== undefined) return known;
    const { bootstrapServers, port } = this.#kafka;
    const { partitions, batchBytes } = this.#options;
    const topic = `bench-${count}`;
    await createTopic(bootstrapServers, topic, { partitions });
    const file = new URL("fill-topic.ts", import.meta.url).pathname;
    await runCommand(process.execPath, [file, ...[port, topic, count, partitions, batchBytes].map(String)]);
    await waitForRecords(bootstrapServers, topic, count);
    this.#topics.set(count, topic);
    return topic;
  }
}
