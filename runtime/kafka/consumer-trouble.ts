import type { Component } from "../agent/component.ts";
import { BrokerLookUpError } from "./broker-addresses.ts";
import { kafkaCause, PASSING_KAFKA_ERRORS, placeOfFirst } from "./send-trouble.ts";

/** An election, or a group that finds its coordinator, takes a moment; only when it takes longer is it worth a line. */
const PATIENCE = 2_000; // ms

const BROKER_PROPERTIES = ["kafka.bootstrap.servers", "brokerList", "zookeeperConnect"];
const LOOK_UP_PROPERTIES = ["zookeeperConnect"];
const TOPIC_PROPERTIES = ["kafka.topics", "kafka.topics.regex", "kafka.topic", "topic"];
const GROUP_PROPERTIES = ["kafka.consumer.group.id", "groupId"];
const LOGIN_PROPERTIES = ["kafka.consumer.sasl.jaas.config", "kafka.consumer.security.protocol"];

/** The key of dead letters that cannot be written. */
export const DEAD_LETTERS = "dead letters";
/** Records are decoded in one line, so that order and memory are kept. */
const HELD_UP = "until it is, nothing more is read from any partition";

/**
 * The log's view of a consumer that cannot do its work: one line when it begins, one when all of it is over, and one
 * more only for each other reason meanwhile. What fails is told apart by a key: fetching from a node, the group, …
 */
export class ConsumerTrouble {
  readonly #component: Component;
  readonly #brokers: string;
  readonly #present = new Set<string>();
  readonly #told = new Set<string>();
  #since = 0;

  constructor(component: Component, brokers: string) {
    this.#component = component;
    this.#brokers = brokers;
  }

  /**
   * An attempt failed.
   *
   * @returns whether it will fail again until somebody does something, so that there is no hurry to repeat it.
   */
  begin(key: string, error: Error, topic?: string): boolean {
    if (this.#present.size === 0) this.#since = performance.now();
    this.#present.add(key);
    const { reason, lasting, properties, text } =
      key === DEAD_LETTERS ? describeDeadLetters(error, topic) : this.#describe(error, topic);
    const type = reason.replace(`${DEAD_LETTERS}: `, "");
    const passing = PASSING_KAFKA_ERRORS.includes(type) || PASSING_GROUP_ERRORS.includes(type);
    if (this.#told.has(reason) || (passing && performance.now() - this.#since < PATIENCE)) return lasting;
    this.#told.add(reason);
    const meanwhile =
      key === DEAD_LETTERS ? HELD_UP : "events wait in Kafka, and are asked for again until they come";
    this.#component.log.error(`${text}; ${meanwhile}`, {
      place: placeOfFirst(this.#component, properties),
    });
    return lasting;
  }

  /** What the key stands for works again. */
  over(key: string): void {
    if (!this.#present.delete(key) || this.#present.size > 0 || this.#told.size === 0) return;
    this.#told.clear();
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    this.#component.log.info(`Kafka gives events again, after ${seconds} s`, {
      place: placeOfFirst(this.#component, BROKER_PROPERTIES),
    });
  }

  #describe(error: Error, topic: string | undefined) {
    if (error instanceof BrokerLookUpError) {
      const text = `cannot look up Kafka's brokers: ${error.message}`;
      return { reason: error.name, lasting: true, properties: LOOK_UP_PROPERTIES, text };
    }
    const cause = kafkaCause(error);
    const type = "type" in cause && typeof cause.type === "string" ? cause.type : undefined;
    if (cause.name === "KafkaJSSASLAuthenticationError" || cause.name === "KafkaJSUnsupportedSaslMechanism") {
      const text = `Kafka at ${this.#brokers} refuses the login: ${cause.message}`;
      return { reason: cause.name, lasting: true, properties: LOGIN_PROPERTIES, text };
    }
    if (type !== undefined && type !== "ILLEGAL_SASL_STATE") {
      const lasting = "retriable" in cause && cause.retriable === false;
      const where = topic === undefined ? "" : ` of topic ${topic}`;
      const text = `Kafka does not give events${where}: ${cause.message} (${type})`;
      return {
        reason: type,
        lasting,
        properties: topic === undefined ? GROUP_PROPERTIES : TOPIC_PROPERTIES,
        text,
      };
    }
    const text = `cannot reach Kafka at ${this.#brokers}: ${cause.message.replace(/^Connection error: /, "")}`;
    return { reason: "unreachable", lasting: false, properties: BROKER_PROPERTIES, text };
  }
}

function describeDeadLetters(error: Error, topic: string | undefined) {
  const cause = kafkaCause(error);
  const type = "type" in cause && typeof cause.type === "string" ? cause.type : undefined;
  const lasting = "retriable" in cause && cause.retriable === false;
  const text = `a dead letter cannot be written to topic ${topic}: ${cause.message}${type === undefined ? "" : ` (${type})`}`;
  return { reason: `${DEAD_LETTERS}: ${type ?? "unreachable"}`, lasting, properties: [], text };
}

const PASSING_GROUP_ERRORS: readonly string[] = [
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "REBALANCE_IN_PROGRESS",
  "OFFSET_NOT_AVAILABLE",
  "UNSTABLE_OFFSET_COMMIT",
  "UNKNOWN_TOPIC_ID",
];
