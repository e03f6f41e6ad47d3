// A process of its own: node fill-topic.ts PORT TOPIC COUNT PARTITIONS BATCH-BYTES. Fills a topic of a single broker with
// numbered lines, as records without key and headers: number n goes to partition n % PARTITIONS.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { decodeProduceResponse, produceRequestPieces } from "../../runtime/kafka/produce-request.ts";
import { RecordBatch } from "../../runtime/kafka/record-batch.ts";
import { LINE_BYTES, numberedLines } from "./numbered-lines.ts";

const [portText, topic = "", ...numbers] = process.argv.slice(2);
const [count = 0, partitions = 1, batchBytes = 0] = numbers.map(Number);
const LINES_AT_ONCE = 10_000;
const IN_FLIGHT = 32; // requests
const OPTIONS = { version: 7, acks: 1, requestTimeout: 30_000 } as const;

const socket = connect(Number(portText), "127.0.0.1");
socket.setNoDelay(true);
await once(socket, "connect");

let asked = 0;
let answered = 0;
let answerCame: () => void = () => {};
void readAnswers(socket).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

const batches = Array.from({ length: partitions }, () => new RecordBatch(batchBytes));
for (let from = 0; from < count; from += LINES_AT_ONCE * partitions) {
  for (let partition = 0; partition < partitions; partition++) {
    const here = Math.ceil(
      (Math.min(count, from + LINES_AT_ONCE * partitions) - from - partition) / partitions,
    );
    const lines = numberedLines(from + partition, Math.max(0, here), partitions);
    for (let at = 0; at < lines.length; at += LINE_BYTES + 1) await add(partition, lines, at);
  }
}
for (const [partition, batch] of batches.entries()) if (batch.recordCount > 0) await send(partition, batch);
while (answered < asked) await answer();
socket.destroy();
process.exit(0);

async function add(partition: number, lines: Buffer, at: number): Promise<void> {
  const now = Date.now();
  if (batches[partition]!.append(lines, at, at + LINE_BYTES, now)) return;
  await send(partition, batches[partition]!);
  batches[partition] = new RecordBatch(batchBytes);
  batches[partition].append(lines, at, at + LINE_BYTES, now);
}

async function send(partition: number, batch: RecordBatch): Promise<void> {
  while (asked - answered >= IN_FLIGHT) await answer();
  const pieces = produceRequestPieces("bench", asked++, [{ topic, partition, bytes: batch.seal() }], OPTIONS);
  socket.cork();
  for (const piece of pieces) socket.write(piece);
  socket.uncork();
}

function answer(): Promise<void> {
  return new Promise((resolve) => {
    answerCame = resolve;
  });
}

/** A length of four bytes, the correlation id, the answer. */
async function readAnswers(from: Socket): Promise<void> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of from as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const end = 4 + bytes.readInt32BE(0);
      const { results } = decodeProduceResponse(bytes.subarray(8, end), OPTIONS.version);
      const refused = results.find(({ errorCode }) => errorCode !== 0);
      if (refused !== undefined) throw new Error(`the broker refused records: error ${refused.errorCode}`);
      bytes = bytes.subarray(end);
      answered++;
    }
    answerCame();
  }
  throw new Error("the broker closed the connection");
}
