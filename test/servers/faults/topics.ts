import { Kafka, logLevel } from "kafkajs";
import { retried } from "../record-writer.ts";

/** Works as an administrator of a broker. */
async function withAdmin<T>(
  brokers: string,
  work: (admin: ReturnType<Kafka["admin"]>) => Promise<T>,
): Promise<T> {
  const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 30 };
  const admin = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING, retry }).admin();
  await retried(() => admin.connect());
  try {
    return await retried(() => work(admin));
  } finally {
    await admin.disconnect();
  }
}

/** Deletes a topic; resolves when nobody sees it any more. */
export async function deleteTopic(brokers: string, topic: string): Promise<void> {
  await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: [topic] }));
}

/** The offset that the group has committed in each partition, -1 for none. */
export async function committedOffsets(brokers: string, groupId: string, topic: string): Promise<number[]> {
  return withAdmin(brokers, async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const partitions = [...(found?.partitions ?? [])].sort((a, b) => a.partition - b.partition);
    return partitions.map(({ offset }) => Number(offset));
  });
}

/** What the group's coordinator says of it. */
export interface GroupState {
  /** `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Empty`, `Dead`. */
  readonly state: string;
  /** The assignor that its members have agreed on. */
  readonly protocol: string;
  readonly members: number;
}

/** Asks a group's coordinator how it stands. */
export async function groupState(brokers: string, groupId: string): Promise<GroupState> {
  return withAdmin(brokers, async (admin) => {
    const [group] = (await admin.describeGroups([groupId])).groups;
    return { state: group!.state, protocol: group!.protocol, members: group!.members.length };
  });
}

/** The node that leads a partition. */
export async function leaderOf(brokers: string, topic: string, partition = 0): Promise<number> {
  return withAdmin(brokers, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions.find(({ partitionId }) => partitionId === partition)!.leader;
  });
}

/** The replicas of a topic that are not in sync. */
export async function outOfSync(brokers: string, topic: string): Promise<number> {
  return withAdmin(brokers, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions.reduce((sum, { replicas, isr }) => sum + replicas.length - isr.length, 0);
  });
}
