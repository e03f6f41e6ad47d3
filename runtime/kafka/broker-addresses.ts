import { kafkajsBrokerAddress } from "./connection-care.ts";

/** Where to look for brokers is not known, because who knows it does not answer. */
export class BrokerLookUpError extends Error {
  override readonly name = "BrokerLookUpError";
}

/**
 * The addresses of the first connections, as kafkajs reads them: a list, or a function that is asked again once each
 * broker of its last answer has had its turn.
 */
export class BrokerAddresses {
  readonly forKafkajs: string[] | (() => Promise<string[]>);
  /** Why the last look-up failed; undefined where it did not. */
  failure: BrokerLookUpError | undefined;
  #found: string[] = [];
  #turns = 0;

  constructor(brokers: readonly string[] | (() => Promise<readonly string[]>)) {
    this.forKafkajs =
      typeof brokers === "function" ? () => this.#next(brokers) : brokers.map(kafkajsBrokerAddress);
  }

  async #next(lookUp: () => Promise<readonly string[]>): Promise<string[]> {
    this.failure = undefined;
    if (this.#turns >= this.#found.length) {
      try {
        this.#found = (await lookUp()).map(kafkajsBrokerAddress);
      } catch (error) {
        this.failure = new BrokerLookUpError(error instanceof Error ? error.message : String(error));
        throw this.failure;
      }
      this.#turns = 0;
    }
    this.#turns++;
    return this.#found;
  }
}
