import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import { KafkaProducer } from "../../runtime/kafka/producer.ts";
import { RecordBatch } from "../../runtime/kafka/record-batch.ts";
import { type Logged, logged, sinkContext } from "../runtime/contexts.ts";

/** Something that listens where a broker should, and answers every chunk with the same bytes. */
async function listening(answer: Buffer): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function batchOf(text: string): RecordBatch {
  const batch = new RecordBatch(1_000);
  batch.append(Buffer.from(text), 0, text.length, 1);
  return batch;
}

const troublesIn = (log: Logged) => log.lines.filter(({ level }) => level === "error");

test.each([
  ["HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["TLS alerts", Buffer.from([0x15, 3, 3, 0, 2, 2, 10])],
  ["a negative size", Buffer.from([0xff, 0xff, 0xff, 0xf0, 1, 2, 3, 4, 5, 6, 7, 8])],
  ["a response of no bytes", Buffer.from([0, 0, 0, 0])],
  ["a response without a correlation id", Buffer.from([0, 0, 0, 2, 1, 2])],
])("a server that answers with %s is told of as no broker, and ends nothing", async (_what, answer) => {
  const server = await listening(answer);
  const { port } = server.address() as AddressInfo;
  const log = logged();
  const producer = new KafkaProducer(sinkContext(log), {
    brokers: [`127.0.0.1:${port}`],
    acks: 1,
    requestTimeout: 10_000,
    retryBackoff: 10,
  });
  producer.start();
  void producer.sendToAnyPartition("events", batchOf("waits")); // for ever
  let connections = 0;
  server.on("connection", () => connections++);
  await expect.poll(() => troublesIn(log).length, { timeout: 5_000 }).toBe(1);
  expect(troublesIn(log)[0]?.message).toMatch(/does not speak Kafka's protocol/);
  // It is tried again, and not told of again.
  const before = connections;
  await expect.poll(() => connections, { timeout: 5_000 }).toBeGreaterThan(before + 2);
  expect(troublesIn(log)).toHaveLength(1);
  await producer.stop();
  server.close();
});
