import type { KafkajsConnection } from "kafkajs/src/cluster/index.js";
import { expect, onTestFinished, test } from "vitest";
import type { BrokerConnection } from "../../runtime/kafka/broker-call.ts";
import { ConsumerTrouble } from "../../runtime/kafka/consumer-trouble.ts";
import { FrameReader } from "../../runtime/kafka/frame-reader.ts";
import { FrameWriter } from "../../runtime/kafka/frame-writer.ts";
import { type TopicPartition, writeAssignment } from "../../runtime/kafka/group-assignors.ts";
import type { GroupCluster } from "../../runtime/kafka/group-coordinator.ts";
import { GroupMember } from "../../runtime/kafka/group-member.ts";
import { logged, sourceContext } from "../runtime/contexts.ts";

const REBALANCE = 27;
const [OFFSET_COMMIT, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, SYNC_GROUP] = [8, 10, 11, 12, 14];

/** A coordinator that gives the member the same partition in each generation, and what the test asked of it. */
class Coordinator {
  /** Of the next JoinGroup. */
  generation = 1;
  /** Of the next SyncGroup, when it fails; `undefined`: it is answered by a closed connection. */
  readonly syncErrors: (number | undefined)[] = [];
  /** Of heartbeats. */
  errorCode = 0;
  readonly committedIn: number[] = [];

  answer(request: Buffer): Buffer | undefined {
    const reader = new FrameReader(request);
    reader.int32();
    const api = reader.int16();
    reader.int16();
    reader.int32();
    reader.text();
    const writer = new FrameWriter();
    if (api === OFFSET_COMMIT) {
      reader.text();
      this.committedIn.push(reader.int32());
      writer.array([], () => undefined);
      return writer.slice(0);
    }
    if (api === SYNC_GROUP) {
      const failure = this.syncErrors.length > 0;
      const error = failure ? this.syncErrors.shift() : 0;
      if (error === undefined) return undefined;
      writer.int16(error);
      writer.bytes(failure ? null : writeAssignment([{ topic: "t", partition: 0 }]));
      return writer.slice(0);
    }
    writer.int16(api === HEARTBEAT ? this.errorCode : 0);
    if (api === FIND_COORDINATOR) writer.int32(1);
    if (api === JOIN_GROUP) {
      this.errorCode = 0;
      writer.int32(this.generation++);
      for (const text of ["range", "another", "this one"]) writer.text(text);
      writer.array([], () => undefined);
    }
    return writer.slice(0);
  }
}

function joining() {
  const coordinator = new Coordinator();
  const connection: Pick<KafkajsConnection, "clientId" | "nextCorrelationId" | "socket"> & {
    requestQueue: Pick<KafkajsConnection["requestQueue"], "push">;
  } = {
    clientId: "test",
    nextCorrelationId: () => 1,
    socket: undefined,
    requestQueue: {
      push({ entry, sendRequest }) {
        let answer: Buffer | undefined;
        Object.assign(connection, {
          socket: { destroyed: false, write: (request: Buffer) => (answer = coordinator.answer(request)) },
        });
        sendRequest();
        if (answer === undefined) entry.reject(new Error("the connection was closed"));
        else entry.resolve({ correlationId: 1, payload: answer });
      },
    },
  };
  const broker = { connection: connection as KafkajsConnection, versions: {} };
  const cluster = {
    connectionTo: async (): Promise<BrokerConnection> => broker,
    connectionToAny: async () => broker,
    giveUp: async () => undefined,
    refresh: async () => undefined,
  } satisfies GroupCluster;
  const told: string[] = [];
  const context = sourceContext(logged());
  const member = new GroupMember(
    cluster,
    {
      groupId: "g",
      groupInstanceId: undefined,
      sessionTimeout: 10_000,
      heartbeatInterval: 1,
      rebalanceTimeout: 10_000,
      requestTimeout: 1_000,
      retryBackoff: 1,
      assignors: ["range"],
    },
    {
      topics: async () => ["t"],
      partitionCounts: async () => new Map([["t", 1]]),
      finish: async () => undefined,
      assigned: (partitions: readonly TopicPartition[]) => told.push(`assigned ${partitions.length}`),
      lost: () => told.push("lost"),
      heard: () => undefined,
    },
    new ConsumerTrouble(context, "localhost:9092"),
    context.log,
  );
  onTestFinished(() => member.stop(1));
  return { coordinator, cluster, member, told };
}

test("keeps its partitions from one generation to the next", async () => {
  const { coordinator, member, told } = joining();
  member.start();
  await expect.poll(() => told).toEqual(["assigned 1"]);
  coordinator.errorCode = REBALANCE;
  await expect.poll(() => told).toEqual(["assigned 1", "assigned 1"]);
});

test.each([
  ["whose share was not told before the next", REBALANCE],
  ["whose share was lost on its way", undefined],
])("has lost its partitions after a generation %s", async (_what, error) => {
  const { coordinator, member, told } = joining();
  member.start();
  await expect.poll(() => told).toEqual(["assigned 1"]);
  coordinator.syncErrors.push(error);
  coordinator.errorCode = REBALANCE;
  await expect.poll(() => told).toEqual(["assigned 1", "lost", "assigned 1"]);
});

test("commits in the generation in which the records were delivered, however late it finds the coordinator", async () => {
  const { coordinator, cluster, member, told } = joining();
  member.start();
  await expect.poll(() => told).toEqual(["assigned 1"]);
  const { promise: found, resolve: find } = Promise.withResolvers<void>();
  const connectionTo = cluster.connectionTo;
  cluster.connectionTo = async () => {
    cluster.connectionTo = connectionTo;
    await found;
    return connectionTo();
  };
  const committing = member.commit([{ topic: "t", partition: 0, offset: 5 }]);
  coordinator.errorCode = REBALANCE;
  await expect.poll(() => told).toEqual(["assigned 1", "assigned 1"]);
  find();
  await committing;
  expect(coordinator.committedIn).toEqual([1]);
});
