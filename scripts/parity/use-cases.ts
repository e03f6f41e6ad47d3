import { formatOf, hdfsDimensions, hdfsLines, sameInEachRun } from "./hdfs-dimensions.ts";
import { inputEvents } from "./input.ts";
import { type Choice, coverPairs, type Dimension } from "./pairs.ts";
import { type Random, randomOf } from "./random.ts";
import type { UseCase, Variation } from "./variation.ts";

/** Lines of one component for each value of a dimension. */
type Lines = ReadonlyMap<string, readonly string[]>;

const kafkaSource: Readonly<Record<string, Lines>> = {
  topic: new Map([
    ["topic", ["topic = @TOPIC@"]],
    ["kafka.topics", ["kafka.topics = @TOPIC@"]],
    ["kafka.topics.regex", ["kafka.topics.regex = ^@TOPIC@$"]],
  ]),
  group: new Map([
    ["kafka.consumer.group.id", ["kafka.consumer.group.id = @GROUP@"]],
    ["groupId", ["groupId = @GROUP@"]],
  ]),
  headers: new Map([
    ["as they come", []],
    ["setTopicHeader=false", ["setTopicHeader = false"]],
    ["topicHeader", ["topicHeader = from"]],
    ["header.kind", ["header.kind = kind", "header.none = nothing"]],
  ]),
  sourceBatch: new Map([
    ["default", []],
    ["7", ["batchSize = 7", "batchDurationMillis = 200"]],
  ]),
};

const kafkaSink: Readonly<Record<string, Lines>> = {
  topic: new Map([
    ["topic", ["topic = @TOPIC@"]],
    ["kafka.topic", ["kafka.topic = @TOPIC@"]],
    ["kafka.topic with header", ["kafka.topic = @TOPIC@%{none}"]],
  ]),
  value: new Map([
    ["body", []],
    ["useFlumeEventFormat", ["useFlumeEventFormat = true"]],
  ]),
  partition: new Map([
    ["partitioner", []],
    ["defaultPartitionId", ["defaultPartitionId = 1"]],
    ["partitionIdHeader", ["defaultPartitionId = 1", "partitionIdHeader = part"]],
  ]),
  sinkBatch: new Map([
    ["default", []],
    ["1", ["batchSize = 1"]],
    ["flumeBatchSize", ["flumeBatchSize = 13"]],
  ]),
  recordHeader: new Map([
    ["none", []],
    ["header.team", ["header.team = sender"]],
  ]),
  compression: new Map([
    ["none", []],
    ["gzip", ["kafka.producer.compression.type = gzip"]],
    ["lz4", ["kafka.producer.compression.type = lz4"]],
    ["snappy", ["kafka.producer.compression.type = snappy"]],
  ]),
  acks: new Map([
    ["default", []],
    ["requiredAcks", ["requiredAcks = -1"]],
    ["kafka.producer.acks", ["kafka.producer.acks = all"]],
  ]),
};

const kafkaChannel: Readonly<Record<string, Lines>> = {
  keys: new Map([
    ["old", ["topic = @TOPIC@", "brokerList = @BROKERS@", "groupId = @GROUP@"]],
    [
      "new",
      ["kafka.topic = @TOPIC@", "kafka.bootstrap.servers = @BROKERS@", "kafka.consumer.group.id = @GROUP@"],
    ],
  ]),
  value: new Map([
    ["body", ["parseAsFlumeEvent = false"]],
    ["flume event", []],
    ["flume event, said", ["parseAsFlumeEvent = true"]],
  ]),
};

const channelPartition: Lines = new Map([
  ["partitioner", []],
  ["defaultPartitionId", ["defaultPartitionId = 1"]],
  ["partitionIdHeader", ["partitionIdHeader = part"]],
]);

const smallest: Lines = new Map([
  ["default", []],
  ["readSmallestOffset", ["readSmallestOffset = true"]],
]);

/** Static headers of the netcat source: there are no others. */
const statics: Lines = new Map([
  ["none", []],
  ["key", staticHeaders({ key: "k1" })],
  ["key, part, team", staticHeaders({ key: "kündig", part: "2", team: "a b" })],
]);

function staticHeaders(headers: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(headers).map((_, index) => `i${index + 1}`);
  return [
    `interceptors = ${names.join(" ")}`,
    ...Object.entries(headers).flatMap(([key, value], index) => [
      `interceptors.i${index + 1}.type = static`,
      `interceptors.i${index + 1}.key = ${key}`,
      `interceptors.i${index + 1}.value = ${value}`,
    ]),
  ];
}

const valueFormat: Lines = new Map([
  ["body", []],
  ["flume event", ["useFlumeEventFormat = true"]],
]);

const eventsEach = 60;

/** The seed of the recorded results. */
export const recordedSeed = 20_261_124;

/** How many variations of each use case are run for the record. */
export const allCounts: Readonly<Record<UseCase, number>> = { 1: 10, 2: 18, 3: 8, 4: 12 };

/** All variations of a seed. */
export function variationsOf(seed: number, counts: Readonly<Record<UseCase, number>>): Variation[] {
  const random = randomOf(seed);
  return [
    ...netcatToKafka(counts[1], random),
    ...kafkaToHdfs(counts[2], random),
    ...netcatThroughKafkaToHdfs(counts[3], random),
    ...kafkaChannelToHdfs(counts[4], random),
  ];
}

function netcatToKafka(count: number, random: Random): Variation[] {
  const dimensions = dimensionsOf({ ...kafkaSink, statics });
  // Where a header names the partition, there has to be the header.
  const allowed = (choice: Choice) =>
    choice.get("partition") !== "partitionIdHeader" || choice.get("statics") === "key, part, team";
  return coverPairs(dimensions, allowed, count, random).map((choice, index) => ({
    ...named(1, index, choice),
    conf: conf([
      ...agentLists(true),
      ...netcat(choice),
      ...memoryChannel,
      ...component("sinks.sink1", [
        "type = org.apache.flume.sink.kafka.KafkaSink",
        "channel = channel1",
        "brokerList = @BROKERS@",
        ...linesOf(kafkaSink, choice),
      ]),
    ]),
    input: inputEvents(eventsEach, random),
    avroInput: false,
    partitions: 3,
    anyPartition: choice.get("partition") === "partitioner" && choice.get("statics") === "none",
    files: { read: "bytes", withoutKeys: false, showsHeaders: false, anyOrder: false },
    delivered: eventsEach,
  }));
}

function kafkaToHdfs(count: number, random: Random): Variation[] {
  const dimensions = [...dimensionsOf({ ...kafkaSource, valueFormat }), ...hdfsDimensions, partitions];
  return coverPairs(dimensions, filesComparable, count, random).map((choice, index) => ({
    ...named(2, index, choice),
    conf: conf([
      ...agentLists(true),
      ...component("sources.source1", [
        "type = org.apache.flume.source.kafka.KafkaSource",
        "channels = channel1",
        "kafka.bootstrap.servers = @BROKERS@",
        "kafka.consumer.auto.offset.reset = earliest",
        ...linesOf({ ...kafkaSource, valueFormat }, choice),
      ]),
      ...memoryChannel,
      ...hdfsLines(choice, false),
    ]),
    ...hdfsInput(choice, random, true, choice.get("valueFormat") === "flume event"),
  }));
}

function netcatThroughKafkaToHdfs(count: number, random: Random): Variation[] {
  const dimensions = [...dimensionsOf({ ...kafkaChannel, channelPartition, statics }), ...hdfsDimensions];
  const allowed = (choice: Choice) =>
    sameInEachRun(choice) &&
    (!isSpread(choice) || isComparableInAnyOrder(choice)) &&
    (choice.get("channelPartition") !== "partitionIdHeader" || choice.get("statics") === "key, part, team");
  return coverPairs(dimensions, allowed, count, random).map((choice, index) => ({
    ...named(3, index, choice),
    conf: conf([
      ...agentLists(true),
      ...netcat(choice),
      ...component("channels.channel1", [
        "type = org.apache.flume.channel.kafka.KafkaChannel",
        ...linesOf({ ...kafkaChannel, channelPartition }, choice),
      ]),
      ...hdfsLines(choice, true),
    ]),
    ...hdfsInput(choice, random, false, false),
    // Without a key and a number the producer spreads them as it likes.
    partitions: 3,
    anyPartition: isSpread(choice),
    files: { ...fileTraits(choice, false), anyOrder: isSpread(choice) },
  }));
}

function kafkaChannelToHdfs(count: number, random: Random): Variation[] {
  const dimensions = [...dimensionsOf({ ...kafkaChannel, smallest }), ...hdfsDimensions, partitions];
  const allowed = (choice: Choice) =>
    filesComparable(choice) && (choice.get("value") !== "body" || sameInEachRun(choice));
  return coverPairs(dimensions, allowed, count, random).map((choice, index) => {
    const avro = choice.get("value") !== "body";
    return {
      ...named(4, index, choice),
      conf: conf([
        ...agentLists(false),
        ...component("channels.channel1", [
          "type = org.apache.flume.channel.kafka.KafkaChannel",
          ...linesOf({ ...kafkaChannel, smallest }, choice),
        ]),
        ...hdfsLines(choice, !avro),
      ]),
      ...hdfsInput(choice, random, avro, avro),
    };
  });
}

/** What a topic gets, and how its events are found in files. `timed`: each event has a time of its own. */
function hdfsInput(choice: Choice, random: Random, timed: boolean, avroInput: boolean) {
  return {
    input: inputEvents(eventsEach, random),
    avroInput,
    partitions: Number(choice.get("partitions") ?? 1),
    anyPartition: false,
    files: fileTraits(choice, timed),
    delivered: eventsEach,
  };
}

function fileTraits(choice: Choice, timed: boolean) {
  const { read, sequence, showsHeaders } = formatOf(choice);
  return {
    read,
    withoutKeys: sequence && !timed,
    showsHeaders,
    anyOrder: choice.get("partitions") === "3",
  };
}

const partitions: Dimension = { name: "partitions", values: ["1", "1", "1", "3"] };

function filesComparable(choice: Choice): boolean {
  return choice.get("partitions") !== "3" || isComparableInAnyOrder(choice);
}

/** Files of events in any order can be compared line by line only, and where they are cut is chance. */
function isComparableInAnyOrder(choice: Choice): boolean {
  return choice.get("roll") === "none" && !/newline/.test(choice.get("format")!);
}

/** Records without key and number are spread over the partitions by the producer. */
function isSpread(choice: Choice): boolean {
  return choice.get("channelPartition") === "partitioner" && choice.get("statics") === "none";
}

function netcat(choice: Choice): string[] {
  return component("sources.source1", [
    "type = netcat",
    "bind = 127.0.0.1",
    "port = @PORT@",
    "channels = channel1",
    ...statics.get(choice.get("statics")!)!,
  ]);
}

const memoryChannel = component("channels.channel1", [
  "type = memory",
  "capacity = 10000",
  "transactionCapacity = 1000",
  // How long Flume waits for the rest of a batch, in seconds.
  "keep-alive = 1",
]);

function agentLists(withSource: boolean): string[] {
  return [
    ...(withSource ? ["agent1.sources = source1"] : []),
    "agent1.channels = channel1",
    "agent1.sinks = sink1",
  ];
}

function named(useCase: UseCase, index: number, choice: Choice) {
  const varies = [...choice].map(([name, value]) => `${name}=${value}`);
  return { id: `${useCase}-${String(index + 1).padStart(2, "0")}`, useCase, varies };
}

function dimensionsOf(tables: Readonly<Record<string, Lines>>): Dimension[] {
  return Object.entries(tables).map(([name, values]) => ({ name, values: [...values.keys()] }));
}

function linesOf(tables: Readonly<Record<string, Lines>>, choice: Choice): string[] {
  return Object.entries(tables).flatMap(([name, values]) => values.get(choice.get(name)!)!);
}

function component(name: string, lines: readonly string[]): string[] {
  return lines.map((line) => `agent1.${name}.${line}`);
}

function conf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
