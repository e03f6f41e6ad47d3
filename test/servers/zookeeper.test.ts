import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startKafka } from "../../scripts/servers/kafka.ts";
import { isAlive } from "../../scripts/servers/lock.ts";
import { countRecords, createTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import { startZooKeeper, type ZooKeeperServer } from "../../scripts/servers/zookeeper.ts";
import { RecordWriter } from "./record-writer.ts";

let zooKeeper: ZooKeeperServer;

beforeAll(async () => {
  zooKeeper = await startZooKeeper();
});

afterAll(async () => {
  const { pid } = zooKeeper;
  await zooKeeper.close();
  expect(isAlive(pid)).toBe(false);
});

test("nodes outlive a kill; what is not there reads as undefined", async () => {
  await zooKeeper.writeOldOffsets(
    "flume",
    "calls",
    new Map([
      [0, 12],
      [1, 0],
    ]),
  );
  await zooKeeper.write(new Map([["/consumers/flume/offsets/calls/1", "7"]]));
  await zooKeeper.kill();
  await zooKeeper.start();
  const directory = "/consumers/flume/offsets/calls";
  expect(await zooKeeper.read(`${directory}/0`, `${directory}/1`, `${directory}/2`, directory)).toEqual([
    "12",
    "7",
    undefined,
    "",
  ]);
});

test.each(["", "/kafka/main"])(
  "a broker keeps to ZooKeeper, chroot %j, and comes back after a kill",
  async (chroot) => {
    await using kafka = await startKafka({
      version: "3.9.2",
      zooKeeper: `${zooKeeper.connectString}${chroot}`,
    });
    const [broker] = await zooKeeper.read(`${chroot}/brokers/ids/1`);
    expect(JSON.parse(broker ?? "")).toMatchObject({
      endpoints: [`PLAINTEXT://localhost:${kafka.port}`],
      host: "localhost",
      port: kafka.port,
    });
    const topic = `calls-${randomUUID()}`;
    await createTopic(kafka.bootstrapServers, topic);
    await RecordWriter.write(kafka.bootstrapServers, topic, { records: 100 });
    await kafka.kill();
    await kafka.start();
    await waitForRecords(kafka.bootstrapServers, topic, 100);
    expect(await countRecords(kafka.bootstrapServers, topic)).toBe(100);
  },
);
