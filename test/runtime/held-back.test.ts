import { expect, it } from "vitest";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import { type Event, eventOf } from "../../runtime/events/event.ts";
import { drain, drainRecords } from "../../runtime/sinks/drain.ts";
import { channelContext, logged, sinkContext } from "./contexts.ts";
import { FakeConsumer, fetchedRecords } from "./fetched.ts";

it("frees the room of what is delivered, and the rest when it is", async () => {
  const log = logged();
  const channel = new MemoryChannel(channelContext(log), { capacity: 10, byteCapacity: 1e6, keepAlive: 0 });
  const sink = sinkContext(log);
  const { promise: later, resolve } = Promise.withResolvers<void>();
  let hurried = 0;
  for (const text of ["bad", "a", "b", "c"]) channel.put(eventOf(Buffer.from(text)));
  const batches: number[] = [];
  const running = drain(sink, channel, 2, async (events: readonly Event[]) => {
    batches.push(events.length);
    const waiting = new Set(events.filter(({ body }) => body.toString() === "bad"));
    if (waiting.size === 0) return undefined;
    return { waiting, later, hurry: () => hurried++ };
  });
  channel.close();
  while (sink.counters.EventDrainSuccessCount < 3) await new Promise<void>((turn) => setImmediate(turn));
  expect(batches).toEqual([2, 2]);
  expect(channel.size).toBe(1);
  expect(hurried).toBe(1);
  resolve();
  await running;
  expect(channel.size).toBe(0);
  expect(sink.counters).toMatchObject({
    EventDrainAttemptCount: 4,
    EventDrainSuccessCount: 4,
    RollbackCount: 0,
  });
});

it("commits later batches before one that waits, and that one when it is delivered", async () => {
  const sink = sinkContext();
  const [first, second] = [fetchedRecords(["a"]), fetchedRecords(["b"])];
  const consumer = new FakeConsumer([first], [second]);
  const { promise: later, resolve } = Promise.withResolvers<void>();
  const running = drainRecords(sink, consumer, async ([records]) =>
    records === first ? { later, hurry: () => undefined } : undefined,
  );
  while (consumer.committed.length < 1) await new Promise<void>((turn) => setImmediate(turn));
  consumer.close();
  expect(consumer.committed).toEqual([second]);
  expect(consumer.heldBack).toEqual([first]);
  resolve();
  await running;
  expect(consumer.committed).toEqual([second, first]);
  expect(consumer.rollbacks).toBe(0);
});
