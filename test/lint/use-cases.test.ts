import { describe, expect, test } from "vitest";
import { applyFixes } from "../../compiler/lint/fix.ts";
import { lint } from "../../compiler/lint/lint.ts";

/** Configurations of Flume and Kafka as they go round, each with the same mistake in its last line. */
const KAFKA_SOURCE = `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1
agent1.sources.source1.type = org.apache.flume.source.kafka.KafkaSource
agent1.sources.source1.zookeeperConnect = localhost:2181
agent1.sources.source1.topic = calls_placed
agent1.sources.source1.channels = channel1
agent1.channels.channel1.type = memory
agent1.channels.channel1.capacity = 10000
agent1.channels.channel1.transactionCapacity = 1000
`;
const KAFKA_CHANNEL = `agent1.channels = channel1
agent1.sinks = sink1
agent1.channels.channel1.type = org.apache.flume.channel.kafka.KafkaChannel
agent1.channels.channel1.topic = calls_placed
agent1.channels.channel1.brokerList = localhost:9092
agent1.channels.channel1.zookeeperConnect = localhost:2181
agent1.channels.channel1.parseAsFlumeEvent = false
`;
const NETCAT = `agent1.sources = source1
agent1.sources.source1.type = netcat
agent1.sources.source1.bind = localhost
agent1.sources.source1.port = 44444
agent1.sources.source1.channels = channel1
`;
const HDFS = `agent1.sinks.sink1.type = hdfs
agent1.sinks.sink1.hdfs.path = /user/cloudera/calls_placed
agent1.sinks.sink1.hdfs.fileType = DataStream
agent1.sinks.sink1.hdfs.fileSuffix = .csv
agent1.sinks.sink1.hdfs.channel = channel1
`;
const NETCAT_TO_KAFKA = `agent1.sources = source1
agent1.channels = channel1
agent1.sinks = sink1
${NETCAT.split("\n").slice(1).join("\n")}agent1.channels.channel1.type = memory
agent1.channels.channel1.capacity = 10000
agent1.channels.channel1.transactionCapacity = 1000
agent1.sinks.sink1.type = org.apache.flume.sink.kafka.KafkaSink
agent1.sinks.sink1.topic = calls_placed
agent1.sinks.sink1.brokerList = localhost:9092
agent1.sinks.sink1.hdfs.channel = channel1
`;

const useCases = [
  ["netcat, memory, Kafka sink", NETCAT_TO_KAFKA],
  ["Kafka source, memory, HDFS", KAFKA_SOURCE + HDFS],
  ["netcat, Kafka channel, HDFS", NETCAT + KAFKA_CHANNEL + HDFS],
  ["Kafka channel alone, HDFS", KAFKA_CHANNEL + HDFS],
] as const;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const fixed = (text: string, bootstrapServers?: string) =>
  new TextDecoder().decode(
    applyFixes(bytesOf(text), bootstrapServers === undefined ? {} : { bootstrapServers }).bytes,
  );

describe.each(useCases)("%s", (_, text) => {
  test("the one error is the sink that hdfs.channel leaves without a channel", () => {
    const errors = lint(text).diagnostics.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([
      { code: "channel-unbound", component: "sinks.sink1", property: "hdfs.channel" },
    ]);
    const [{ span, message }] = errors as [(typeof errors)[number]];
    expect(text.slice(span.start, span.end)).toBe("hdfs.channel");
    expect(message).toContain('its property is "channel", not "hdfs.channel"');
  });

  test("--fix connects it, renames what is old, and changes no other line", () => {
    const lines = text.split("\n");
    const after = fixed(text).split("\n");
    expect(after.length).toBe(lines.length);
    expect(after).toContain("agent1.sinks.sink1.channel = channel1");
    const changed = after.filter((line, i) => line !== lines[i]);
    for (const line of changed) {
      expect(line).toMatch(
        /\.(channel|kafka\.(topic|topics|bootstrap\.servers)) = (channel1|calls_placed|localhost:9092)$/,
      );
    }
    expect(lint(after.join("\n")).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test("--bootstrap-servers takes the place of the ZooKeeper that brokers would be looked up in", () => {
  const after = fixed(KAFKA_SOURCE + HDFS, "k1:9092,k2:9092");
  expect(after).toContain("agent1.sources.source1.kafka.bootstrap.servers = k1:9092,k2:9092\n");
  expect(after).not.toContain("zookeeperConnect");
  expect(lint(after).diagnostics.filter(({ code }) => /zookeeper|deprecated/.test(code))).toEqual([]);
});

test("--bootstrap-servers leaves a channel alone that names its brokers", () => {
  expect(fixed(KAFKA_CHANNEL + HDFS, "k1:9092")).toContain("kafka.bootstrap.servers = localhost:9092\n");
  expect(fixed(KAFKA_CHANNEL + HDFS, "k1:9092")).not.toContain("k1:9092");
});

test("--bootstrap-servers helps a channel with a ZooKeeper alone", () => {
  const text = KAFKA_CHANNEL.replace(/.*brokerList.*\n/, "") + HDFS;
  expect(lint(text).diagnostics.some(({ code }) => code === "missing-required")).toBe(true);
  const after = fixed(text, "k1:9092");
  expect(after).toContain("agent1.channels.channel1.kafka.bootstrap.servers = k1:9092\n");
  expect(lint(after).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
