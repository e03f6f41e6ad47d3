import { type BrokerConnection, callBroker, type KafkaApi, obeyThrottle } from "./broker-call.ts";
import { KafkaError } from "./errors.ts";
import type { FrameReader } from "./frame-reader.ts";

/** Version 4 brought record batches; 11 knows racks, and is the last before topics got numbers. */
export const FETCH_API: KafkaApi = { name: "Fetch", key: 1, oldest: 4, newest: 11 };

/** Where to read on in a partition. */
export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Bytes; the first batch comes whole even if it is larger. */
  readonly maxBytes: number;
}

/** What all partitions of one request have in common. */
export interface FetchOptions {
  /** ms that the broker may wait for `minBytes`. */
  readonly maxWait: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly readCommitted: boolean;
  readonly rack: string;
  /** ms */
  readonly requestTimeout: number;
}

/** A transaction that was given up. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** What a broker has of one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  /** The offset after the last record that all replicas have. */
  readonly highWatermark: number;
  /** Those of the transactions among the records that were given up, by their first offset. */
  readonly aborted: readonly AbortedTransaction[];
  /** A replica that is nearer, from which to read from now on; -1 for none. */
  readonly preferredReplica: number;
  /** Record batches, the last of which may be cut off. A slice of the answer. */
  readonly records: Buffer;
}

/**
 * Asks a broker for records of some of its partitions.
 *
 * @throws the connection's error; KafkaError for an error of the whole request.
 */
export async function fetchRecords(
  broker: BrokerConnection,
  positions: readonly FetchPosition[],
  options: FetchOptions,
): Promise<FetchedPartition[]> {
  const { answer, version } = await callBroker(
    broker,
    FETCH_API,
    options.requestTimeout + options.maxWait,
    (frame, spoken) => {
      frame.int32(-1); // a consumer, not a replica
      frame.int32(options.maxWait);
      frame.int32(options.minBytes);
      frame.int32(options.maxBytes);
      frame.int8(options.readCommitted ? 1 : 0);
      if (spoken >= 7) {
        frame.int32(0); // no session: each request names all its partitions
        frame.int32(-1);
      }
      frame.array([...byTopic(positions)], ([topic, ofTopic]) => {
        frame.text(topic);
        frame.array(ofTopic, ({ partition, offset, maxBytes }) => {
          frame.int32(partition);
          if (spoken >= 9) frame.int32(-1); // the leader's epoch is not checked
          frame.int64(offset);
          if (spoken >= 5) frame.int64(-1); // the log's start, which only replicas tell
          frame.int32(maxBytes);
        });
      });
      if (spoken >= 7) frame.int32(0); // nothing to forget
      if (spoken >= 11) frame.text(options.rack);
    },
  );
  const throttleTime = answer.int32();
  if (version >= 8) obeyThrottle(broker, throttleTime);
  if (version >= 7) {
    const errorCode = answer.int16();
    answer.int32(); // the session
    if (errorCode !== 0) throw new KafkaError(errorCode);
  }
  return answer
    .array(() => {
      const topic = answer.text();
      return answer.array(() => readPartition(answer, topic, version));
    })
    .flat();
}

function readPartition(answer: FrameReader, topic: string, version: number): FetchedPartition {
  const partition = answer.int32();
  const errorCode = answer.int16();
  const highWatermark = answer.int64();
  answer.int64(); // the last stable offset
  if (version >= 5) answer.int64(); // the log's start
  const aborted = answer.array(() => ({ producerId: answer.int64(), firstOffset: answer.int64() }));
  const preferredReplica = version >= 11 ? answer.int32() : -1;
  const records = answer.slice();
  return { topic, partition, errorCode, highWatermark, aborted, preferredReplica, records };
}

/** What belongs to each topic, in the order of the first appearance. */
export function byTopic<T extends { readonly topic: string }>(all: Iterable<T>): Map<string, T[]> {
  const topics = new Map<string, T[]>();
  for (const one of all) {
    const ofTopic = topics.get(one.topic);
    if (ofTopic === undefined) topics.set(one.topic, [one]);
    else ofTopic.push(one);
  }
  return topics;
}
