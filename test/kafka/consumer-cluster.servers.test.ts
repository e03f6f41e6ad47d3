import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { kafkaSecurity } from "../../runtime/kafka/security.ts";
import { type KafkaServer, startKafka, startKafkaCluster } from "../../scripts/servers/kafka.ts";
import { createTopic } from "../../scripts/servers/topic.ts";
import { OffsetLedger, Reader } from "./consumer-harness.ts";
import { committedOf, endsOf, Writing, write } from "./topic-writing.ts";

const within = { timeout: 60_000, interval: 20 };

describe("three brokers", () => {
  let cluster: Awaited<ReturnType<typeof startKafkaCluster>>;
  beforeAll(async () => {
    cluster = await startKafkaCluster(3, { heap: "256m" });
  });
  afterAll(() => cluster?.close());

  test("each broker in turn is killed, the group's coordinator among them", async () => {
    const brokers = cluster.bootstrapServers;
    await createTopic(brokers, "led", { partitions: 6, replicas: 3 });
    const writing = new Writing(brokers, "led", 6);
    const readers = [1, 2].map(() => new Reader(brokers, { topics: ["led"], groupId: "g" }));
    await vi.waitFor(() => expect(readers.every(({ seen }) => seen.length > 0)).toBe(true), within);
    for (const broker of cluster.brokers) {
      await broker.kill();
      const before = readers.map(({ seen }) => seen.length);
      await vi.waitFor(() => {
        for (const [index, { seen }] of readers.entries())
          expect(seen.length).toBeGreaterThan(before[index]! + 100);
      }, within);
      await broker.start();
    }
    await writing.stop();
    const ends = await endsOf(brokers, "led");
    await vi.waitFor(async () => expect(await committedOf(brokers, "g", "led")).toEqual(ends), within);
    await Promise.all(readers.map((reader) => reader.stop()));
    const ledger = new OffsetLedger();
    for (const { seen } of readers) for (const { partition, offset } of seen) ledger.add(partition, offset);
    expect(ledger.missing(ends)).toEqual([]);
  });
});

describe("TLS and SASL", () => {
  const user = { username: "reader", password: "s3cret" };
  let kafka: KafkaServer;
  beforeAll(async () => {
    kafka = await startKafka({ listeners: ["SASL_PLAINTEXT", "SASL_SSL"], users: [user] });
  });
  afterAll(() => kafka?.close());

  test.each([
    ["SASL_PLAINTEXT", "PLAIN", "plain.PlainLoginModule"],
    ["SASL_PLAINTEXT", "SCRAM-SHA-256", "scram.ScramLoginModule"],
    ["SASL_SSL", "SCRAM-SHA-512", "scram.ScramLoginModule"],
  ] as const)("%s with %s: logs in on every connection", async (protocol, saslMechanism, module) => {
    const topic = `secured-${protocol}-${saslMechanism}`;
    await createTopic(kafka.bootstrapServers, topic, { partitions: 2 });
    const large = "x".repeat(100_000);
    const messages = Array.from({ length: 60 }, (_, i) => ({ value: `${i} ${large}`, partition: i % 2 }));
    for (let from = 0; from < 60; from += 6) {
      await write(kafka.bootstrapServers, topic, messages.slice(from, from + 6));
    }
    await using reader = new Reader(kafka.bootstrapServersOf(protocol), {
      topics: [topic],
      groupId: topic,
      security: kafkaSecurity({
        protocol,
        saslMechanism,
        jaas: `org.apache.kafka.common.security.${module} required username="${user.username}" password="${user.password}";`,
        truststore: { type: "PEM", location: kafka.certificates!.authority },
      }),
    });
    await vi.waitFor(() => expect(reader.seen).toHaveLength(60), within);
    const bodies = reader.seen.map(({ body }) => body).sort();
    expect(bodies).toEqual(messages.map(({ value }) => value).sort());
    await vi.waitFor(
      async () => expect(await committedOf(kafka.bootstrapServers, topic, topic)).toEqual([30, 30]),
      within,
    );
  });
});
