// A process of its own: node check.ts BOOTSTRAP-SERVERS TOPIC COUNT. Reads the whole topic and compares every byte:
// lines 0 to COUNT must all be there. Prints {"lost", "twice", "damaged"}, and removes the topic: disks are small.
import { Kafka, logLevel } from "kafkajs";
import { numberOf } from "./lines.ts";

const [bootstrapServers = "", topic = "", countText = ""] = process.argv.slice(2);
const count = Number(countText);
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

const seen = new Uint8Array(count);
let damaged = 0;
let twice = 0;
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
      for (const { value } of batch.messages) {
        const number = numberOf(value);
        if (number < 0 || number >= count) damaged++;
        else if (seen[number]!++ > 0) twice++;
      }
      left -= batch.messages.length;
      if (left <= 0) resolve();
    },
  });
});
let lost = 0;
for (const times of seen) if (times === 0) lost++;
await admin.deleteTopics({ topics: [topic] });
console.log(JSON.stringify({ lost, twice, damaged }));
process.exit(0);
