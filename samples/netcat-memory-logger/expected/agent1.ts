// agent1, compiled by flafkac 0.1.0 from agent.conf. Edits here are lost: change agent.conf and build again.
//
//   source1   netcat, 127.0.0.1:20444
//     └▶ channel1   memory, 1,000 events
//          └▶ sink1   the log, headers and the first 16 bytes of the body
//
// Delivery: OK means that the line is in channel1. From there it reaches the log. kill -9 may lose what
// channel1 holds, at most 1,000 events.

import { Agent } from "./lib/agent/agent.ts";
import { MemoryChannel } from "./lib/channels/memory.ts";
import { drain } from "./lib/sinks/drain.ts";
import { LoggerSink } from "./lib/sinks/logger.ts";
import { NetcatSource } from "./lib/sources/netcat.ts";
import type { FullChannel } from "./lib/channels/full-channel.ts";
import type { Event } from "./lib/events/event.ts";

const agent = new Agent("agent1", "agent.conf");

// The components of agent.conf, with the lines that log and errors name
const source1 = agent.source("source1", { type: "netcat", line: 6, lines: { bind: 7, port: 8 } });
const channel1 = agent.channel("channel1", { type: "memory", line: 11, lines: { capacity: 12 } });
const sink1 = agent.sink("sink1", { type: "logger", line: 14, lines: {} });

/** channel1: room for 1,000 events, in memory. */
const events = new MemoryChannel(channel1, {
  capacity: 1_000, // events
  byteCapacity: 268_435_456, // bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap
  keepAlive: 3_000, // ms that a source waits for room
});

/** sink1 writes each event into the log, at level info. */
const logger = new LoggerSink(sink1);

/** One line becomes an event in channel1. A full channel is returned: the socket waits. */
function put(chunk: Buffer, start: number, end: number): FullChannel | undefined {
  const event: Event = { headers: new Map(), body: Buffer.from(chunk.subarray(start, end)) };
  return events.put(event) ? undefined : events;
}

/** sink1 takes what is in channel1, at most 100 events at a time, and tries until they are delivered. */
function drainToSink1(): Promise<void> {
  return drain(sink1, events, 100, (batch) => logger.deliver(batch));
}

/** source1 takes lines over TCP and says OK for each. */
const listener = new NetcatSource(
  source1,
  { host: "127.0.0.1", port: 20_444, maxLineLength: 512, ackEveryEvent: true, encoding: "utf-8" },
  put,
);

await agent.run({ sources: [listener], channels: [events], drains: [drainToSink1], sinks: [logger] });
