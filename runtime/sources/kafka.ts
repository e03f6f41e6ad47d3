import { setTimeout as sleep } from "node:timers/promises";
import type { SourceComponent } from "../agent/component.ts";
import type { RunningSource } from "../agent/lifecycle.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import { ProgramTurns } from "../agent/turns.ts";
import type { FullChannel } from "../channels/full-channel.ts";
import type { Event } from "../events/event.ts";
import { Receipt } from "../events/receipt.ts";
import type { FetchedRecords } from "../kafka/fetched-records.ts";
import type { RecordSupply } from "../sinks/drain.ts";

/** Makes an event of a record. The event carries the receipt, which is that of all the records. */
export type FetchedEventOf = (records: FetchedRecords, i: number, receipt: Receipt) => Event;

/** Stores an event in its channels. A full channel: it is stored in none, and the same event comes again. */
export type PutEvent = (event: Event) => FullChannel | undefined;

const FIRST_PAUSE = 10; // ms
const LONGEST_PAUSE = 5_000; // ms, as Flume's maxBackoffSleep

/**
 * Flume's `KafkaSource` where its events go through channels: records become events, and an offset is committed once
 * a sink has delivered the event from each of its required channels, not when it is in memory. What a channel has no
 * room for waits, for ever if need be; what it can never take is dealt with as the consumer's poison policy says. The
 * consumer bounds what is under way.
 */
export class KafkaSource implements RunningSource {
  readonly #source: SourceComponent;
  readonly #consumer: RecordSupply;
  readonly #eventOf: FetchedEventOf;
  readonly #put: PutEvent;
  readonly #refusals: RepeatedWarning;
  readonly #turns = new ProgramTurns();
  readonly #stopping = new AbortController();
  /** The records that are being handed on. */
  #current: Promise<boolean> | undefined;

  constructor(source: SourceComponent, consumer: RecordSupply, eventOf: FetchedEventOf, put: PutEvent) {
    this.#source = source;
    this.#consumer = consumer;
    this.#eventOf = eventOf;
    this.#put = put;
    this.#refusals = new RepeatedWarning(source.log, "times without room for an event");
  }

  /** Begins to hand on; the consumer is started by the agent. */
  start(): void {
    void this.#handOnAll();
  }

  /**
   * Hands on the records that it is at, as long as the channels have room within keep-alive: what is put and not
   * committed comes again at the next start. The consumer keeps all others.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#current;
    this.#refusals.flush();
  }

  /** Ends when the consumer is closed. What it throws ends the program. */
  async #handOnAll(): Promise<void> {
    for (let all = await this.#consumer.take(); all !== undefined; all = await this.#consumer.take()) {
      for (const records of all) {
        if (this.#stopping.signal.aborted) return;
        this.#current = this.#handOn(records);
        if (!(await this.#current)) return;
        await this.#turns.next();
      }
    }
    if (!this.#stopping.signal.aborted) throw new Error(`${this.#source.name} gets no more records`);
  }

  /** False when the source stopped before all were put. */
  async #handOn(records: FetchedRecords): Promise<boolean> {
    const receipt = new Receipt(() => this.#consumer.commit([records]));
    // Held until the last one is put, so that the delivery of the first ones does not commit them all.
    receipt.hold();
    for (let i = 0; i < records.count; i++) {
      const event = this.#eventOf(records, i, receipt);
      let failures = 0;
      for (let full = this.#put(event); full !== undefined; full = this.#put(event)) {
        const never = full.neverFits?.();
        if (never !== undefined) {
          this.#source.counters.ChannelWriteFail++;
          await this.#setAside(records, i, never);
          if (this.#stopping.signal.aborted) return false;
          break;
        }
        if (await full.waitForRoom()) continue;
        if (this.#stopping.signal.aborted) return false;
        this.#tell(full, records, i);
        await this.#pause(failures++);
      }
    }
    receipt.release();
    return true;
  }

  async #setAside(records: FetchedRecords, i: number, reason: string): Promise<void> {
    try {
      await this.#consumer.setAside(records, i, reason);
    } catch (error) {
      // Stopped before it was dealt with: the next start meets it again.
      if (!this.#stopping.signal.aborted) throw error;
    }
  }

  #tell(full: FullChannel, records: FetchedRecords, i: number): void {
    const { topic, partition } = records;
    this.#source.counters.ChannelWriteFail++;
    const at = { topic, partition, offset: records.offsetOf(i) };
    this.#refusals.tell(`an event waits, and all after it: ${full.fullMessage}`, at);
  }

  async #pause(failures: number): Promise<void> {
    const pause = Math.min(FIRST_PAUSE * 2 ** Math.min(failures, 16), LONGEST_PAUSE);
    await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
