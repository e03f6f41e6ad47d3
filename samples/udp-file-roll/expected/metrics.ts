// metrics, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   udp   netcatudp, 0.0.0.0:20514
//     └▶ memory   memory, 50,000 events
//          └▶ files   files in /var/spool/metrics, a new file every 60 s
//
// Delivery: udp answers nothing: a datagram that finds no room in memory is lost, and counted. From memory an
// event reaches a file in /var/spool/metrics at least once. kill -9 may lose what memory holds, at most
// 50,000 events.

import { Agent } from "./lib/agent/agent.ts";
import { MemoryChannel } from "./lib/channels/memory.ts";
import { textLines } from "./lib/serializers/text.ts";
import { drain } from "./lib/sinks/drain.ts";
import { FileRollSink } from "./lib/sinks/file-roll.ts";
import { DefaultPathManager } from "./lib/sinks/path-manager.ts";
import { NetcatUdpSource } from "./lib/sources/netcat-udp.ts";
import type { FullChannel } from "./lib/channels/full-channel.ts";
import type { Event } from "./lib/events/event.ts";

const agent = new Agent("metrics", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("udp", { type: "netcatudp", line: 6, lines: { bind: 7, port: 8 } });
const channel1 = agent.channel("memory", { type: "memory", line: 12, lines: { capacity: 13 } });
const sink1 = agent.sink("files", { type: "file_roll", line: 16, lines: { "sink.directory": 17 } });

/** memory: room for 50,000 events, in memory. */
const events = new MemoryChannel(channel1, {
  capacity: 50_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
});

/** files writes bodies, a line each, to /var/spool/metrics, a new file every 60 s. */
const files = new FileRollSink(
  sink1,
  {
    directory: "/var/spool/metrics",
    rollInterval: 60_000, // ms
  },
  new DefaultPathManager({ prefix: "", extension: "" }),
  textLines,
);

/** One datagram becomes an event in memory. A full channel is returned: the datagram waits. */
function put(datagram: Buffer, start: number, end: number): FullChannel | undefined {
  const event: Event = { headers: new Map(), body: Buffer.from(datagram.subarray(start, end)) };
  return events.put(event) ? undefined : events;
}

/** files takes what is in memory, at most 500 events at a time, and tries until they are delivered. */
function drainToSink1(): Promise<void> {
  return drain(sink1, events, 500, (batch) => files.deliver(batch));
}

/** udp takes datagrams, each up to its first line end. Nobody is answered. */
const listener = new NetcatUdpSource(source1, { host: "0.0.0.0", port: 20_514 }, put);

await agent.run({ sources: [listener], channels: [events], drains: [drainToSink1], sinks: [files] });
