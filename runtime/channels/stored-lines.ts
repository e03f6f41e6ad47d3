/** Why some of a source's lines were not stored in the end, by their place among them, counted from 0. */
export type RefusedLines = ReadonlyMap<number, string>;

/** Who waits until the last events that were put are stored. */
interface StoredWaiter {
  /** The number of the newest load when it began to wait. */
  readonly serial: number;
  /** The numbers of its first event, and of the one after its last; counted over all puts. */
  readonly first: number;
  readonly end: number;
  /** How many of `end - first` are its own; where it is another number, it is not known which. */
  readonly lines: number;
  refused: Map<number, string> | undefined;
  readonly resolve: (refused: RefusedLines | undefined) => void;
}

/** The promises of a Kafka channel that events are stored, and which of them were refused after all. */
export class StoredLines {
  readonly #waiters: StoredWaiter[] = [];
  /** How many events were put. */
  #puts = 0;
  /** How many had been put when this turn of the program began. */
  #turnBegan: number | undefined;

  /** An event is put. Returns its number. */
  put(): number {
    if (this.#turnBegan === undefined) {
      this.#turnBegan = this.#puts;
      queueMicrotask(() => {
        this.#turnBegan = undefined;
      });
    }
    return this.#puts++;
  }

  /** Waits for the last `lines` events that were put in this turn. @param serial the newest load's number. */
  wait(serial: number, lines: number): Promise<RefusedLines | undefined> {
    const end = this.#puts;
    const first = this.#turnBegan ?? end;
    this.#turnBegan = undefined;
    return new Promise((resolve) => {
      this.#waiters.push({ serial, first, end, lines, refused: undefined, resolve });
    });
  }

  /**
   * Events were refused: one, or one of several of which it is not known which. Then all of these count as refused: an
   * answer too many repeats an event, one too few would lose it.
   */
  refuse(first: number, end: number, reason: string): void {
    for (const waiter of this.#waiters) {
      if (waiter.end <= first || waiter.first >= end) continue;
      waiter.refused ??= new Map();
      const isExact = waiter.end - waiter.first === waiter.lines;
      const from = isExact ? Math.max(0, first - waiter.first) : 0;
      const to = isExact ? Math.min(waiter.lines, end - waiter.first) : waiter.lines;
      for (let line = from; line < to; line++) waiter.refused.set(line, reason);
    }
  }

  /** Resolves, in their order, those that wait for loads before this one. */
  storedBefore(serial: number): void {
    while (this.#waiters.length > 0 && this.#waiters[0]!.serial < serial) {
      const { resolve, refused } = this.#waiters.shift()!;
      resolve(refused);
    }
  }
}

/** For lines that go into several channels: resolves when all have stored them, with what any has refused. */
export async function storedInAll(
  all: readonly Promise<RefusedLines | undefined>[],
): Promise<RefusedLines | undefined> {
  const refused = (await Promise.all(all)).flatMap((lines) => (lines === undefined ? [] : [...lines]));
  return refused.length === 0 ? undefined : new Map(refused);
}
