import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type KafkaRecord,
  RECORD_BATCH_HEADER_BYTES,
  RECORD_OVERHEAD_BYTES,
  RecordBatch,
} from "../../runtime/kafka/record-batch.ts";
import { halves } from "../../runtime/kafka/record-split.ts";
import { decodeWithKafkajs, plainCrc32c } from "./kafkajs-decoder.ts";

const NOW = 1_795_469_200_441;

/** The records of a sealed batch, in the form that they were put in; its checksum and counts are checked. */
async function read(bytes: Buffer): Promise<KafkaRecord[]> {
  expect(bytes.readInt32BE(8)).toBe(bytes.length - 12);
  expect(bytes[16]).toBe(2);
  expect(bytes.readUInt32BE(17)).toBe(plainCrc32c(bytes.subarray(21)));
  const batch = await decodeWithKafkajs(bytes);
  expect(bytes.readInt32BE(57)).toBe(batch.records.length);
  expect(batch.lastOffsetDelta).toBe(batch.records.length - 1);
  expect(batch.producerId).toBe("-1");
  const timestamps = batch.records.map(({ timestamp }) => Number(timestamp));
  expect(Number(batch.firstTimestamp)).toBe(timestamps[0]);
  expect(Number(batch.maxTimestamp)).toBe(Math.max(...timestamps));
  return batch.records.map(({ key, value, headers, timestamp, offset }, index) => {
    expect(Number(offset)).toBe(index);
    return {
      key,
      value: value ?? Buffer.alloc(0),
      headers: Object.entries(headers).map(([name, text]) => ({ name, value: text.toString() })),
      timestamp: Number(timestamp),
    };
  });
}

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
const aRecord: fc.Arbitrary<KafkaRecord> = fc.record({
  key: fc.option(bytes),
  value: bytes,
  headers: fc.uniqueArray(
    // kafkajs gives headers back as an object, which sorts names that are numbers
    fc.record({ name: fc.stringMatching(/^[a-z]\w{0,20}$/), value: fc.string({ unit: "grapheme" }) }),
    { selector: ({ name }) => name, maxLength: 5 },
  ),
  // clocks are put back, too
  timestamp: fc.integer({ min: NOW - 10_000_000, max: NOW + 10_000_000 }),
});

test("a batch that grows is the same as one that had its memory from the beginning", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRecord, { minLength: 1, maxLength: 40 }),
      fc.nat(300),
      async (records, initial) => {
        const small = new RecordBatch(20_000, initial);
        const large = new RecordBatch(20_000);
        for (const record of records) {
          expect(small.appendRecord(record)).toBe(large.appendRecord(record));
          const { timestamp } = record;
          const value = record.value!;
          expect(small.append(value, 0, value.length, timestamp)).toBe(
            large.append(value, 0, value.length, timestamp),
          );
        }
        expect(small.seal().equals(large.seal())).toBe(true);
      },
    ),
  );
});

describe("a record batch", () => {
  test("is read by kafkajs as it was written, with keys, headers and times", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRecord, { minLength: 1, maxLength: 80 }), async (records) => {
        const batch = new RecordBatch(1_000_000);
        for (const record of records) expect(batch.appendRecord(record)).toBe(true);
        expect(await read(batch.seal())).toEqual(records);
      }),
      { numRuns: 200 },
    );
  });

  test("is the same whether values come as slices of a chunk or as records", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(bytes, fc.integer({ min: -300, max: 70_000_000 })), {
          minLength: 1,
          maxLength: 80,
        }),
        async (values) => {
          const slices = new RecordBatch(1_000_000);
          const records = new RecordBatch(1_000_000);
          for (const [value, later] of values) {
            const chunk = Buffer.concat([Buffer.from("before"), value, Buffer.from("after")]);
            expect(slices.append(chunk, 6, 6 + value.length, NOW + later)).toBe(true);
            records.appendRecord({ key: null, value, headers: [], timestamp: NOW + later });
          }
          expect(slices.seal().equals(records.seal())).toBe(true);
          expect((await read(slices.seal())).map(({ value }) => value)).toEqual(
            values.map(([value]) => value),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test("counts past the places where varints get longer", async () => {
    const batch = new RecordBatch(1_048_576);
    const value = Buffer.from("x");
    let count = 0;
    while (batch.append(value, 0, 1, NOW)) count++;
    expect(count).toBeGreaterThan(100_000);
    expect((await read(batch.seal())).length).toBe(count);
  });

  test("takes a value up to its size, and refuses the next byte without a change", () => {
    const most = 1000 - RECORD_BATCH_HEADER_BYTES - RECORD_OVERHEAD_BYTES;
    const batch = new RecordBatch(1000);
    expect(batch.append(Buffer.alloc(1000), 0, most + 1, NOW)).toBe(false);
    expect(batch.append(Buffer.alloc(1000), 0, most, NOW)).toBe(true);
    const before = Buffer.from(batch.seal());
    expect(batch.append(Buffer.from("one more"), 0, 8, NOW)).toBe(false);
    const record = { key: null, value: Buffer.alloc(100), headers: [], timestamp: NOW };
    expect(batch.appendRecord(record)).toBe(false);
    expect(batch.seal().equals(before)).toBe(true);
  });

  test("is empty again after clear", async () => {
    const batch = new RecordBatch(1000);
    batch.append(Buffer.from("first"), 0, 5, NOW);
    batch.clear();
    expect([batch.recordCount, batch.valueBytes]).toEqual([0, 0]);
    batch.append(Buffer.from("second"), 0, 6, NOW + 5);
    expect(await read(batch.seal())).toEqual([
      { key: null, value: Buffer.from("second"), headers: [], timestamp: NOW + 5 },
    ]);
  });

  test("travels compressed, with the codec in its attributes", async () => {
    const batch = new RecordBatch(100_000);
    for (let line = 0; line < 100; line++) batch.append(Buffer.from("the same again"), 0, 14, NOW);
    const plain = Buffer.from(batch.records);
    const sealed = batch.sealCompressed(1, gzipSync(batch.records));
    expect(sealed.readInt16BE(21)).toBe(1);
    expect(gunzipSync(sealed.subarray(RECORD_BATCH_HEADER_BYTES)).equals(plain)).toBe(true);
    expect((await read(sealed)).length).toBe(100);
  });

  test("in halves holds the same records in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aRecord, { minLength: 2, maxLength: 40 }), async (records) => {
        const batch = new RecordBatch(1_000_000);
        for (const record of records) batch.appendRecord(record);
        const [first, second] = halves(batch);
        expect(Math.abs(first.recordCount - second.recordCount)).toBeLessThanOrEqual(1);
        expect([...(await read(first.seal())), ...(await read(second.seal()))]).toEqual(records);
        expect(batch.recordCount).toBe(records.length);
      }),
      { numRuns: 100 },
    );
  });
});
