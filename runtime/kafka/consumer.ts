import type { ChannelComponent, SourceComponent } from "../agent/component.ts";
import type { KafkaConsumerOptions } from "./consumer-options.ts";
import type { FetchedRecords } from "./fetched-records.ts";

/** A member of a consumer group. The shape only; the class follows. */
export declare class KafkaConsumer {
  constructor(component: SourceComponent | ChannelComponent, options: KafkaConsumerOptions);
  /** Never waits for a broker. @throws StartError for bad files and passwords. */
  start(): void;
  /** All that has gathered, in the order of each partition; waits for some. undefined once closed. */
  take(): Promise<readonly FetchedRecords[] | undefined>;
  /** The batches are delivered: their offsets are committed soon, as far as nothing before them is missing. */
  commit(batches: readonly FetchedRecords[]): void;
  /** The batches are not delivered: a later take gives them again, in order. */
  rollback(batches: readonly FetchedRecords[]): void;
  /** No more takes; what is not delivered stays with Kafka. */
  close(): void;
  /** Last commit, leaves the group, closes the connections. */
  stop(): Promise<void>;
}
