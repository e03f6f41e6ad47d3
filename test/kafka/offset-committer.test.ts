import { expect, test, vi } from "vitest";
import { ConsumerTrouble } from "../../runtime/kafka/consumer-trouble.ts";
import { KafkaError } from "../../runtime/kafka/errors.ts";
import type { GroupOffset } from "../../runtime/kafka/group-offsets.ts";
import { OffsetCommitter } from "../../runtime/kafka/offset-committer.ts";
import { PartitionProgress } from "../../runtime/kafka/partition-progress.ts";
import { logged, sourceContext } from "../runtime/contexts.ts";

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const NOT_COORDINATOR = 16;

function at(topic: string, offset: number): PartitionProgress {
  const progress = new PartitionProgress(topic, 0);
  progress.goTo(offset);
  return progress;
}

/** A committer over two topics, and a coordinator that answers for the first of them with an error. */
function committing(code: number) {
  const log = logged();
  const offsets = [at("deleted", 5), at("there", 7)];
  const member = {
    stable: true,
    commit: async (due: readonly GroupOffset[]) =>
      new Map(due.filter(({ topic }) => topic === "deleted").map(() => ["deleted-0", new KafkaError(code)])),
  };
  const trouble = new ConsumerTrouble(sourceContext(log), "localhost:9092");
  const committer = new OffsetCommitter(member, offsets, trouble, { interval: 1, retryBackoff: 1 });
  return { committer, offsets, log };
}

test("a topic that was deleted is told by its name, and keeps nobody else waiting", async () => {
  const { committer, offsets, log } = committing(UNKNOWN_TOPIC_OR_PARTITION);
  committer.wake();
  // Elections pass within two seconds, and are not told.
  await vi.waitFor(() => expect(log.lines).toHaveLength(1), 10_000);
  expect(JSON.stringify(log.lines)).toContain("of topic deleted");
  expect(committer.failingFor).toBe(0);
  expect(offsets.map(({ committed }) => committed)).toEqual([undefined, 7]);
  committer.stop();
});

test("whoever cannot commit for another reason is known to fail", async () => {
  const { committer } = committing(NOT_COORDINATOR);
  committer.wake();
  await vi.waitFor(() => expect(committer.failingFor).toBeGreaterThan(0));
  committer.stop();
});

test("a failed commit is forgotten once its partition is another member's", async () => {
  const log = logged();
  const partitions = new Set([at("lost", 5)]);
  const member = { stable: true, commit: async () => new Map([["lost-0", new KafkaError(NOT_COORDINATOR)]]) };
  const trouble = new ConsumerTrouble(sourceContext(log), "localhost:9092");
  const committer = new OffsetCommitter(member, partitions, trouble, { interval: 1, retryBackoff: 1 });
  committer.wake();
  await vi.waitFor(() => expect(committer.failingFor).toBeGreaterThan(0));
  partitions.clear();
  await vi.waitFor(() => {
    committer.wake();
    expect(committer.failingFor).toBe(0);
  });
  committer.stop();
});

test("a flush ends in time, also where the coordinator never answers", async () => {
  const log = logged();
  let asked = 0;
  const member = {
    stable: true,
    commit: () => {
      asked++;
      return new Promise<never>(() => undefined);
    },
  };
  const trouble = new ConsumerTrouble(sourceContext(log), "localhost:9092");
  const committer = new OffsetCommitter(member, [at("there", 7)], trouble, { interval: 1, retryBackoff: 1 });
  await committer.flush(20);
  expect(asked).toBe(1);
  // And where one is out already.
  await committer.flush(20);
  expect(asked).toBe(1);
  committer.stop();
});
