// A process of its own: node topic-check.ts BOOTSTRAP-SERVERS TOPIC COUNT. Reads the whole topic and compares every
// byte: lines 0 to COUNT must all be there, once. Ends with code 1 and says so when they are not.
import { Kafka, logLevel } from "kafkajs";
import { Tally } from "./tally.ts";

const [bootstrapServers = "", topic = "", countText = ""] = process.argv.slice(2);
const SILENCE = 20_000; // ms without a record: the rest will not come

process.on("warning", () => {});
const kafka = new Kafka({
  brokers: bootstrapServers.split(","),
  clientId: "bench",
  logLevel: logLevel.NOTHING,
});
const admin = kafka.admin();
await admin.connect();
const partitions = await admin.fetchTopicOffsets(topic);
let left = partitions.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);

const tally = new Tally(Number(countText));
const consumer = kafka.consumer({ groupId: `check-${topic}`, maxWaitTimeInMs: 100 });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await new Promise<void>((resolve) => {
  let timer = setTimeout(resolve, SILENCE);
  if (left === 0) resolve();
  void consumer.run({
    eachBatch: async ({ batch }) => {
      clearTimeout(timer);
      timer = setTimeout(resolve, SILENCE);
      for (const { value } of batch.messages) tally.line(value);
      left -= batch.messages.length;
      if (left <= 0) resolve();
    },
  });
});
try {
  tally.settle(topic);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
