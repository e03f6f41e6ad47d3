import type { Component } from "../agent/component.ts";

/** A leader election or a new topic takes a moment; only when it takes longer is it worth a line. */
const ELECTION_PATIENCE = 2_000; // ms

/** Errors by Kafka's name that pass without anybody's help, usually within a moment. */
export const PASSING_KAFKA_ERRORS: readonly string[] = [
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_FOR_PARTITION",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "REPLICA_NOT_AVAILABLE",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "KAFKA_STORAGE_ERROR",
];

/**
 * The log's view of deliveries that do not work: one line when they stop, one when they go on, and one more only when
 * the reason becomes one that somebody has to do something about.
 */
export class SendTrouble {
  readonly #component: Component;
  readonly #brokers: string;
  #since = 0;
  /** The reasons told so far. */
  readonly #told = new Set<string>();
  #present = false;

  constructor(component: Component, brokers: readonly string[]) {
    this.#component = component;
    this.#brokers = brokers.join(",");
  }

  /** Whether the last attempt failed. */
  get present(): boolean {
    return this.#present;
  }

  /**
   * An attempt failed.
   *
   * @returns whether it will fail again until somebody does something, so that there is no hurry to repeat it.
   */
  begin(error: Error, topic: string | undefined): boolean {
    if (!this.#present) {
      this.#present = true;
      this.#since = performance.now();
    }
    const { reason, lasting, property, text } = describe(error, topic, this.#brokers);
    const passing = PASSING_KAFKA_ERRORS.includes(reason);
    const tell = lasting ? !this.#told.has(reason) : this.#told.size === 0;
    if (tell && !(passing && performance.now() - this.#since < ELECTION_PATIENCE)) {
      this.#told.add(reason);
      this.#component.log.error(
        `${text}; events wait in the channel, and are sent again until Kafka takes them`,
        {
          place: placeOfFirst(this.#component, property),
        },
      );
    }
    return lasting;
  }

  /** A delivery worked again. */
  over(): void {
    this.#present = false;
    if (this.#told.size === 0) return;
    this.#told.clear();
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    this.#component.log.info(`Kafka takes events again, after ${seconds} s`, {
      place: placeOfFirst(this.#component, BROKERS),
    });
  }
}

const BROKERS = ["kafka.bootstrap.servers", "brokerList"];
const TOPIC = ["kafka.topic", "topic"];
const SECURITY = ["kafka.producer.sasl.jaas.config", "kafka.producer.security.protocol"];

interface Description {
  readonly reason: string;
  readonly lasting: boolean;
  readonly property: readonly string[];
  readonly text: string;
}

function describe(error: Error, topic: string | undefined, brokers: string): Description {
  const cause = kafkaCause(error);
  const type = "type" in cause && typeof cause.type === "string" ? cause.type : undefined;
  if (cause.name === "KafkaJSSASLAuthenticationError" || cause.name === "KafkaJSUnsupportedSaslMechanism") {
    const text = `Kafka at ${brokers} refuses the login: ${cause.message}`;
    return { reason: cause.name, lasting: true, property: SECURITY, text };
  }
  if (type !== undefined && type !== "ILLEGAL_SASL_STATE") {
    const retriable = !("retriable" in cause) || cause.retriable !== false;
    const where = topic === undefined ? "" : ` for topic ${topic}`;
    const text = `Kafka does not take events${where}: ${cause.message} (${type})`;
    return { reason: type, lasting: !retriable, property: TOPIC, text };
  }
  const text = `cannot reach Kafka at ${brokers}: ${cause.message.replace(/^Connection error: /, "")}`;
  return { reason: "unreachable", lasting: false, property: BROKERS, text };
}

/** kafkajs wraps what happened into how often it was tried. */
export function kafkaCause(error: Error): Error {
  let cause = error;
  for (let depth = 0; depth < 5 && cause.cause instanceof Error; depth++) cause = cause.cause;
  return cause;
}

/** The line of the first of these properties that is written; else the component's. */
export function placeOfFirst(component: Component, properties: readonly string[]): string {
  for (const property of properties) {
    const place = component.placeOf(property);
    if (place !== component.place) return place;
  }
  return component.place;
}
