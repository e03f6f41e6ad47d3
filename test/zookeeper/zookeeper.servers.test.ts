import { afterAll, beforeAll, expect, test } from "vitest";
import { brokersFromZooKeeper } from "../../runtime/zookeeper/brokers.ts";
import { oldOffsetsFromZooKeeper } from "../../runtime/zookeeper/offsets.ts";
import { readZooKeeper } from "../../runtime/zookeeper/read.ts";
import { startKafka } from "../../scripts/servers/kafka.ts";
import { startZooKeeper, type ZooKeeperServer } from "../../scripts/servers/zookeeper.ts";

let zooKeeper: ZooKeeperServer;

beforeAll(async () => {
  zooKeeper = await startZooKeeper();
});
afterAll(() => zooKeeper.close());

const registration = (endpoints: readonly string[], map?: Readonly<Record<string, string>>) =>
  JSON.stringify({
    ...(map === undefined ? {} : { listener_security_protocol_map: map }),
    endpoints,
    host: "plain1",
    port: 9092,
    version: map === undefined ? 3 : 5,
  });

/** Puts brokers under a chroot of their own. */
async function withBrokers(chroot: string, ...brokers: readonly string[]): Promise<string> {
  const nodes = brokers.map((data, id): [string, string] => [`${chroot}/brokers/ids/${id}`, data]);
  await zooKeeper.write(new Map(nodes));
  return `${zooKeeper.connectString}${chroot}`;
}

test("a real broker is found by the listener of the protocol, under a chroot", async () => {
  const connect = `${zooKeeper.connectString}/kafka/main`;
  await using kafka = await startKafka({ version: "3.9.2", zooKeeper: connect });
  // Another server is asked where the first one does not answer.
  expect(await brokersFromZooKeeper(`127.0.0.1:1,${connect}`, "PLAINTEXT")).toEqual([kafka.bootstrapServers]);
  await expect(brokersFromZooKeeper(connect, "SASL_SSL")).rejects.toThrow(
    /^no Kafka broker in the ZooKeeper .*\/kafka\/main listens for SASL_SSL, only for PLAINTEXT$/,
  );
});

test("all brokers are found, whatever version they register with and however their listeners are called", async () => {
  const connect = await withBrokers(
    "/several",
    registration(["INTERNAL://in0:9091", "SASL_SSL://out0:9094", "PLAINTEXT://plain0:9092"], {
      INTERNAL: "SASL_SSL",
      SASL_SSL: "SASL_SSL",
      PLAINTEXT: "PLAINTEXT",
    }),
    registration(["INTERNAL://in1:9091"], { INTERNAL: "SASL_SSL" }),
    registration(["SASL_SSL://[::1]:9094", "PLAINTEXT://plain2:9092"]),
    JSON.stringify({ host: "plain3", port: 9092, version: 1 }),
    "no JSON",
    "null",
  );
  expect(await brokersFromZooKeeper(connect, "SASL_SSL")).toEqual(["[::1]:9094", "in1:9091", "out0:9094"]);
  expect(await brokersFromZooKeeper(connect, "PLAINTEXT")).toEqual([
    "plain0:9092",
    "plain2:9092",
    "plain3:9092",
  ]);
});

test("a ZooKeeper without a broker says so", async () => {
  const empty = `${zooKeeper.connectString}/nothing/here`;
  await expect(brokersFromZooKeeper(empty, "PLAINTEXT")).rejects.toThrow(
    `no Kafka broker is registered in the ZooKeeper ${empty} (/brokers/ids)`,
  );
});

test("a group's old offsets are read, and partitions without one left out", async () => {
  const offsets = new Map([
    [0, 0],
    [1, 1234],
    [7, 9_007_199_254_740_991],
  ]);
  for (const chroot of ["", "/kafka"]) {
    await zooKeeper.writeOldOffsets("flume", "calls", offsets, chroot);
    const ask = oldOffsetsFromZooKeeper(zooKeeper.connectString + chroot, "flume");
    expect(await ask("calls", [0, 1, 2, 7])).toEqual(offsets);
    expect(await ask("other", [0, 1])).toEqual(new Map());
  }
});

test("hundreds of them at once", async () => {
  const offsets = new Map(Array.from({ length: 500 }, (_, partition) => [partition, partition * 3]));
  await zooKeeper.writeOldOffsets("flume", "many", offsets);
  const ask = oldOffsetsFromZooKeeper(zooKeeper.connectString, "flume");
  expect(await ask("many", [...offsets.keys()])).toEqual(offsets);
});

test("what is no offset is told, and not taken for none", async () => {
  const path = "/consumers/broken/offsets/calls/0";
  await zooKeeper.write(new Map([[path, "not a number"]]));
  const ask = oldOffsetsFromZooKeeper(zooKeeper.connectString, "broken");
  await expect(ask("calls", [0])).rejects.toThrow(`holds no offset at ${path}, but "not a number"`);
});

test("children and data are as ZooKeeper's own client wrote them", async () => {
  const data = "é".repeat(100_000);
  await zooKeeper.write(
    new Map([
      ["/tree/large", data],
      ["/tree/ünder", ""],
      ["/tree/b/c", "1"],
    ]),
  );
  for (let i = 0; i < 100; i++) {
    const [names, large, empty, none] = await readZooKeeper(zooKeeper.connectString, (reads) =>
      Promise.all([
        reads.getChildren("/tree"),
        reads.getData("/tree/large"),
        reads.getData("/tree/ünder"),
        reads.getData("/tree/none"),
      ]),
    );
    expect(names!.sort()).toEqual(["b", "large", "ünder"]);
    expect(large!.toString()).toBe(data);
    expect([empty!.length, none]).toEqual([0, undefined]);
  }
});

test("a server that was stopped in the middle of its life is waited for seconds, not for ever", async () => {
  zooKeeper.signal("SIGSTOP");
  try {
    await expect(brokersFromZooKeeper(zooKeeper.connectString, "PLAINTEXT")).rejects.toThrow(
      "no answer within 5 s",
    );
  } finally {
    zooKeeper.signal("SIGCONT");
  }
});
