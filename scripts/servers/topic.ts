import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import kafkajs, { type Admin, type IHeaders, Kafka, type KafkaConfig, logLevel, type Message } from "kafkajs";
import { kafkaArtifacts } from "./artifacts.ts";
import { classPath } from "./class-path.ts";
import { runCommand } from "./command.ts";

/** One record as it lies in a topic. */
export interface TopicRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Name and value, in the order of their names. */
  readonly headers: readonly (readonly [string, string])[];
}

/** How a topic is made. */
export interface TopicOptions {
  readonly partitions?: number;
  readonly replicas?: number;
  readonly config?: Readonly<Record<string, string>>;
}

const readWithin = 60_000; // ms
const pollEvery = 50; // ms

function client(bootstrapServers: string): Kafka {
  const options: KafkaConfig = {
    brokers: bootstrapServers.split(","),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 30 },
  };
  return new Kafka(options);
}

async function withAdmin<T>(bootstrapServers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client(bootstrapServers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Creates a topic and waits until its partitions have leaders. */
export async function createTopic(
  bootstrapServers: string,
  topic: string,
  { partitions = 1, replicas = 1, config = {} }: TopicOptions = {},
): Promise<void> {
  await withAdmin(bootstrapServers, async (admin) => {
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    // A broker may hear of it a moment after the controller has made it; kafkajs's own waiting fails then.
    const deadline = performance.now() + readWithin;
    while (!(await hasLeaders(admin, topic, partitions))) {
      if (performance.now() > deadline) throw new Error(`${topic} has no leaders after ${readWithin} ms.`);
      await delay(pollEvery);
    }
  });
}

async function hasLeaders(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const found = topics[0]?.partitions ?? [];
    return found.length >= partitions && found.every(({ leader }) => leader >= 0);
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSError && error.retriable) return false;
    throw error;
  }
}

/** Writes records into a topic, in the order given within each partition. */
export async function writeTopic(
  bootstrapServers: string,
  topic: string,
  messages: readonly Message[],
): Promise<void> {
  // Idempotent: what is sent again after a partition was refused is not there twice.
  const producer = client(bootstrapServers).producer({ idempotent: true });
  await producer.connect();
  try {
    await producer.send({ topic, acks: -1, messages: [...messages] });
  } finally {
    await producer.disconnect();
  }
}

/** Changes properties of a topic. */
export async function setTopicConfig(
  bootstrapServers: string,
  topic: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  await withAdmin(bootstrapServers, async (admin) => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
    });
  });
}

/** How many records lie in a topic, over all partitions; 0 when there is no such topic. */
export async function countRecords(bootstrapServers: string, topic: string): Promise<number> {
  return await withAdmin(bootstrapServers, async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) return 0;
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  });
}

/** Waits until at least `count` records lie in a topic. */
export async function waitForRecords(bootstrapServers: string, topic: string, count: number): Promise<void> {
  const deadline = performance.now() + readWithin;
  for (;;) {
    const found = await countRecords(bootstrapServers, topic);
    if (found >= count) return;
    if (performance.now() > deadline) {
      throw new Error(`${topic} holds ${found} of ${count} records after ${readWithin} ms.`);
    }
    await delay(pollEvery);
  }
}

/** Kafka's record headers are bytes, and a name may stand there several times. */
function headerPairs(headers: IHeaders = {}): [string, string][] {
  return Object.entries(headers)
    .flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, String(value ?? "")]),
    )
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Every record that lies in a topic now, by partition and offset. */
export async function readTopic(bootstrapServers: string, topic: string): Promise<TopicRecord[]> {
  const ends = await withAdmin(bootstrapServers, (admin) => admin.fetchTopicOffsets(topic));
  const missing = new Map(
    ends.filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, BigInt(high)]),
  );
  const records: TopicRecord[] = [];
  if (missing.size === 0) return records;
  const consumer = client(bootstrapServers).consumer({
    groupId: `read-${topic}-${process.pid}-${performance.now()}`,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const tooLong = setTimeout(
        () => reject(new Error(`Reading ${topic} took more than ${readWithin} ms; ${records.length} read.`)),
        readWithin,
      );
      const readAll = () => {
        clearTimeout(tooLong);
        resolve();
      };
      consumer
        .run({
          eachBatch: async ({ batch }) => {
            const end = missing.get(batch.partition);
            if (end === undefined) return;
            for (const { offset, key, value, timestamp, headers } of batch.messages) {
              if (BigInt(offset) >= end) break;
              records.push({
                partition: batch.partition,
                offset: BigInt(offset),
                key,
                value,
                timestamp: Number(timestamp),
                headers: headerPairs(headers),
              });
            }
            if (BigInt(batch.lastOffset()) + 1n >= end) missing.delete(batch.partition);
            if (missing.size === 0) readAll();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

const javaReader = fileURLToPath(new URL("TopicRecords.java", import.meta.url));

/** As {@link readTopic}, by Kafka's own consumer: records in every compression, at the price of a Java process. */
export async function readTopicByJava(bootstrapServers: string, topic: string): Promise<TopicRecord[]> {
  const jars = await classPath(kafkaArtifacts("4.4.0"));
  const quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";
  const { stdout } = await runCommand("java", [
    ...["-XX:TieredStopAtLevel=1", quiet, "-cp", jars],
    ...[javaReader, bootstrapServers, topic],
  ]);
  const records = stdout.split("\n").filter((line) => line !== "");
  return records
    .map((line): TopicRecord => {
      const [partition, offset, timestamp, key, value, ...headers] = line.split(" ");
      const pairs = headers.flatMap((name, index): [string, string][] =>
        index % 2 === 0 ? [[String(bytesOf(name)), String(bytesOf(headers[index + 1]) ?? "")]] : [],
      );
      return {
        partition: Number(partition),
        offset: BigInt(offset ?? 0),
        timestamp: Number(timestamp),
        key: bytesOf(key),
        value: bytesOf(value),
        headers: pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
      };
    })
    .sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

function bytesOf(base64 = "-"): Buffer | null {
  return base64 === "-" ? null : Buffer.from(base64, "base64");
}
