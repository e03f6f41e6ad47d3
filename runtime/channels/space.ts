import { LONGEST_TIMER } from "../agent/longest-timer.ts";
import type { FullChannel } from "./full-channel.ts";

/** Limits of a memory channel, under Flume's names. */
export interface SpaceOptions {
  /** Events. */
  readonly capacity: number;
  /** Bytes of event bodies, before `byteCapacityBufferPercentage` is taken off. */
  readonly byteCapacity: number;
  /** Percent of `byteCapacity` set aside for headers; 20 in Flume. */
  readonly byteCapacityBufferPercentage?: number;
  /** How long a put waits for room, ms. */
  readonly keepAlive: number;
}

/** Someone who waits for room: a link of a first-in, first-out list. */
interface SpaceWaiter {
  readonly permits: number;
  readonly deadline: number;
  readonly resolve: (room: boolean) => void;
  next: SpaceWaiter | undefined;
}

const BYTES_PER_PERMIT = 100;
const MOST_PERMITS = 2_147_483_647;
const SLOTS_GONE =
  "Space for commit to queue couldn't be acquired. Sinks are likely not keeping up with sources, or the buffer size is too tight";

/** How much of the byte capacity a body takes: one permit for each 100 bytes begun, at least one. */
export function permitsOf(bodyBytes: number): number {
  return bodyBytes <= BYTES_PER_PERMIT ? 1 : Math.ceil(bodyBytes / BYTES_PER_PERMIT);
}

/**
 * The room of a memory channel, counted as `MemoryChannel` counts it: a slot for each event and a permit for each
 * 100 bytes of body. Room is claimed when an event is stored and released when its delivery is committed.
 * Those who find none wait in line, up to keep-alive.
 */
export class ChannelSpace implements FullChannel {
  readonly keepAlive: number;
  readonly capacity: number;
  /** All permits there are. */
  readonly permits: number;
  #freeSlots: number;
  #freePermits: number;
  #refused = 1;
  #failedPermits = 1;
  #first: SpaceWaiter | undefined;
  #last: SpaceWaiter | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waking = false;
  #closed = false;

  readonly #failed: (() => void) | undefined;

  /** `failed` is called for each event that found no room within keep-alive. */
  constructor(options: SpaceOptions, failed?: () => void) {
    this.#failed = failed;
    this.keepAlive = options.keepAlive;
    this.capacity = options.capacity;
    // The order of these operations is Flume's: the rounding of the product is part of the result.
    const share = 1 - (options.byteCapacityBufferPercentage ?? 20) * 0.01;
    const permits = Math.trunc((options.byteCapacity * share) / BYTES_PER_PERMIT);
    this.permits = permits < 1 || permits > MOST_PERMITS ? MOST_PERMITS : permits;
    this.#freeSlots = options.capacity;
    this.#freePermits = this.permits;
  }

  /** Events in the channel, those taken but not yet committed included. */
  get size(): number {
    return this.capacity - this.#freeSlots;
  }

  /** Whether an event with a body of so many bytes fits now. A `false` is what `waitForRoom` then waits for. */
  hasRoom(bodyBytes: number): boolean {
    const permits = permitsOf(bodyBytes);
    if (this.#freeSlots > 0 && this.#freePermits >= permits) return true;
    this.#refused = permits;
    return false;
  }

  /** Takes the room for one event; `false` and nothing taken when there is none. */
  claim(bodyBytes: number): boolean {
    const permits = permitsOf(bodyBytes);
    if (this.#freeSlots <= 0 || this.#freePermits < permits) {
      this.#refused = permits;
      return false;
    }
    this.#freeSlots--;
    this.#freePermits -= permits;
    return true;
  }

  /** Gives back the room of committed events: how many, and the sum of their `permitsOf`. Wakes who waits. */
  release(events: number, permits: number): void {
    this.#freeSlots += events;
    this.#freePermits += permits;
    if (this.#first !== undefined) this.#wake();
  }

  /** As `FullChannel` has it; first come, first served. */
  waitForRoom(): Promise<boolean> {
    if (this.#closed || this.keepAlive <= 0) {
      this.#failedPermits = this.#refused;
      this.#failed?.();
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const deadline = performance.now() + this.keepAlive;
      const waiter: SpaceWaiter = { permits: this.#refused, deadline, resolve, next: undefined };
      if (this.#last === undefined) this.#first = waiter;
      else this.#last.next = waiter;
      this.#last = waiter;
      // All wait equally long, so only the first one's clock has to run.
      if (this.#timer === undefined) this.#arm();
    });
  }

  neverFits(): string | undefined {
    if (this.#refused <= this.permits) return undefined;
    const most = this.permits * BYTES_PER_PERMIT;
    return `The event of more than ${(this.#refused - 1) * BYTES_PER_PERMIT} bytes is larger than all that the channel may hold (${most} bytes)`;
  }

  /** `MemoryChannel`'s two messages: no bytes left is told before no slots left. */
  get fullMessage(): string {
    if (this.#freePermits >= this.#failedPermits) return SLOTS_GONE;
    const bytes = javaDouble(this.permits * BYTES_PER_PERMIT);
    return `Cannot commit transaction. Byte capacity allocated to store event body ${bytes}reached. Please increase heap space/byte capacity allocated to the channel as the sinks may not be keeping up with the sources`;
  }

  /** Nobody waits any longer: all who do are told that there is no room. */
  close(): void {
    this.#closed = true;
    for (let waiter = this.#shift(); waiter !== undefined; waiter = this.#shift()) {
      this.#failed?.();
      waiter.resolve(false);
    }
  }

  /** Wakes the first in line if it fits, and the next one only after that one has had its turn. */
  #wake(): void {
    const first = this.#first;
    if (this.#waking || first === undefined) return;
    if (this.#freeSlots <= 0 || this.#freePermits < first.permits) return;
    this.#shift();
    this.#waking = true;
    first.resolve(true);
    queueMicrotask(() => {
      this.#waking = false;
      this.#wake();
    });
  }

  #shift(): SpaceWaiter | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    this.#first = first.next;
    if (this.#first === undefined) {
      this.#last = undefined;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    return first;
  }

  #arm(): void {
    const first = this.#first;
    if (first === undefined) return;
    const wait = Math.max(1, Math.ceil(first.deadline - performance.now()));
    this.#timer = setTimeout(() => this.#expire(), Math.min(wait, LONGEST_TIMER));
  }

  /** Ends the waits that are over, one a turn so that each reads its own `fullMessage`. */
  #expire(): void {
    this.#timer = undefined;
    const first = this.#first;
    if (first === undefined) return;
    if (first.deadline > performance.now()) {
      this.#arm();
      return;
    }
    this.#shift();
    this.#failedPermits = first.permits;
    this.#failed?.();
    first.resolve(false);
    queueMicrotask(() => {
      if (this.#timer === undefined) this.#expire();
    });
  }
}

/** A whole, positive number as Java's `Double.toString` writes it, which is how Flume's message has it. */
export function javaDouble(value: number): string {
  if (value < 10_000_000) return `${value}.0`;
  const digits = String(value);
  return `${digits[0]}.${digits.slice(1).replace(/0+$/, "") || "0"}E${digits.length - 1}`;
}
