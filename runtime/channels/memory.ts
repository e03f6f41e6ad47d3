import type { ChannelComponent } from "../agent/component.ts";
import type { RunningChannel } from "../agent/lifecycle.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import type { Event } from "../events/event.ts";
import { EventRing } from "./event-ring.ts";
import type { FullChannel } from "./full-channel.ts";
import { ChannelSpace, permitsOf, type SpaceOptions } from "./space.ts";

/** Where a sink's drain takes its events from. */
export interface EventChannel {
  /** At least one event, at most `max`; waits for the first. Undefined once the channel is closed and empty. */
  take(max: number): Promise<Event[] | undefined>;
  /** The events are delivered: their room is free from now on. */
  commit(events: readonly Event[]): void;
  /** The events are not delivered: they go back to the head, in their order. */
  rollback(events: readonly Event[]): void;
}

/**
 * Events in memory, first in, first out: Flume's `MemoryChannel`. Room is freed when a sink commits, not when it
 * takes. Several sinks may take from one channel; each event goes to one of them.
 */
export class MemoryChannel implements FullChannel, EventChannel, RunningChannel {
  readonly keepAlive: number;
  readonly #channel: ChannelComponent;
  readonly #space: ChannelSpace;
  readonly #ring: EventRing;
  readonly #takers: (() => void)[] = [];
  readonly #leftOut: RepeatedWarning;
  #withReceipt = 0;
  #closed = false;

  constructor(channel: ChannelComponent, options: SpaceOptions) {
    this.keepAlive = options.keepAlive;
    this.#channel = channel;
    this.#space = new ChannelSpace(options, () => channel.counters.EventPutAttemptCount++);
    this.#ring = new EventRing(Math.min(options.capacity, 1024));
    this.#leftOut = new RepeatedWarning(channel.log, "events left out");
    channel.counters.ChannelCapacity = options.capacity;
  }

  /** Events not yet committed, those that a sink has taken included. */
  get size(): number {
    return this.#space.size;
  }

  /** Those of them whose source still has their offsets to commit: they come again, and are never lost. */
  get recoverable(): number {
    return this.#withReceipt;
  }

  get fullMessage(): string {
    return this.#space.fullMessage;
  }

  /** Whether `put` would store this event now. */
  hasRoom(event: Event): boolean {
    return this.#space.hasRoom(event.body.length);
  }

  /** Stores an event; `false` and nothing stored when there is no room. */
  put(event: Event): boolean {
    if (!this.#space.claim(event.body.length)) return false;
    if (event.receipt !== undefined) {
      event.receipt.hold();
      this.#withReceipt++;
    }
    this.#ring.push(event);
    const counters = this.#channel.counters;
    counters.EventPutAttemptCount++;
    counters.EventPutSuccessCount++;
    counters.ChannelSize++;
    // The taker runs after the source's turn, and so finds all that this turn stores.
    if (this.#takers.length > 0) this.#takers.shift()?.();
    return true;
  }

  /**
   * For a selector's optional channel: stores the event or, without room, leaves it out, counted as an attempt and
   * told. Nobody waits for its delivery: it is stored without its receipt.
   */
  putIfRoom(event: Event): void {
    const { headers, body, receipt } = event;
    if (this.put(receipt === undefined ? event : { headers, body })) return;
    this.#channel.counters.EventPutAttemptCount++;
    this.#leftOut.tell("full, and optional: events are left out");
  }

  waitForRoom(): Promise<boolean> {
    return this.#space.waitForRoom();
  }

  neverFits(): string | undefined {
    return this.#space.neverFits();
  }

  async take(max: number): Promise<Event[] | undefined> {
    while (this.#ring.size === 0) {
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => this.#takers.push(resolve));
    }
    const events = this.#ring.shift(max);
    this.#channel.counters.EventTakeAttemptCount += events.length;
    if (this.#ring.size > 0) this.#takers.shift()?.();
    return events;
  }

  commit(events: readonly Event[]): void {
    let permits = 0;
    for (const event of events) {
      permits += permitsOf(event.body.length);
      if (event.receipt === undefined) continue;
      this.#withReceipt--;
      event.receipt.release();
    }
    this.#channel.counters.EventTakeSuccessCount += events.length;
    this.#channel.counters.ChannelSize -= events.length;
    this.#space.release(events.length, permits);
  }

  rollback(events: readonly Event[]): void {
    this.#channel.counters.RollbackCount++;
    this.#ring.unshift(events);
    this.#takers.shift()?.();
  }

  /** No more waiting: for room there will be none, and sinks end when they have taken what is left. */
  close(): void {
    this.#closed = true;
    this.#space.close();
    this.#leftOut.flush();
    for (const taker of this.#takers.splice(0)) taker();
  }
}
