import { type BrokerConnection, callBroker, type KafkaApi, obeyThrottle } from "./broker-call.ts";
import { KafkaError } from "./errors.ts";
import { byTopic } from "./fetch-request.ts";
import type { GroupIdentity } from "./group-requests.ts";

const OFFSET_COMMIT_API: KafkaApi = { name: "OffsetCommit", key: 8, oldest: 2, newest: 7 };
const OFFSET_FETCH_API: KafkaApi = { name: "OffsetFetch", key: 9, oldest: 1, newest: 5 };

/** Where a group goes on in a partition: the offset of the next record, as Java's consumers have it. */
export interface GroupOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Writes the group's offsets. Returns Kafka's error code for each partition, 0 for none. */
export async function commitOffsets(
  broker: BrokerConnection,
  identity: GroupIdentity,
  offsets: readonly GroupOffset[],
  requestTimeout: number,
): Promise<{ readonly topic: string; readonly partition: number; readonly errorCode: number }[]> {
  const { answer, version } = await callBroker(broker, OFFSET_COMMIT_API, requestTimeout, (frame, spoken) => {
    frame.text(identity.groupId);
    frame.int32(identity.generation);
    frame.text(identity.memberId);
    if (spoken >= 7) frame.text(identity.groupInstanceId);
    if (spoken <= 4) frame.int64(-1); // kept for as long as the broker says
    frame.array([...byTopic(offsets)], ([topic, ofTopic]) => {
      frame.text(topic);
      frame.array(ofTopic, ({ partition, offset }) => {
        frame.int32(partition);
        frame.int64(offset);
        if (spoken >= 6) frame.int32(-1); // the leader's epoch is not known
        frame.text("");
      });
    });
  });
  if (version >= 3) {
    const throttleTime = answer.int32();
    if (version >= 4) obeyThrottle(broker, throttleTime);
  }
  return answer
    .array(() => {
      const topic = answer.text();
      return answer.array(() => ({ topic, partition: answer.int32(), errorCode: answer.int16() }));
    })
    .flat();
}

/**
 * The group's offsets; partitions without one are left out.
 *
 * @throws KafkaError, also when only one partition has an error; the connection's error.
 */
export async function committedOffsets(
  broker: BrokerConnection,
  groupId: string,
  partitions: readonly { readonly topic: string; readonly partition: number }[],
  requestTimeout: number,
): Promise<GroupOffset[]> {
  const { answer, version } = await callBroker(broker, OFFSET_FETCH_API, requestTimeout, (frame) => {
    frame.text(groupId);
    frame.array([...byTopic(partitions)], ([topic, ofTopic]) => {
      frame.text(topic);
      frame.array(ofTopic, ({ partition }) => frame.int32(partition));
    });
  });
  if (version >= 3) {
    const throttleTime = answer.int32();
    if (version >= 4) obeyThrottle(broker, throttleTime);
  }
  const offsets = answer
    .array(() => {
      const topic = answer.text();
      return answer.array(() => {
        const partition = answer.int32();
        const offset = answer.int64();
        if (version >= 5) answer.int32(); // the leader's epoch
        answer.nullableText();
        const errorCode = answer.int16();
        if (errorCode !== 0) throw new KafkaError(errorCode);
        return { topic, partition, offset };
      });
    })
    .flat();
  if (version >= 2) {
    const errorCode = answer.int16();
    if (errorCode !== 0) throw new KafkaError(errorCode);
  }
  return offsets.filter(({ offset }) => offset >= 0);
}
