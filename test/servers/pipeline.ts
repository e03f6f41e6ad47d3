import { randomUUID } from "node:crypto";
import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, readTopic, type TopicOptions } from "../../scripts/servers/topic.ts";
import { type BuiltProgram, build, sampleConf } from "./emitted-program.ts";
import { judge, type Verdict } from "./ledger.ts";
import type { LineWriter } from "./line-writer.ts";

/** The sample's pipeline between a port and a topic of a test's own. */
export interface Pipeline {
  readonly port: number;
  readonly topic: string;
  readonly program: BuiltProgram;
}

/** Where the sample's pipeline leads, and how. */
export interface PipelineOptions {
  /** Undefined: the topic is not created. */
  readonly topicOptions?: TopicOptions | undefined;
  /** More overrides, without the agent's name: `channels.channel1.capacity`. */
  readonly overrides?: Readonly<Record<string, string | number>>;
}

/** Makes a topic and builds the sample with `--set` for it and for a free port. */
export async function buildPipeline(
  kafka: Pick<KafkaServer, "bootstrapServers">,
  options: PipelineOptions = { topicOptions: {} },
): Promise<Pipeline> {
  const topic = `events-${randomUUID()}`;
  const port = await freePort();
  if (options.topicOptions !== undefined) {
    await createTopic(kafka.bootstrapServers, topic, options.topicOptions);
  }
  const overrides = {
    "sources.source1.port": port,
    "sinks.sink1.topic": topic,
    "sinks.sink1.brokerList": kafka.bootstrapServers,
    ...options.overrides,
  };
  const ofAgent = Object.fromEntries(
    Object.entries(overrides).map(([key, value]) => [`agent1.${key}`, value]),
  );
  return { port, topic, program: await build(sampleConf, ofAgent) };
}

/** Compares what the topic holds now with what the writers noted. */
export async function verdictOf(
  kafka: Pick<KafkaServer, "bootstrapServers">,
  pipeline: Pipeline,
  writers: readonly LineWriter[],
): Promise<Verdict> {
  return judge(writers, await readTopic(kafka.bootstrapServers, pipeline.topic));
}

/** A verdict without any fault: every acknowledged line once, in order. */
export const flawless: Verdict = {
  lost: 0,
  duplicated: 0,
  reordered: 0,
  torn: 0,
  foreign: 0,
  refusedButStored: 0,
};
