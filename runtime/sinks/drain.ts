import { setTimeout as sleep } from "node:timers/promises";
import type { SinkComponent } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import { ProgramTurns } from "../agent/turns.ts";
import type { EventChannel } from "../channels/memory.ts";
import type { Event } from "../events/event.ts";
import type { FetchedRecords } from "../kafka/fetched-records.ts";
import type { HeldBack, HeldBackEvents } from "./held-back.ts";

/** Where a sink's records of Kafka come from: a `KafkaConsumer`. Several drains may take from one. */
export interface RecordSupply {
  /** All that has gathered; waits for the first. Undefined once it is closed: what is not delivered stays in Kafka. */
  take(): Promise<readonly FetchedRecords[] | undefined>;
  /** The records are delivered: their offsets may be committed. */
  commit(batches: readonly FetchedRecords[]): void;
  /** The records are not delivered: a later take gives them again. */
  rollback(batches: readonly FetchedRecords[]): void;
  /** The sink keeps the records and delivers them when it can, which may be never; nobody need wait for that. */
  holdBack(batches: readonly FetchedRecords[]): void;
  /**
   * The record can never be handed on; resolves when it is dealt with, and the others may go on.
   *
   * @throws DataError when the program has to stop for it.
   */
  setAside(records: FetchedRecords, i: number, reason: string): Promise<void>;
}

/**
 * Moves events from a channel to a sink until the channel is closed and empty: take, deliver, commit. What cannot be
 * delivered goes back to the head and is tried again after 1, 2, … 5 s, as Flume's `SinkRunner`, for ever: nothing is
 * dropped, the channel fills up, and the sources wait. A trouble is logged when it begins or changes, and when it ends.
 */
export async function drain(
  sink: SinkComponent,
  channel: EventChannel,
  batchSize: number,
  deliver: (events: readonly Event[]) => Promise<HeldBackEvents | undefined> | Promise<void> | void,
): Promise<void> {
  const counters = sink.counters;
  const attempts = new Attempts(sink);
  const heldBack = new HeldBackBatches();
  const commit = (delivered: readonly Event[]) => {
    channel.commit(delivered);
    counters.EventDrainSuccessCount += delivered.length;
  };
  for (
    let events = await channel.take(batchSize);
    events !== undefined;
    events = await channel.take(batchSize)
  ) {
    counters.EventDrainAttemptCount += events.length;
    let rest: Awaited<ReturnType<typeof deliver>>;
    try {
      rest = await deliver(events);
    } catch (error) {
      channel.rollback(events);
      await attempts.failed(error);
      continue;
    }
    if (rest === undefined) commit(events);
    else {
      const { waiting } = rest;
      commit(events.filter((event) => !waiting.has(event)));
      heldBack.add(rest, () => commit([...waiting]));
    }
    if (events.length < batchSize) counters.BatchUnderflowCount++;
    else counters.BatchCompleteCount++;
    await attempts.succeeded();
  }
  await heldBack.delivered();
}

/**
 * Moves records of Kafka to a sink until the consumer is closed: take, deliver, commit. As `drain`, with Kafka for the
 * channel: what cannot be delivered is never committed.
 */
export async function drainRecords(
  sink: SinkComponent,
  consumer: RecordSupply,
  deliver: (batches: readonly FetchedRecords[]) => Promise<HeldBack | undefined> | Promise<void> | void,
): Promise<void> {
  const counters = sink.counters;
  const attempts = new Attempts(sink);
  const heldBack = new HeldBackBatches();
  for (let batches = await consumer.take(); batches !== undefined; batches = await consumer.take()) {
    let records = 0;
    for (const { count } of batches) records += count;
    counters.EventDrainAttemptCount += records;
    let rest: Awaited<ReturnType<typeof deliver>>;
    try {
      rest = await deliver(batches);
    } catch (error) {
      consumer.rollback(batches);
      await attempts.failed(error);
      continue;
    }
    const commit = () => {
      consumer.commit(batches);
      counters.EventDrainSuccessCount += records;
    };
    if (rest === undefined) commit();
    else {
      consumer.holdBack(batches);
      heldBack.add(rest, commit);
    }
    counters.BatchCompleteCount++;
    await attempts.succeeded();
  }
  await heldBack.delivered();
}

/** The records as events, in order, for a sink that takes no records. `eventOf` makes one of the record at a place. */
export function eventsOf(
  batches: readonly FetchedRecords[],
  eventOf: (records: FetchedRecords, i: number) => Event,
): Event[] {
  const events: Event[] = [];
  for (const records of batches) for (let i = 0; i < records.count; i++) events.push(eventOf(records, i));
  return events;
}

/** Batches that a sink has taken and could not deliver whole. */
class HeldBackBatches {
  readonly #all = new Set<HeldBack>();

  /** `commit` is called once the rest of the batch is delivered. */
  add(heldBack: HeldBack, commit: () => void): void {
    this.#all.add(heldBack);
    void heldBack.later.then(() => {
      this.#all.delete(heldBack);
      commit();
    });
  }

  /** Nothing more will come: waits for what is held back, for as long as it takes. */
  async delivered(): Promise<void> {
    for (const heldBack of this.#all) heldBack.hurry();
    await Promise.all([...this.#all].map(({ later }) => later));
  }
}

/** A sink's attempts to deliver: how long to wait after a failed one, and what the log has to say. */
class Attempts {
  readonly #sink: SinkComponent;
  #trouble: string | undefined;
  #failures = 0;
  readonly #turns = new ProgramTurns();

  constructor(sink: SinkComponent) {
    this.#sink = sink;
  }

  /** Counts and tells the failure; resolves when it is time to try again. */
  async failed(error: unknown): Promise<void> {
    const { counters, log } = this.#sink;
    this.#failures++;
    counters.EventWriteFail++;
    counters.RollbackCount++;
    const text = errorText(error);
    if (text !== this.#trouble) log.error(`cannot deliver, trying again until it works: ${text}`);
    this.#trouble = text;
    await sleep(Math.min(this.#failures * 1000, 5000));
  }

  /** Tells that a trouble is over. A promise where the others of the program are due a turn. */
  succeeded(): Promise<void> | undefined {
    if (this.#failures > 0) {
      const times = `${this.#failures} failed ${this.#failures === 1 ? "attempt" : "attempts"}`;
      this.#sink.log.info(`delivering again after ${times}`);
      this.#failures = 0;
      this.#trouble = undefined;
    }
    return this.#turns.next();
  }
}
