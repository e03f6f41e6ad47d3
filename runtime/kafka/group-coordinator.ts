import type { BrokerConnection } from "./broker-call.ts";
import { asError, type KafkaCluster } from "./cluster.ts";
import { KafkaError } from "./errors.ts";
import { findCoordinator } from "./group-requests.ts";

const COORDINATOR_LOADING = 14;
const COORDINATOR_GONE: readonly number[] = [15, 16];

/** What a group needs of the cluster. */
export type GroupCluster = Pick<KafkaCluster, "connectionTo" | "connectionToAny" | "giveUp" | "refresh">;

/** The broker that keeps a group, as far as it is known: looked for again whenever it fails, for ever. */
export class GroupCoordinator {
  readonly #cluster: GroupCluster;
  readonly #groupId: string;
  readonly #requestTimeout: number;
  #node: number | undefined;

  /** @param requestTimeout ms */
  constructor(cluster: GroupCluster, groupId: string, requestTimeout: number) {
    this.#cluster = cluster;
    this.#groupId = groupId;
    this.#requestTimeout = requestTimeout;
  }

  /**
   * A call of the coordinator, which is looked for where it is not known.
   *
   * @throws what the call throws; KafkaError, or the connection's error, where the coordinator is not found.
   */
  async call<T>(call: (broker: BrokerConnection) => Promise<T>): Promise<T> {
    this.#node ??= await findCoordinator(
      await this.#cluster.connectionToAny(),
      this.#groupId,
      this.#requestTimeout,
    );
    const node = this.#node;
    try {
      return await call(await this.#cluster.connectionTo(node));
    } catch (error) {
      // An answer with an error inside is no reason to distrust the connection.
      if (!(error instanceof KafkaError)) {
        this.#node = undefined;
        await this.#cluster.giveUp(node, asError(error)).catch(() => {});
        // A node that is new to the cluster, or has moved to another address.
        await this.#cluster.refresh().catch(() => {});
      } else if (error.code === COORDINATOR_LOADING) this.#node = undefined;
      else this.heard(error.code);
      throw error;
    }
  }

  /** One last call, unless the coordinator would have to be looked for. */
  async callIfKnown(call: (broker: BrokerConnection) => Promise<void>): Promise<void> {
    if (this.#node !== undefined) await call(await this.#cluster.connectionTo(this.#node));
  }

  /** Draws the conclusions from an error code of an answer. */
  heard(code: number): void {
    if (COORDINATOR_GONE.includes(code)) this.#node = undefined;
  }

  /** Gives up the connection, and what it owes. */
  async hangUp(): Promise<void> {
    if (this.#node !== undefined)
      await this.#cluster.giveUp(this.#node, new Error("the program is stopping"));
  }
}
