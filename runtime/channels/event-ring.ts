import type { Event } from "../events/event.ts";

/** A double-ended queue of events in one circular array that grows by doubling; every step is O(1). */
export class EventRing {
  #slots: (Event | undefined)[];
  #mask: number;
  #head = 0;
  #size = 0;

  constructor(initialSlots = 1024) {
    let slots = 16;
    while (slots < initialSlots) slots *= 2;
    this.#slots = new Array(slots);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds at the tail. */
  push(event: Event): void {
    if (this.#size > this.#mask) this.#grow();
    this.#slots[(this.#head + this.#size) & this.#mask] = event;
    this.#size++;
  }

  /** Puts events back in front of all others; the first of them becomes the head. */
  unshift(events: readonly Event[]): void {
    while (this.#size + events.length > this.#mask + 1) this.#grow();
    this.#head = (this.#head - events.length) & this.#mask;
    for (let i = 0; i < events.length; i++) this.#slots[(this.#head + i) & this.#mask] = events[i];
    this.#size += events.length;
  }

  /** Removes up to `max` events from the head. */
  shift(max: number): Event[] {
    const count = Math.min(max, this.#size);
    const events: Event[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const slot = (this.#head + i) & this.#mask;
      events[i] = this.#slots[slot]!;
      this.#slots[slot] = undefined;
    }
    this.#head = (this.#head + count) & this.#mask;
    this.#size -= count;
    return events;
  }

  #grow(): void {
    const slots: (Event | undefined)[] = new Array((this.#mask + 1) * 2);
    for (let i = 0; i < this.#size; i++) slots[i] = this.#slots[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#head = 0;
  }
}
