// flows, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   orders   Kafka, the topics that match "orders\\.[a-z]+" at $BROKERS, group hdfs-writers
//     └▶ sales   memory, 10,000 events, where application is shop or till
//          └▶ hourly   HDFS, "hdfs://warehouse/sales/%{application}/%Y-%m-%d/%H", a new file after 3,600 s or 134,217,728 bytes
//     └▶ everything   memory, 10,000 events, where application is shop, till, login or anything else
//          └▶ archive   HDFS, "hdfs://warehouse/archive/%{topic}/%{collector}/%Y-%m-%d", a new file after 134,217,728 bytes
//     └▶ audit   memory, 10,000 events, where application is login
//          └▶ trail   HDFS, "hdfs://warehouse/audit/%Y/%m", a new file after 600 s
//
// Delivery:
// orders commits the offset of an event after it is delivered from every channel that has to have it: kill -9
// loses nothing, whatever they hold, and repeats at most what was read and not yet committed.
// From sales an event reaches "hdfs://warehouse/sales/%{application}/%Y-%m-%d/%H" at least once.
// From audit an event reaches "hdfs://warehouse/audit/%Y/%m" at least once.
// From everything an event reaches "hdfs://warehouse/archive/%{topic}/%{collector}/%Y-%m-%d" at least once.
// A record that is no AvroFlumeEvent stops the program, until it is built with --on-poison.

import { Agent } from "./lib/agent/agent.ts";
import { fromEnvironment } from "./lib/agent/environment.ts";
import { MemoryChannel } from "./lib/channels/memory.ts";
import { timestampOf } from "./lib/escapes/event-time.ts";
import { hostEscape } from "./lib/escapes/host-escape.ts";
import { pathSegment } from "./lib/escapes/path-segment.ts";
import { TimeEscapes } from "./lib/escapes/time-escapes.ts";
import { hdfsFileSystem } from "./lib/hdfs/hadoop.ts";
import { addHost, addIfPresent, localHost } from "./lib/interceptors/headers.ts";
import { KafkaConsumer } from "./lib/kafka/consumer.ts";
import { kafkaSecurity } from "./lib/kafka/security.ts";
import { avroEventSerializer } from "./lib/serializers/avro-container.ts";
import { headerAndTextSerializer } from "./lib/serializers/file-serializer.ts";
import { drain } from "./lib/sinks/drain.ts";
import { gzipCodec } from "./lib/sinks/hdfs/codecs.ts";
import { compressedStream } from "./lib/sinks/hdfs/compressed-stream.ts";
import { dataStream } from "./lib/sinks/hdfs/file-format.ts";
import { HdfsSink } from "./lib/sinks/hdfs/hdfs-sink.ts";
import { sequenceFile } from "./lib/sinks/hdfs/sequence-file.ts";
import { KafkaSource } from "./lib/sources/kafka.ts";
import type { FullChannel } from "./lib/channels/full-channel.ts";
import type { Event } from "./lib/events/event.ts";
import type { Receipt } from "./lib/events/receipt.ts";
import type { FetchedRecords } from "./lib/kafka/fetched-records.ts";

const agent = new Agent("flows", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("orders", {
  type: "org.apache.flume.source.kafka.KafkaSource",
  line: 8,
  lines: {
    "kafka.bootstrap.servers": 9,
    "kafka.topics.regex": 10,
    "kafka.consumer.group.id": 11,
    "kafka.consumer.security.protocol": 14,
    "kafka.consumer.sasl.mechanism": 15,
    "kafka.consumer.sasl.jaas.config": 16,
  },
});
const channel1 = agent.channel("sales", { type: "memory", line: 30, lines: { capacity: 31 } });
const channel2 = agent.channel("audit", { type: "memory", line: 33, lines: { capacity: 34 } });
const channel3 = agent.channel("everything", { type: "memory", line: 36, lines: { capacity: 37 } });
const sink1 = agent.sink("hourly", {
  type: "hdfs",
  line: 40,
  lines: { "hdfs.path": 42, "hdfs.filePrefix": 43, "hdfs.timeZone": 50 },
});
const sink2 = agent.sink("trail", {
  type: "hdfs",
  line: 55,
  lines: { "hdfs.path": 57, "hdfs.filePrefix": 58 },
});
const sink3 = agent.sink("archive", { type: "hdfs", line: 67, lines: { "hdfs.path": 69 } });

/** The address of this machine; undefined, and no header then, where its name does not resolve. */
const hostAddress = await localHost(true);

/** %Y-%m-%d/%H of a time. */
const time1 = new TimeEscapes("%Y-%m-%d/%H", {
  timeZone: "Europe/Berlin",
  round: { unit: "hour", value: 6 },
});

/** The full name of this machine. */
const host1 = await hostEscape("fqdn");

/** %Y/%m of a time. */
const time2 = new TimeEscapes("%Y/%m");

/** %Y-%m-%d of a time. */
const time3 = new TimeEscapes("%Y-%m-%d");

/** orders reads the topics that match "orders\\.[a-z]+" as a member of the group hdfs-writers. */
const consumer = new KafkaConsumer(source1, {
  brokers: fromEnvironment("BROKERS", source1, "kafka.bootstrap.servers").split(/ *, */),
  topics: new RegExp("^(?:orders\\.[a-z]+)$", "u"),
  groupId: "hdfs-writers",
  autoOffsetReset: "earliest", // where a group without an offset begins
  valueFormat: "flumeEvent",
  poison: "stop", // records that cannot be read, or never be put; flafkac build --on-poison
  assignors: ["range"],
  security: kafkaSecurity({
    protocol: "SASL_SSL",
    saslMechanism: "SCRAM-SHA-512",
    jaas:
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="flows" password="' +
      fromEnvironment("FLOWS_PASSWORD", source1, "kafka.consumer.sasl.jaas.config") +
      '";',
  }),
});

/** sales: room for 10,000 events, in memory. */
const events1 = new MemoryChannel(channel1, {
  capacity: 10_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
});

/** audit: room for 10,000 events, in memory. */
const events2 = new MemoryChannel(channel2, {
  capacity: 10_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
});

/** everything: room for 10,000 events, in memory. */
const events3 = new MemoryChannel(channel3, {
  capacity: 10_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
});

/** Where hourly writes: by HDFS's own protocols. */
const fileSystem1 = hdfsFileSystem(sink1, {
  uri: "hdfs://warehouse",
  callTimeout: 30_000, // ms for a call with all its repetitions, or an acknowledgement
});

/**
 * hourly writes bodies, keyed by their time, as Text in a SequenceFile, compressed with gzip, into files in
 * "hdfs://warehouse/sales/%{application}/%Y-%m-%d/%H"; what is delivered is with every DataNode of the file's
 * pipeline.
 */
const hdfs1 = new HdfsSink(
  sink1,
  fileSystem1,
  {
    path: (event) =>
      "/sales/" +
      pathSegment(event.headers.get("application") ?? "") +
      "/" +
      time1.at(timestampOf(event.headers)),
    filePrefix: "sales-" + host1,
    inUsePrefix: "",
    inUseSuffix: ".tmp",
    fileSuffix: ".gz",
    rollInterval: 3_600_000, // ms, 0: never
    rollSize: 134_217_728, // bytes, 0: never
    rollCount: 0, // events, 0: never
    idleTimeout: 0, // ms, 0: never
    maxOpenFiles: 5_000, // then the one least recently used is closed
    callTimeout: 30_000, // ms for each step; then the file is given up, and its events go to another
    closeTries: 2_147_483_647, // attempts to close and rename a file: until it works
    retryInterval: 180_000, // ms, at most, from one of them to the next
  },
  sequenceFile("Text", gzipCodec),
);

/** Where trail writes: by HDFS's own protocols. */
const fileSystem2 = hdfsFileSystem(sink2, {
  uri: "hdfs://warehouse",
  callTimeout: 30_000, // ms for a call with all its repetitions, or an acknowledgement
});

/**
 * trail writes events with their headers, as Avro, into files in "hdfs://warehouse/audit/%Y/%m"; what is
 * delivered is with every DataNode of the file's pipeline.
 */
const hdfs2 = new HdfsSink(
  sink2,
  fileSystem2,
  {
    path: (event) => "/audit/" + time2.at(timestampOf(event.headers)),
    filePrefix: "audit",
    inUsePrefix: "",
    inUseSuffix: ".tmp",
    fileSuffix: ".avro",
    rollInterval: 600_000, // ms, 0: never
    rollSize: 0, // bytes, 0: never
    rollCount: 0, // events, 0: never
    idleTimeout: 60_000, // ms, 0: never
    maxOpenFiles: 5_000, // then the one least recently used is closed
    callTimeout: 30_000, // ms for each step; then the file is given up, and its events go to another
    closeTries: 2_147_483_647, // attempts to close and rename a file: until it works
    retryInterval: 180_000, // ms, at most, from one of them to the next
  },
  dataStream(avroEventSerializer({ syncIntervalBytes: 2_048_000 })),
);

/** Where archive writes: by HDFS's own protocols. */
const fileSystem3 = hdfsFileSystem(sink3, {
  uri: "hdfs://warehouse",
  callTimeout: 30_000, // ms for a call with all its repetitions, or an acknowledgement
});

/**
 * archive writes headers and bodies, a line each, compressed with gzip, into files in
 * "hdfs://warehouse/archive/%{topic}/%{collector}/%Y-%m-%d"; what is delivered is with every DataNode of the
 * file's pipeline.
 */
const hdfs3 = new HdfsSink(
  sink3,
  fileSystem3,
  {
    path: (event) =>
      "/archive/" +
      pathSegment(event.headers.get("topic") ?? "") +
      "/" +
      pathSegment(event.headers.get("collector") ?? "") +
      "/" +
      time3.at(Date.now()),
    filePrefix: "FlumeData",
    inUsePrefix: "",
    inUseSuffix: ".tmp",
    fileSuffix: ".gz",
    rollInterval: 0, // ms, 0: never
    rollSize: 134_217_728, // bytes, 0: never
    rollCount: 0, // events, 0: never
    idleTimeout: 300_000, // ms, 0: never
    maxOpenFiles: 5_000, // then the one least recently used is closed
    callTimeout: 30_000, // ms for each step; then the file is given up, and its events go to another
    closeTries: 2_147_483_647, // attempts to close and rename a file: until it works
    retryInterval: 180_000, // ms, at most, from one of them to the next
  },
  compressedStream(gzipCodec, headerAndTextSerializer({ appendNewline: true })),
);

/** One record goes where its header application says. A full channel is returned: the record waits. */
function put(event: Event): FullChannel | undefined {
  switch (event.headers.get("application")) {
    case "shop":
    case "till":
      if (!events1.hasRoom(event)) return events1;
      if (!events3.hasRoom(event)) return events3;
      events1.put(event);
      events3.put(event);
      return undefined;
    case "login":
      if (!events2.hasRoom(event)) return events2;
      if (!events3.hasRoom(event)) return events3;
      events2.put(event);
      events3.put(event);
      return undefined;
    default:
      return events3.put(event) ? undefined : events3;
  }
}

/** A record of orders as an event; the receipt tells when all who have to have it have got it. */
function receivedEvent(records: FetchedRecords, i: number, receipt: Receipt): Event {
  const headers = records.flumeHeadersOf(i);
  if (!headers.has("timestamp")) headers.set("timestamp", String(records.timestampOf(i)));
  if (!headers.has("topic")) headers.set("topic", records.topic);
  if (!headers.has("partition")) headers.set("partition", String(records.partition));
  if (!headers.has("offset")) headers.set("offset", String(records.offsetOf(i)));
  addIfPresent(headers, "key", records.keyOf(i));
  addIfPresent(headers, "trace", records.recordHeaderOf(i, "trace-id"));
  const event: Event = { headers, body: records.bytes.subarray(records.starts[i], records.ends[i]), receipt };
  addHost(event, "collector", hostAddress, false); // origin, line 21
  return event;
}

/** hourly takes what is in sales, at most 100 events at a time, and tries until they are delivered. */
function drainToSink1(): Promise<void> {
  return drain(sink1, events1, 100, (batch) => hdfs1.deliver(batch));
}

/** trail takes what is in audit, at most 100 events at a time, and tries until they are delivered. */
function drainToSink2(): Promise<void> {
  return drain(sink2, events2, 100, (batch) => hdfs2.deliver(batch));
}

/** archive takes what is in everything, at most 100 events at a time, and tries until they are delivered. */
function drainToSink3(): Promise<void> {
  return drain(sink3, events3, 100, (batch) => hdfs3.deliver(batch));
}

/** orders puts what it has read into its channels, and commits offsets once the events are delivered. */
const reader = new KafkaSource(source1, consumer, receivedEvent, put);

await agent.run({
  sources: [reader],
  channels: [events1, events2, events3],
  drains: [drainToSink1, drainToSink2, drainToSink3],
  sinks: [hdfs1, hdfs2, hdfs3],
  consumers: [consumer],
});
