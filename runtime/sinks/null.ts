import type { SinkComponent } from "../agent/component.ts";
import type { EventSink } from "../agent/lifecycle.ts";
import type { Event } from "../events/event.ts";

/** Flume's `NullSink`: takes events, keeps none, and says how many every `logEveryNEvents`. */
export class NullSink implements EventSink {
  readonly #sink: SinkComponent;
  readonly #logEvery: number;
  #events = 0;
  #nextLog: number;

  constructor(sink: SinkComponent, options: { readonly logEveryNEvents: number }) {
    this.#sink = sink;
    this.#logEvery = options.logEveryNEvents;
    this.#nextLog = options.logEveryNEvents;
  }

  /** Counts the events of one batch. */
  deliver(events: readonly Event[]): void {
    this.#events += events.length;
    for (; this.#events >= this.#nextLog; this.#nextLog += this.#logEvery) {
      this.#sink.log.info(`${this.#nextLog} events taken`, { events: this.#nextLog });
    }
  }

  stop(): void {
    this.#sink.log.info(`${this.#events} events taken, stopped`, { events: this.#events });
  }
}
