import type { ChannelComponent, SinkComponent } from "../agent/component.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import { deadLetter } from "./dead-letter.ts";
import type { PoisonPolicy } from "./poison-policy.ts";
import type { KafkaRecord, RecordBatch } from "./record-batch.ts";

/**
 * What becomes of accepted events that their topic refuses for ever, such as one larger than `max.message.bytes`. `stop`
 * means that the delivery stands still at such an event, as in Flume, until somebody changes the topic: a program that
 * ended instead would lose what its memory channels hold. The others count it and let those behind it pass.
 */
export class RefusedRecords {
  readonly #policy: PoisonPolicy;
  readonly #counters: RefusedCounters;
  readonly #warning: RepeatedWarning;
  readonly #send: (topic: string, letter: RecordBatch) => Promise<void>;

  /** @param send resolves when the dead letter is acknowledged. */
  constructor(
    component: SinkComponent | ChannelComponent,
    policy: PoisonPolicy,
    send: (topic: string, letter: RecordBatch) => Promise<void>,
  ) {
    this.#policy = policy;
    this.#counters = Object.assign(component.counters, { PoisonEventCount: 0 });
    this.#warning = new RepeatedWarning(component.log, "events that Kafka refuses");
    this.#send = send;
  }

  /** Whether such an event is set aside; else it is sent again until its topic takes it. */
  get setsAside(): boolean {
    return this.#policy !== "stop";
  }

  /** Resolves once the event is dealt with. */
  async setAside(topic: string, record: KafkaRecord, reason: string): Promise<void> {
    if (typeof this.#policy === "object") {
      await this.#send(
        this.#policy.deadLetterTopic,
        deadLetter(record, [
          { name: "flafkac.topic", value: topic },
          { name: "flafkac.reason", value: reason },
        ]),
      );
    }
    this.#counters.PoisonEventCount++;
    if (this.#counters.Type === "SINK") this.#counters.EventDrainSuccessCount--; // it will be counted as delivered
    const fate = this.#policy === "skip" ? "skipped" : "written to the dead-letter topic";
    this.#warning.tell(`an event for topic ${topic} is ${fate}: ${reason}`);
  }

  /** Says what was only counted. */
  stop(): void {
    this.#warning.flush();
  }
}

/** With the one that Flume has not. */
type RefusedCounters = (SinkComponent["counters"] | ChannelComponent["counters"]) & {
  PoisonEventCount: number;
};
