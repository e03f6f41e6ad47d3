import { readZooKeeper, ZooKeeperContentError } from "./read.ts";

/** Asks for the offsets that a group has for partitions of a topic; partitions without one are not in the answer. */
export type OldOffsets = (
  topic: string,
  partitions: readonly number[],
) => Promise<ReadonlyMap<number, number>>;

/**
 * The offsets that a group has left in ZooKeeper, where consumers before Kafka 0.9 kept them: what Flume's
 * `migrateZookeeperOffsets` takes over. An offset is that of the next record to read, as in Kafka.
 *
 * The function that is returned throws when no ZooKeeper answers within seconds, or when it holds something else than
 * a number: to begin elsewhere then would skip records, or repeat them all.
 *
 * @param connect `host:2181,host2:2181/chroot`.
 */
export function oldOffsetsFromZooKeeper(connect: string, group: string): OldOffsets {
  return (topic, partitions) =>
    readZooKeeper(connect, async (zooKeeper) => {
      const found = new Map<number, number>();
      await Promise.all(
        partitions.map(async (partition) => {
          const path = `/consumers/${group}/offsets/${topic}/${partition}`;
          const text = (await zooKeeper.getData(path))?.toString();
          if (text === undefined) return;
          if (!/^\d{1,16}$/.test(text)) {
            const what = JSON.stringify(text.slice(0, 40));
            throw new ZooKeeperContentError(
              `the ZooKeeper ${connect} holds no offset at ${path}, but ${what}`,
            );
          }
          found.set(partition, Number(text));
        }),
      );
      return found;
    });
}
