import { describe, expect, it } from "vitest";
import { type AgentParts, startParts, stopParts } from "../../runtime/agent/lifecycle.ts";
import { Log } from "../../runtime/agent/log.ts";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import { eventOf } from "../../runtime/events/event.ts";
import { Receipt } from "../../runtime/events/receipt.ts";
import { channelContext, logged } from "./contexts.ts";

/** Parts that write down what is asked of them. */
function recorded(): { readonly calls: string[]; readonly parts: AgentParts; endDrain(): void } {
  const calls: string[] = [];
  const drained = Promise.withResolvers<void>();
  const call = (name: string) => {
    calls.push(name);
  };
  const parts: AgentParts = {
    sources: [{ start: () => call("source starts"), stop: () => call("source stops") }],
    channels: [{ size: 0, start: () => call("channel starts"), close: () => call("channel closes") }],
    sinks: [{ start: () => call("sink starts"), stop: () => call("sink stops") }],
    consumers: [
      {
        start: () => call("consumer starts"),
        close: () => call("consumer closes"),
        stop: async () => call("consumer stops"),
      },
    ],
    drains: [
      async () => {
        call("drain starts");
        await drained.promise;
        call("drain ends");
      },
    ],
  };
  return { calls, parts, endDrain: drained.resolve };
}

const log = () => new Log(logged().output, "agent1", "agent1.conf");

describe("the life of an agent's parts", () => {
  it("ends with the last commit, after the sinks have made durable what they hold", async () => {
    const { calls, parts, endDrain } = recorded();
    const drains: Promise<void>[] = [];
    await startParts(parts, (run) => drains.push(run()));
    expect(calls.splice(0)).toEqual([
      "channel starts",
      "sink starts",
      "consumer starts",
      "drain starts",
      "source starts",
    ]);
    const stop = stopParts(parts, drains, 60_000, log());
    while (!calls.includes("channel closes")) await new Promise((resolve) => setImmediate(resolve));
    expect(calls.splice(0)).toEqual(["source stops", "consumer closes", "channel closes"]);
    endDrain();
    expect(await stop).toEqual({ left: 0, unanswered: 0, unfinished: 0, faults: 0 });
    expect(calls).toEqual(["drain ends", "sink stops", "consumer stops"]);
  });

  it("stops sinks and consumers also when deliveries do not end in time", async () => {
    const { calls, parts } = recorded();
    const drains: Promise<void>[] = [];
    await startParts(parts, (run) => drains.push(run()));
    calls.splice(0);
    expect(await stopParts(parts, drains, 20, log())).toEqual({
      left: 0,
      unanswered: 0,
      unfinished: 1,
      faults: 0,
    });
    expect(calls.slice(-2)).toEqual(["sink stops", "consumer stops"]);
  });

  it("tells what is lost from what comes again, and from what was never acknowledged", async () => {
    const memory = new MemoryChannel(channelContext(), { capacity: 10, byteCapacity: 1e6, keepAlive: 0 });
    const body = Buffer.from("event");
    for (let i = 0; i < 3; i++) memory.put({ headers: new Map(), body, receipt: new Receipt(() => {}) });
    for (let i = 0; i < 2; i++) memory.put(eventOf(body));
    const topic = { size: 7, recoverable: 3, unanswered: 4, close: () => {} };
    const parts = { sources: [], channels: [memory, topic], sinks: [], drains: [] };
    const never = new Promise<void>(() => {});
    expect(await stopParts(parts, [never], 10, log())).toEqual({
      left: 2,
      unanswered: 4,
      unfinished: 6,
      faults: 0,
    });
  });

  it("does not wait longer than the time for a source that waits for Kafka", async () => {
    const calls: string[] = [];
    const parts: AgentParts = {
      sources: [{ start: () => {}, stop: () => new Promise<void>(() => {}) }],
      channels: [{ size: 0, close: () => calls.push("channel closes") }],
      sinks: [],
      drains: [],
    };
    const began = performance.now();
    await stopParts(parts, [], 1_100, log());
    expect(calls).toEqual(["channel closes"]);
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(1_090);
    expect(took).toBeLessThan(3_000);
  });

  it("counts a consumer that cannot stop as a fault", async () => {
    const consumer = { start: () => {}, close: () => {}, stop: () => Promise.reject(new Error("no broker")) };
    const parts: AgentParts = { sources: [], channels: [], sinks: [], drains: [], consumers: [consumer] };
    expect((await stopParts(parts, [], 1000, log())).faults).toBe(1);
  });
});
