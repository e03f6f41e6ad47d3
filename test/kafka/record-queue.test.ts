import { expect, test } from "vitest";
import { PartitionProgress } from "../../runtime/kafka/partition-progress.ts";
import { RecordBatch } from "../../runtime/kafka/record-batch.ts";
import { type DamagedBatchError, SegmentDecoder } from "../../runtime/kafka/record-decoder.ts";
import { RecordQueue } from "../../runtime/kafka/record-queue.ts";

function batchAt(baseOffset: number, bodies: readonly string[]): Buffer {
  const batch = new RecordBatch(10_000);
  for (const body of bodies) {
    batch.appendRecord({ key: null, value: Buffer.from(body), headers: [], timestamp: 1 });
  }
  const sealed = Buffer.from(batch.seal());
  sealed.writeBigInt64BE(BigInt(baseOffset), 0);
  return sealed;
}

function decoderOf(bytes: Buffer, from: number): SegmentDecoder {
  return new SegmentDecoder(
    { topic: "t", partition: 0, bytes, from, aborted: [] },
    { valueFormat: "body", checkCrcs: true, maxInflatedBytes: 1_000_000 },
  );
}

test("keeps what was decoded before a damaged batch, and goes on behind it once the batch comes whole", async () => {
  const progress = new PartitionProgress("t", 0);
  progress.goTo(0);
  const damaged: DamagedBatchError[] = [];
  let held = 0;
  const queue: RecordQueue = new RecordQueue(
    {
      changed: () => {},
      moved: () => {},
      hold: (bytes) => {
        held += bytes;
      },
      cleaned: async (_, piece) => piece,
      damaged: (of, error) => {
        damaged.push(error);
        queue.dropUndecoded(of);
      },
    },
    1_000_000,
  );
  queue.add(progress);
  const good = batchAt(0, ["0", "1", "2"]);
  const second = batchAt(3, ["3", "4"]);
  const flipped = Buffer.from(second);
  flipped[70]! ^= 1;
  // Nobody takes while the second batch turns out to be damaged.
  queue.push(progress, decoderOf(Buffer.concat([good, flipped]), 0), good.length + flipped.length);
  await expect.poll(() => damaged.map(({ offset }) => offset)).toEqual([3]);
  queue.push(progress, decoderOf(second, 3), second.length);
  await expect.poll(() => progress.ready.length).toBe(2);

  const taken = queue.take();
  expect(
    taken.flatMap((records) => Array.from({ length: records.count }, (_, i) => records.offsetOf(i))),
  ).toEqual([0, 1, 2, 3, 4]);
  for (const records of taken) queue.delivered(records);
  expect(progress.position).toBe(5);
  await expect.poll(() => held).toBe(0);
});

test("tells that the position has moved where there is nothing to deliver, once all before it is", async () => {
  const progress = new PartitionProgress("t", 0);
  progress.goTo(0);
  const positions: (number | undefined)[] = [];
  const queue = new RecordQueue(
    {
      changed: () => {},
      moved: () => positions.push(progress.position),
      hold: () => {},
      // All of it is poison, and written elsewhere.
      cleaned: async (_, piece) => ({ ...piece, poison: [], records: undefined }),
      damaged: (_, error) => {
        throw error;
      },
    },
    1_000_000,
  );
  queue.add(progress);
  const push = (from: number, valueFormat: "body" | "flumeEvent") => {
    const bytes = batchAt(from, ["no AvroFlumeEvent"]);
    const settings = { valueFormat, checkCrcs: true, maxInflatedBytes: 1_000_000 };
    const segment = { topic: "t", partition: 0, bytes, from, aborted: [] };
    queue.push(progress, new SegmentDecoder(segment, settings), bytes.length);
  };
  push(0, "flumeEvent");
  await expect.poll(() => positions).toEqual([1]);
  push(1, "body");
  push(2, "flumeEvent");
  await expect.poll(() => progress.segments.length).toBe(0);
  const taken = queue.take();
  expect(positions).toEqual([1]);
  for (const records of taken) queue.delivered(records);
  expect(progress.position).toBe(3);
});

test("records that a sink holds back leave their room to others, and count for no more when they are delivered", async () => {
  const progress = new PartitionProgress("t", 0);
  progress.goTo(0);
  let held = 0;
  const queue = new RecordQueue(
    {
      changed: () => {},
      moved: () => {},
      hold: (bytes) => {
        held += bytes;
      },
      cleaned: async (_, piece) => piece,
      damaged: (_, error) => {
        throw error;
      },
    },
    1_000_000,
  );
  queue.add(progress);
  const bytes = batchAt(0, ["0", "1"]);
  queue.push(progress, decoderOf(bytes, 0), bytes.length);
  await expect.poll(() => progress.ready.length).toBe(1);
  const taken = queue.take();
  await expect.poll(() => held).toBeGreaterThan(0);
  for (const records of taken) queue.holdBack(records);
  await expect.poll(() => [held, queue.isDelivering]).toEqual([0, false]);
  for (const records of taken) queue.delivered(records);
  expect([held, progress.position]).toEqual([0, 2]);
});
