// hub, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   access   netcat, 0.0.0.0:20501
//     └▶ toFiles   memory, 100,000 events
//          └▶ archive   files in /var/spool/hub, a new file every 300 s
//     └▶ toLog   memory, 100 events, optional
//          └▶ console   the log, headers and the first 16 bytes of the body
//   errors   netcat, 0.0.0.0:20502
//     └▶ toKafka   memory, 10,000 events, where machine is 10.0.0.7, 10.0.0.8 or 10.0.0.9
//          └▶ alarms   Kafka, topic alarms-%{machine} at $BROKERS, acks=all
//     └▶ toFiles, where machine is 10.0.0.9 or anything else, as above
//     └▶ toLog, where machine is 10.0.0.9 (optional), as above
//
// Delivery:
// OK from access means that the line is in toFiles.
// OK from errors means that the line is in the channels chosen for it.
// From toFiles an event reaches a file in /var/spool/hub at least once.
// From toKafka an event reaches alarms-%{machine} at least once (acks=all).
// From toLog an event reaches the log.
// kill -9 may lose what these channels hold at most: toFiles (100,000 events), toKafka (10,000 events), toLog
// (100 events).

import { Agent } from "./lib/agent/agent.ts";
import { fromEnvironment, fromEnvironmentOr } from "./lib/agent/environment.ts";
import { MemoryChannel } from "./lib/channels/memory.ts";
import { addHost, localHost } from "./lib/interceptors/headers.ts";
import { kafkaSecurity } from "./lib/kafka/security.ts";
import { headerAndTextLines } from "./lib/serializers/text.ts";
import { drain } from "./lib/sinks/drain.ts";
import { FileRollSink } from "./lib/sinks/file-roll.ts";
import { KafkaSink } from "./lib/sinks/kafka.ts";
import { LoggerSink } from "./lib/sinks/logger.ts";
import { RollTimePathManager } from "./lib/sinks/path-manager.ts";
import { NetcatSource } from "./lib/sources/netcat.ts";
import type { FullChannel } from "./lib/channels/full-channel.ts";
import type { Event } from "./lib/events/event.ts";

const agent = new Agent("hub", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("access", { type: "netcat", line: 7, lines: { bind: 8, port: 9 } });
const source2 = agent.source("errors", { type: "netcat", line: 20, lines: { bind: 21, port: 22 } });
const channel1 = agent.channel("toFiles", { type: "memory", line: 36, lines: { capacity: 37 } });
const channel2 = agent.channel("toKafka", {
  type: "memory",
  line: 39,
  lines: { capacity: 40, byteCapacity: 42 },
});
const channel3 = agent.channel("toLog", { type: "memory", line: 43, lines: {} });
const sink1 = agent.sink("archive", { type: "file_roll", line: 46, lines: { "sink.directory": 47 } });
const sink2 = agent.sink("alarms", {
  type: "org.apache.flume.sink.kafka.KafkaSink",
  line: 56,
  lines: {
    "kafka.topic": 58,
    "kafka.bootstrap.servers": 57,
    "kafka.producer.security.protocol": 60,
    "kafka.producer.sasl.mechanism": 61,
    "kafka.producer.sasl.jaas.config": 62,
    "kafka.producer.ssl.truststore.type": 63,
    "kafka.producer.ssl.truststore.location": 64,
    "kafka.producer.ssl.truststore.password": 65,
  },
});
const sink3 = agent.sink("console", { type: "logger", line: 68, lines: {} });

/** The name of this machine; undefined, and no header then, where its name does not resolve. */
const hostName = await localHost(false);

/** The address of this machine; undefined, and no header then, where its name does not resolve. */
const hostAddress = await localHost(true);

/** toFiles: room for 100,000 events, in memory. */
const events1 = new MemoryChannel(channel1, {
  capacity: 100_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
});

/** toKafka: room for 10,000 events, in memory. */
const events2 = new MemoryChannel(channel2, {
  capacity: 10_000, // events
  byteCapacity: 64_000_000, // bytes of bodies
  keepAlive: 3_000, // ms that a source waits for room
});

/** toLog: room for 100 events, in memory. */
const events3 = new MemoryChannel(channel3, {
  capacity: 100, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 0, // ms that a source waits for room
});

/** archive writes headers and bodies, a line each, to /var/spool/hub, a new file every 300 s. */
const files = new FileRollSink(
  sink1,
  {
    directory: "/var/spool/hub",
    rollInterval: 300_000, // ms
  },
  new RollTimePathManager({ prefix: "hub-", extension: "log" }),
  headerAndTextLines,
);

/** alarms sends events to Kafka. */
const kafka = new KafkaSink(sink2, {
  topic: (event) => "alarms-" + (event.headers.get("machine") ?? ""),
  topicHeader: "topic",
  maxBatchBytes: 1_000_000, // below every broker's message.max.bytes
  brokers: fromEnvironmentOr("BROKERS", "localhost:9092").split(/ *, */),
  acks: -1, // all replicas in sync
  requestTimeout: 30_000, // ms
  poison: "stop", // events that the topic refuses for ever; flafkac build --on-poison
  security: kafkaSecurity({
    protocol: "SASL_SSL",
    truststore: {
      type: "PKCS12",
      location: "/etc/hub/trust.p12",
      password: fromEnvironment(
        "FLAFKAC_HUB_ALARMS_SSL_TRUSTSTORE_PASSWORD",
        sink2,
        "kafka.producer.ssl.truststore.password",
      ),
    },
    saslMechanism: "SCRAM-SHA-512",
    jaas:
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="hub" password="' +
      fromEnvironment("HUB_PASSWORD", sink2, "kafka.producer.sasl.jaas.config") +
      '";',
  }),
});

/** console writes each event into the log, at level info. */
const logger = new LoggerSink(sink3);

/**
 * One line of access becomes an event in toFiles, and into toLog where there is room. A full channel is
 * returned: the socket waits.
 */
function putFromSource1(chunk: Buffer, start: number, end: number): FullChannel | undefined {
  const event: Event = {
    headers: new Map([
      ["datacenter", "Nürnberg"], // centre, line 12
      ["timestamp", String(Date.now())], // time, line 15
    ]),
    body: Buffer.from(chunk.subarray(start, end)),
  };
  addHost(event, "host", hostName, false); // machine, line 16
  if (!events1.put(event)) return events1;
  events3.putIfRoom(event); // optional
  return undefined;
}

/** One line of errors goes where its header machine says. A full channel is returned: the socket waits. */
function putFromSource2(chunk: Buffer, start: number, end: number): FullChannel | undefined {
  const event: Event = { headers: new Map(), body: Buffer.from(chunk.subarray(start, end)) };
  addHost(event, "machine", hostAddress, false); // machine, line 26
  switch (event.headers.get("machine")) {
    case "10.0.0.7":
    case "10.0.0.8":
      return events2.put(event) ? undefined : events2;
    case "10.0.0.9":
      if (!events2.hasRoom(event)) return events2;
      if (!events1.hasRoom(event)) return events1;
      events2.put(event);
      events1.put(event);
      events3.putIfRoom(event); // optional
      return undefined;
    default:
      return events1.put(event) ? undefined : events1;
  }
}

/** archive takes what is in toFiles, at most 1,000 events at a time, and tries until they are delivered. */
function drainToSink1(): Promise<void> {
  return drain(sink1, events1, 1_000, (batch) => files.deliver(batch));
}

/** alarms takes what is in toKafka, at most 100 events at a time, and tries until they are delivered. */
function drainToSink2(): Promise<void> {
  return drain(sink2, events2, 100, (batch) => kafka.deliver(batch));
}

/** console takes what is in toLog, at most 100 events at a time, and tries until they are delivered. */
function drainToSink3(): Promise<void> {
  return drain(sink3, events3, 100, (batch) => logger.deliver(batch));
}

/** access takes lines over TCP and says OK for each. */
const listener1 = new NetcatSource(
  source1,
  { host: "0.0.0.0", port: 20_501, maxLineLength: 512, ackEveryEvent: true, encoding: "utf-8" },
  putFromSource1,
);

/** errors takes lines over TCP and says OK for each. */
const listener2 = new NetcatSource(
  source2,
  { host: "0.0.0.0", port: 20_502, maxLineLength: 65_536, ackEveryEvent: true, encoding: "utf-8" },
  putFromSource2,
);

await agent.run({
  sources: [listener1, listener2],
  channels: [events1, events2, events3],
  drains: [drainToSink1, drainToSink2, drainToSink3],
  sinks: [files, kafka, logger],
});
