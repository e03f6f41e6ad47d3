import type { Place } from "./drain-topic.ts";

/** Properties with their values, as `--set` has them. */
export type Settings = readonly (readonly [property: string, value: string])[];

/** Of the Kafka source that a benchmark's configuration calls `source1`. */
export function sourceSettings({ bootstrapServers, topic, group }: Place): Settings {
  return [
    ["agent1.sources.source1.kafka.bootstrap.servers", bootstrapServers],
    ["agent1.sources.source1.kafka.topics", topic],
    ["agent1.sources.source1.kafka.consumer.group.id", group],
  ];
}

/** Of the Kafka channel that a benchmark's configuration calls `channel1`. */
export function channelSettings({ bootstrapServers, topic, group }: Place): Settings {
  return [
    ["agent1.channels.channel1.kafka.bootstrap.servers", bootstrapServers],
    ["agent1.channels.channel1.kafka.topic", topic],
    ["agent1.channels.channel1.kafka.consumer.group.id", group],
  ];
}

/** Of the file_roll sink that a benchmark's configuration calls `sink1`. */
export function fileSinkSettings({ path }: Place, batchSize: number | undefined): Settings {
  return [
    ["agent1.sinks.sink1.sink.directory", path],
    ...(batchSize === undefined ? [] : [["agent1.sinks.sink1.sink.batchSize", String(batchSize)] as const]),
  ];
}

/** Of the HDFS sink that a benchmark's configuration calls `sink1`. */
export function hdfsSinkSettings({ path }: Place, batchSize: number | undefined): Settings {
  return [
    ["agent1.sinks.sink1.hdfs.path", path],
    ...(batchSize === undefined ? [] : [["agent1.sinks.sink1.hdfs.batchSize", String(batchSize)] as const]),
  ];
}

/** The same for programs that are told by their environment. */
export function programEnvironment(place: Place): NodeJS.ProcessEnv {
  return {
    BENCH_BROKERS: place.bootstrapServers,
    BENCH_TOPIC: place.topic,
    BENCH_GROUP: place.group,
    BENCH_OUTPUT: place.path,
  };
}
