import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { EventRing } from "../../runtime/channels/event-ring.ts";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import { ChannelSpace, javaDouble, permitsOf } from "../../runtime/channels/space.ts";
import { type Event, eventOf } from "../../runtime/events/event.ts";
import { channelContext, logged } from "./contexts.ts";

const event = (text: string) => eventOf(Buffer.from(text));
const texts = (events: readonly Event[] | undefined) => events?.map((one) => one.body.toString());

function channelOf(capacity: number, byteCapacity = 1_000_000, keepAlive = 0): MemoryChannel {
  return new MemoryChannel(channelContext(), { capacity, byteCapacity, keepAlive });
}

describe("memory channel", () => {
  it("behaves as a list with room for so many events and permits", async () => {
    type Step = ["put", number] | ["take", number] | ["commit", number] | ["rollback", number];
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 6, arbitrary: fc.nat(450).map((size): Step => ["put", size]) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }).map((max): Step => ["take", max]) },
      { weight: 2, arbitrary: fc.nat(3).map((i): Step => ["commit", i]) },
      { weight: 2, arbitrary: fc.nat(3).map((i): Step => ["rollback", i]) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 1, max: 30 }),
        async (steps, capacity) => {
          const context = channelContext();
          const channel = new MemoryChannel(context, { capacity, byteCapacity: 5000, keepAlive: 0 });
          let queue: Event[] = [];
          const taken: Event[][] = [];
          const inside = () => [...queue, ...taken.flat()];
          const permits = () => inside().reduce((sum, one) => sum + permitsOf(one.body.length), 0);
          let number = 0;
          let puts = 0;
          for (const [what, value] of steps) {
            if (what === "put") {
              const one = event(`${number++}`.padEnd(value, "."));
              const fits = inside().length < capacity && permits() + permitsOf(one.body.length) <= 40;
              expect(channel.hasRoom(one)).toBe(fits);
              expect(channel.put(one)).toBe(fits);
              if (fits) {
                queue.push(one);
                puts++;
              }
            } else if (what === "take") {
              if (queue.length === 0) continue;
              const batch = await channel.take(value);
              expect(batch).toEqual(queue.slice(0, value));
              queue = queue.slice(value);
              taken.push(batch!);
            } else {
              const [batch] = taken.splice(value % Math.max(1, taken.length), 1);
              if (batch === undefined) continue;
              channel[what](batch);
              if (what === "rollback") queue = [...batch, ...queue];
            }
            expect(channel.size).toBe(inside().length);
            expect(context.counters.ChannelSize).toBe(inside().length);
            expect(context.counters.EventPutSuccessCount).toBe(puts);
          }
          channel.close();
          const rest: Event[] = [];
          for (let batch = await channel.take(7); batch !== undefined; batch = await channel.take(7))
            rest.push(...batch);
          expect(rest).toEqual(queue);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives a waiting sink all that one turn of a source stores", async () => {
    const channel = channelOf(100);
    const taking = channel.take(10);
    for (const text of ["a", "b", "c"]) channel.put(event(text));
    expect(texts(await taking)).toEqual(["a", "b", "c"]);
  });

  it("shares its events between several sinks, and ends them all", async () => {
    const channel = channelOf(100);
    const sinks = [channel.take(2), channel.take(2), channel.take(2)];
    for (const text of ["a", "b", "c"]) channel.put(event(text));
    channel.close();
    expect(await Promise.all(sinks).then((all) => all.map(texts))).toEqual([["a", "b"], ["c"], undefined]);
  });

  it("frees room when events are committed, not when they are taken", async () => {
    const channel = channelOf(1, 1_000_000, 10_000);
    channel.put(event("a"));
    const batch = (await channel.take(1))!;
    expect(channel.put(event("b"))).toBe(false);
    const waiting = channel.waitForRoom();
    channel.commit(batch);
    expect(await waiting).toBe(true);
    expect(channel.put(event("b"))).toBe(true);
  });

  it("says Flume's words when keep-alive passes", async () => {
    const channel = channelOf(1, 1_000_000, 20);
    channel.put(event("a"));
    channel.put(event("b"));
    const before = performance.now();
    expect(await channel.waitForRoom()).toBe(false);
    expect(performance.now() - before).toBeGreaterThanOrEqual(19);
    expect(channel.fullMessage).toBe(
      "Space for commit to queue couldn't be acquired. Sinks are likely not keeping up with sources, or the buffer size is too tight",
    );
  });

  it("tells apart that bytes are gone", async () => {
    const channel = channelOf(10, 1000, 20); // 8 permits of 100 bytes
    expect(channel.put(event("x".repeat(701)))).toBe(true);
    expect(channel.put(event("y"))).toBe(false);
    expect(await channel.waitForRoom()).toBe(false);
    expect(channel.fullMessage).toBe(
      "Cannot commit transaction. Byte capacity allocated to store event body 800.0reached. Please increase heap space/byte capacity allocated to the channel as the sinks may not be keeping up with the sources",
    );
  });
});

describe("event ring", () => {
  it("is a list that grows at the tail and shrinks and grows at the head", () => {
    const step = fc.oneof(
      fc.constant(["push"] as const),
      fc.tuple(fc.constant("shift" as const), fc.nat(30)),
      fc.tuple(fc.constant("unshift" as const), fc.nat(30)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const ring = new EventRing(1);
        let list: Event[] = [];
        let number = 0;
        const next = () => event(`${number++}`);
        for (const [what, count] of steps) {
          if (what === "push") {
            const one = next();
            ring.push(one);
            list.push(one);
          } else if (what === "shift") {
            expect(ring.shift(count)).toEqual(list.slice(0, count));
            list = list.slice(count);
          } else {
            const some = Array.from({ length: count }, next);
            ring.unshift(some);
            list = [...some, ...list];
          }
          expect(ring.size).toBe(list.length);
        }
        expect(ring.shift(100_000)).toEqual(list);
      }),
      { numRuns: 300 },
    );
  });
});

describe("channel space", () => {
  it("counts permits as Flume does", () => {
    expect([0, 1, 100, 101, 1000, 1001].map(permitsOf)).toEqual([1, 1, 1, 2, 10, 11]);
    const permits = (byteCapacity: number, percent?: number) =>
      new ChannelSpace({
        capacity: 1,
        byteCapacity,
        keepAlive: 0,
        ...(percent === undefined ? {} : { byteCapacityBufferPercentage: percent }),
      }).permits;
    expect(permits(268_435_456)).toBe(2_147_483);
    expect(permits(1000, 0)).toBe(10);
    // Less than one permit means no limit in Flume.
    expect([permits(0), permits(100), permits(1000, 100)]).toEqual([
      2_147_483_647, 2_147_483_647, 2_147_483_647,
    ]);
    expect(permits(1e15)).toBe(2_147_483_647);
    expect([800, 10_000_000, 214_748_300].map(javaDouble)).toEqual(["800.0", "1.0E7", "2.147483E8"]);
  });

  it("serves those who wait in the order they came, and as many as fit", async () => {
    const space = new ChannelSpace({ capacity: 3, byteCapacity: 1_000_000, keepAlive: 60_000 });
    for (let i = 0; i < 3; i++) expect(space.claim(1)).toBe(true);
    const order: string[] = [];
    const waiter = async (name: string) => {
      while (!space.claim(1)) expect(await space.waitForRoom()).toBe(true);
      order.push(name);
    };
    const all = ["a", "b", "c", "d"].map(waiter);
    space.release(2, 2);
    await Promise.all(all.slice(0, 2));
    expect(order).toEqual(["a", "b"]);
    expect(space.claim(1)).toBe(false);
    space.release(2, 2);
    await Promise.all(all);
    expect(order).toEqual(["a", "b", "c", "d"]);
    expect(space.size).toBe(3);
  });

  it("leaves nobody waiting when it closes", async () => {
    let failed = 0;
    const space = new ChannelSpace(
      { capacity: 1, byteCapacity: 1_000_000, keepAlive: 60_000 },
      () => failed++,
    );
    space.claim(1);
    space.claim(1);
    const waiting = [space.waitForRoom(), space.waitForRoom()];
    space.close();
    expect(await Promise.all(waiting)).toEqual([false, false]);
    expect(failed).toBe(2);
  });

  it("waits as long as it is told to, also when that is longer than a timer can wait", () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    onTestFinished(() => timers.mockRestore());
    const space = new ChannelSpace({ capacity: 1, byteCapacity: 1_000_000, keepAlive: 3_000_000_000 });
    space.claim(1);
    space.claim(1);
    void space.waitForRoom();
    expect(timers.mock.lastCall?.[1]).toBe(2_147_483_647);
    space.close();
  });

  it("ends each wait at its own time", async () => {
    const space = new ChannelSpace({ capacity: 1, byteCapacity: 1_000_000, keepAlive: 30 });
    space.claim(1);
    const begin = performance.now();
    const waits: Promise<number>[] = [];
    const wait = async () => {
      space.claim(1);
      const start = performance.now();
      expect(await space.waitForRoom()).toBe(false);
      return performance.now() - start;
    };
    waits.push(wait(), wait());
    while (performance.now() - begin < 10) await new Promise((resolve) => setImmediate(resolve));
    waits.push(wait());
    for (const waited of await Promise.all(waits)) expect(waited).toBeGreaterThanOrEqual(29.5);
  });
});

describe("an optional channel", () => {
  it("leaves out what it has no room for, counted and told without a flood", async () => {
    const log = logged();
    const component = channelContext(log);
    const channel = new MemoryChannel(component, { capacity: 1, byteCapacity: 1_000_000, keepAlive: 60_000 });
    for (const text of ["a", "b", "c", "d"]) channel.putIfRoom(event(text));
    expect(component.counters).toMatchObject({
      EventPutAttemptCount: 4,
      EventPutSuccessCount: 1,
      ChannelSize: 1,
    });
    const warnings = () => log.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(warnings()).toEqual(["full, and optional: events are left out"]);
    channel.close();
    expect(warnings().slice(1)).toEqual(["2 more: events left out"]);
    expect((await channel.take(10))?.map(({ body }) => body.toString())).toEqual(["a"]);
  });
});
