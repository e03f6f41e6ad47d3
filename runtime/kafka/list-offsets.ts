import { type BrokerConnection, callBroker, type KafkaApi, obeyThrottle } from "./broker-call.ts";
import { byTopic } from "./fetch-request.ts";

/** Version 1 gives one offset for one time; 5 is the last before the flexible ones. */
export const LIST_OFFSETS_API: KafkaApi = { name: "ListOffsets", key: 2, oldest: 1, newest: 5 };

/** An offset that a broker was asked for. */
export interface ListedOffset {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  readonly offset: number;
}

/**
 * Asks the leader of some partitions where they begin or end now. For a reader of committed transactions the end is
 * where the first open one begins.
 *
 * @throws the connection's error.
 */
export async function listOffsets(
  broker: BrokerConnection,
  partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly at: "earliest" | "latest";
  }[],
  { readCommitted, requestTimeout }: { readonly readCommitted: boolean; readonly requestTimeout: number },
): Promise<ListedOffset[]> {
  const { answer, version } = await callBroker(broker, LIST_OFFSETS_API, requestTimeout, (frame, spoken) => {
    frame.int32(-1); // a consumer, not a replica
    if (spoken >= 2) frame.int8(readCommitted ? 1 : 0);
    frame.array([...byTopic(partitions)], ([topic, ofTopic]) => {
      frame.text(topic);
      frame.array(ofTopic, ({ partition, at }) => {
        frame.int32(partition);
        if (spoken >= 4) frame.int32(-1); // the leader's epoch is not checked
        frame.int64(at === "latest" ? -1 : -2);
      });
    });
  });
  if (version >= 2) {
    const throttleTime = answer.int32();
    if (version >= 3) obeyThrottle(broker, throttleTime);
  }
  return answer
    .array(() => {
      const topic = answer.text();
      return answer.array(() => {
        const partition = answer.int32();
        const errorCode = answer.int16();
        answer.int64(); // the time of the record there
        const offset = answer.int64();
        if (version >= 4) answer.int32(); // the leader's epoch
        return { topic, partition, errorCode, offset };
      });
    })
    .flat();
}
