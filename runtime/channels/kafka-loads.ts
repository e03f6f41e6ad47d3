import type { Receipt } from "../events/receipt.ts";
import { RecordBatch } from "../kafka/record-batch.ts";

/** Memory that a batch begins with, bytes; it grows to the size of a request. */
const INITIAL_BATCH_BYTES = 65_536;
/** Empty batches kept for their buffers. */
const MOST_SPARE_BATCHES = 4;

/** A record batch of a Kafka channel, from its first put until Kafka has acknowledged it. */
export interface KafkaLoad {
  /** Its number: loads are counted in the order in which they got their first event. */
  readonly serial: number;
  /** Where it goes; undefined: to any partition. */
  readonly partition: number | undefined;
  readonly batch: RecordBatch;
  /** Of its events; neighbours with the same one hold it once. */
  readonly receipts: Receipt[];
  /** Events that have a receipt. */
  withReceipt: number;
  /** The numbers of its first event, and of the one after its last. */
  first: number;
  end: number;
}

/**
 * The loads of a Kafka channel: a queue for each partition that events were put for, and one for those that may go to
 * any. Within a queue the order of the puts is kept.
 */
export class KafkaLoads {
  readonly #maxBatchBytes: number;
  readonly #lanes = new Map<number | undefined, KafkaLoad[]>();
  readonly #spare: RecordBatch[] = [];
  /** Serials of the loads that have events and are not acknowledged, oldest first. */
  readonly #pending = new Set<number>();
  #serial = 0;

  constructor(maxBatchBytes: number) {
    this.#maxBatchBytes = maxBatchBytes;
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** The number of the newest load. */
  get newest(): number {
    return this.#serial;
  }

  /** The number of the oldest load that is not acknowledged; infinite when all are. */
  get oldest(): number {
    for (const serial of this.#pending) return serial;
    return Number.POSITIVE_INFINITY;
  }

  /** The load that is filling for the partition; one without events where nothing waits for it. */
  filling(partition: number | undefined): KafkaLoad {
    return this.#lanes.get(partition)?.at(-1) ?? this.next(partition);
  }

  /** An empty load after the one that is filling for the partition, which is full. */
  next(partition: number | undefined): KafkaLoad {
    const batch = this.#spare.pop() ?? new RecordBatch(this.#maxBatchBytes, INITIAL_BATCH_BYTES);
    const load: KafkaLoad = {
      serial: ++this.#serial,
      partition,
      batch,
      receipts: [],
      withReceipt: 0,
      first: 0,
      end: 0,
    };
    this.#pending.add(load.serial);
    const lane = this.#lanes.get(partition);
    if (lane === undefined) this.#lanes.set(partition, [load]);
    else lane.push(load);
    return load;
  }

  /** Holds the receipt of an event that was appended to the load. */
  keep(load: KafkaLoad, receipt: Receipt): void {
    load.withReceipt++;
    if (load.receipts.at(-1) === receipt) return;
    receipt.hold();
    load.receipts.push(receipt);
  }

  /** The oldest load of each queue: what may travel together. They are pending until `acknowledged`. */
  take(): KafkaLoad[] {
    const loads: KafkaLoad[] = [];
    for (const [partition, lane] of this.#lanes) {
      const load = lane.shift();
      if (load !== undefined) loads.push(load);
      if (lane.length === 0) this.#lanes.delete(partition);
    }
    return loads;
  }

  /** The load is in Kafka: its receipts are released, its memory is used again. */
  acknowledged(load: KafkaLoad): void {
    this.#pending.delete(load.serial);
    for (const receipt of load.receipts) receipt.release();
    if (this.#spare.length >= MOST_SPARE_BATCHES) return;
    load.batch.clear();
    this.#spare.push(load.batch);
  }
}
