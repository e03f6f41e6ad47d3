import { randomUUID } from "node:crypto";
import type { Message } from "kafkajs";
import type { HdfsCluster } from "../servers/hdfs.ts";
import type { KafkaServer } from "../servers/kafka.ts";
import { freePort } from "../servers/ports.ts";
import { createTopic, readTopicByJava, writeTopic } from "../servers/topic.ts";
import { compareOutcomes, type Differences } from "./compare.ts";
import { avroFlumeEvent, type InputEvent } from "./input.ts";
import { inUseNames, type Outcome, readDirectories } from "./outcome.ts";
import { emittedSide, flumeSide, runSide, type Side } from "./sides.ts";
import type { Variation } from "./variation.ts";

/** The servers that both sides use. */
export interface ParityServers {
  readonly kafka: Pick<KafkaServer, "bootstrapServers">;
  readonly hdfs: HdfsCluster;
}

/** How a variation went. */
export interface ParityResult extends Differences {
  readonly variation: Variation;
  /** Bytes in files and records that Flume made. */
  readonly compared: { readonly files: number; readonly bytes: number; readonly records: number };
}

/** Runs Flume and the emitted program over one variation, one after the other, and compares what they made. */
export async function compareSides(variation: Variation, servers: ParityServers): Promise<ParityResult> {
  const run = `${variation.id}-${randomUUID().slice(0, 8)}`;
  const readsTopic = variation.useCase === 2 || variation.useCase === 4;
  const input = `parity-${run}`;
  if (readsTopic) await writeInput(variation, servers, input);
  const outcomeOf = async (name: string, side: Side): Promise<Outcome> => {
    const topic = readsTopic ? input : `parity-${run}-${name}`;
    if (!readsTopic) {
      await createTopic(servers.kafka.bootstrapServers, topic, { partitions: variation.partitions });
    }
    const root = `/parity/${run}/${name}`;
    const places = {
      brokers: servers.kafka.bootstrapServers,
      topic,
      group: `${run}-${name}`,
      port: await freePort(),
      hdfs: `${servers.hdfs.uri}${root}`,
    };
    let inUse: string[] = [];
    await runSide(side, variation, places, servers.hdfs, async () => {
      inUse = await inUseNames(servers.hdfs, root);
    });
    const directories = await readDirectories(servers.hdfs, root, variation.files);
    const records = readsTopic ? [] : await readTopicByJava(servers.kafka.bootstrapServers, topic);
    return { directories, inUse, records };
  };
  const compared = { files: 0, bytes: 0, records: 0 };
  try {
    const flume = await outcomeOf("flume", flumeSide);
    const contents = [...flume.directories.values()].flatMap((directory) => directory.contents);
    compared.files = contents.length;
    compared.bytes = contents.reduce((sum, content) => sum + content.length, 0);
    compared.records = flume.records.length;
    const emitted = await outcomeOf("emitted", emittedSide);
    return { variation, compared, ...compareOutcomes(variation, flume, emitted) };
  } catch (error) {
    // One side's configuration was refused, or its events did not arrive: what it said is the difference.
    const said = error instanceof Error ? error.message : String(error);
    return { variation, compared, differences: [said], deliberate: [] };
  }
}

async function writeInput(variation: Variation, { kafka }: ParityServers, topic: string): Promise<void> {
  // The records' times are long past: without this the broker would remove them within the minute.
  const config = { "retention.ms": "-1" };
  await createTopic(kafka.bootstrapServers, topic, { partitions: variation.partitions, config });
  const messages = variation.input.map((event, number): Message & { partition: number } => ({
    partition: number % variation.partitions,
    key: event.key ?? null,
    value: variation.avroInput ? avroValue(variation, event, number) : event.body,
    timestamp: String(event.timestamp),
    headers: Object.fromEntries(event.headers),
  }));
  await writeTopic(kafka.bootstrapServers, topic, messages);
}

function avroValue({ useCase }: Variation, { headers, body, timestamp }: InputEvent, number: number): Buffer {
  // A Kafka source gives events without a time that of their record; a Kafka channel does not.
  const timed = useCase === 4 || number % 2 === 0;
  const time: [string, string][] = timed ? [["timestamp", String(timestamp - 3_600_000)]] : [];
  return avroFlumeEvent(new Map([...headers, ...time]), body);
}
