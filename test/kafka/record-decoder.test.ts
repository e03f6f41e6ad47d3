import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { avroFlumeEvent } from "../../runtime/kafka/avro-event.ts";
import { gzipRecords, lz4Records, snappyRecords, zstdRecords } from "../../runtime/kafka/compression.ts";
import { crc32c } from "../../runtime/kafka/crc32c.ts";
import { type KafkaRecord, RecordBatch } from "../../runtime/kafka/record-batch.ts";
import {
  DamagedBatchError,
  type DecoderOptions,
  type FetchedSegment,
  type PoisonRecord,
  SegmentDecoder,
} from "../../runtime/kafka/record-decoder.ts";
import type { RecordSlices } from "../../runtime/kafka/record-slices.ts";

const plain: DecoderOptions = { valueFormat: "body", checkCrcs: true, maxInflatedBytes: 4_000_000 };
const flume: DecoderOptions = { ...plain, valueFormat: "flumeEvent" };
const codecs = [undefined, gzipRecords, snappyRecords, lz4Records, zstdRecords] as const;

/** A record as a reader sees it. */
interface ReadRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | undefined;
  readonly body: string;
  readonly header: string | undefined;
}

async function batchOf(
  records: readonly KafkaRecord[],
  baseOffset: number,
  compress: (typeof codecs)[number],
): Promise<Buffer> {
  const batch = new RecordBatch(1_000_000);
  for (const record of records) expect(batch.appendRecord(record)).toBe(true);
  const compressed = await compress?.(batch.records);
  const sealed =
    compressed === undefined
      ? Buffer.from(batch.seal())
      : batch.sealCompressed(compressed.codec, compressed.bytes);
  sealed.writeBigInt64BE(BigInt(baseOffset), 0);
  return sealed;
}

function segment(bytes: Buffer, from = 0, aborted: FetchedSegment["aborted"] = []): FetchedSegment {
  return { topic: "t", partition: 3, bytes, from, aborted };
}

async function decode(of: FetchedSegment, options = plain) {
  const decoder = new SegmentDecoder(of, options);
  const slices: RecordSlices[] = [];
  const poison: PoisonRecord[] = [];
  let next: number | undefined;
  for (let piece = await decoder.next(); piece !== undefined; piece = await decoder.next()) {
    if (piece.records !== undefined) slices.push(piece.records);
    poison.push(...piece.poison);
    next = piece.next;
  }
  return { slices, poison, next, records: slices.flatMap(readAll) };
}

function readAll(slices: RecordSlices): ReadRecord[] {
  return Array.from({ length: slices.count }, (_, i) => ({
    offset: slices.offsetOf(i),
    timestamp: slices.timestampOf(i),
    key: slices.keyOf(i),
    body: slices.bytes.toString("latin1", slices.starts[i], slices.ends[i]),
    header: slices.recordHeaderOf(i, "h"),
  }));
}

const anyRecord: fc.Arbitrary<KafkaRecord> = fc.record({
  key: fc.option(fc.string({ maxLength: 20 }).map((text) => Buffer.from(text))),
  value: fc.option(
    fc
      .oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 8_000, maxLength: 9_000 }))
      .map((bytes) => Buffer.from(bytes)),
  ),
  headers: fc.array(
    fc.record({
      name: fc.constantFrom("h", "other"),
      value: fc.option(fc.string({ maxLength: 90 })),
    }),
    { maxLength: 3 },
  ),
  timestamp: fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }),
});

function expected(record: KafkaRecord, offset: number): ReadRecord {
  const header = record.headers.findLast(({ name }) => name === "h")?.value;
  return {
    offset,
    timestamp: record.timestamp,
    key: record.key?.toString(),
    body: record.value?.toString("latin1") ?? "",
    header: header === null || header === undefined ? undefined : String(header),
  };
}

test("gives every whole record from the asked offset on, whatever the batches, and wherever the answer is cut off", async () => {
  const batches = fc.array(
    fc.record({
      records: fc.array(anyRecord, { minLength: 1, maxLength: 8 }),
      codec: fc.constantFrom(...codecs),
      gap: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 12 }),
      async (all, cut, skip) => {
        let offset = 5_000_000_000;
        const pieces: Buffer[] = [];
        const records: { readonly record: ReadRecord; readonly end: number }[] = [];
        let end = 0;
        for (const { records: ofBatch, codec, gap } of all) {
          offset += gap;
          const bytes = await batchOf(ofBatch, offset, codec);
          pieces.push(bytes);
          end += bytes.length;
          for (const record of ofBatch) records.push({ record: expected(record, offset++), end });
        }
        const length = Math.round(cut * end);
        const from = 5_000_000_000 + skip;
        const { records: read, next } = await decode(
          segment(Buffer.concat(pieces).subarray(0, length), from),
        );
        const whole = records.filter(({ end: its }) => its <= length).map(({ record }) => record);
        expect(read).toEqual(whole.filter((record) => record.offset >= from));
        if (whole.length > 0) expect(next).toBe(Math.max(from, whole.at(-1)!.offset + 1));
        else expect(next).toBeUndefined();
      },
    ),
    { numRuns: 150 },
  );
});

test("uncompressed batches that follow each other are one list over the answer's own bytes", async () => {
  const record = (text: string): KafkaRecord => ({
    key: null,
    value: Buffer.from(text),
    headers: [],
    timestamp: 1,
  });
  const bytes = Buffer.concat([
    await batchOf([record("a"), record("b")], 10, undefined),
    await batchOf([record("c")], 12, undefined),
    await batchOf([record("d")], 13, gzipRecords),
    await batchOf([record("e")], 14, undefined),
    await batchOf([record("f")], 15, undefined),
  ]);
  const { slices } = await decode(segment(bytes));
  expect(slices.map(({ count }) => count)).toEqual([3, 1, 2]);
  expect(slices[0]!.bytes.buffer).toBe(bytes.buffer);
});

describe("Java's batches", () => {
  const recorded = JSON.parse(readFileSync(new URL("batches.recorded.json", import.meta.url), "utf8")) as {
    type: string;
    lines: number;
    batch: string;
  }[];
  test.each(recorded)("$lines lines with $type", async ({ lines, batch }) => {
    const { records } = await decode(segment(Buffer.from(batch, "base64")));
    expect(records).toEqual(
      Array.from({ length: lines }, (_, n) => ({
        offset: n,
        timestamp: 1_795_469_200_000 + n,
        key: undefined,
        header: undefined,
        body: `line ${n} of ${lines}`.repeat(3),
      })),
    );
  });
});

describe("what is damaged", () => {
  const record: KafkaRecord = { key: null, value: Buffer.from("body"), headers: [], timestamp: 1 };
  const failure = async (bytes: Buffer, options = plain) => {
    const error: unknown = await decode(segment(bytes), options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DamagedBatchError);
    return error as DamagedBatchError;
  };

  test("is told apart from what came before it", async () => {
    const good = await batchOf([record, record], 0, undefined);
    const bad = await batchOf([record], 2, undefined);
    bad[bad.length - 2]! ^= 1;
    const decoder = new SegmentDecoder(segment(Buffer.concat([good, bad, good])), plain);
    expect((await decoder.next())?.next).toBe(2);
    await expect(decoder.next()).rejects.toMatchObject({
      offset: 2,
      next: 3,
      message: "its checksum is wrong",
    });
  });

  test("a flipped bit is found by the checksum, and without it never leaves the batch", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...codecs), fc.nat(), async (codec, where) => {
        const bytes = await batchOf(
          Array.from({ length: 20 }, () => record),
          7,
          codec,
        );
        const bit = where % ((bytes.length - 21) * 8);
        bytes[21 + (bit >> 3)]! ^= 1 << (bit & 7);
        expect((await failure(bytes)).message).toBe("its checksum is wrong");
        try {
          for (const { body } of (await decode(segment(bytes), { ...plain, checkCrcs: false })).records) {
            expect(body.length).toBeLessThanOrEqual(4_000_000);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["gzip", 1],
    ["snappy", 2],
    ["LZ4", 3],
    ["zstd", 4],
  ])("%s that is none", async (name, codec) => {
    const batch = new RecordBatch(1000);
    batch.appendRecord(record);
    const error = await failure(batch.sealCompressed(codec, Buffer.from("this is nothing of that kind")));
    expect(error.message).toContain(`its ${name} data are damaged`);
    // The codec still works afterwards.
    const good = await batchOf([record], 0, codecs[codec]);
    expect((await decode(segment(good))).records).toHaveLength(1);
  });

  test.each(codecs.slice(1))("a bomb is not inflated (%#)", async (compress) => {
    const huge = { ...record, value: Buffer.alloc(900_000) };
    const bytes = await batchOf([huge], 0, compress);
    expect(bytes.length).toBeLessThan(60_000);
    const error = await failure(bytes, { ...plain, maxInflatedBytes: 100_000 });
    expect(error.message).toContain("more than 100000 bytes");
  });

  test("formats before 0.11 are refused by name", async () => {
    const old = await batchOf([record], 0, undefined);
    old[16] = 1;
    expect((await failure(old)).message).toContain("Kafka before 0.11");
  });

  test("more records than bytes", async () => {
    const bytes = await batchOf([record], 0, undefined);
    bytes.writeInt32BE(1_000_000_000, 57);
    bytes.writeUInt32BE(crc32c(bytes, 21, bytes.length), 17);
    expect((await failure(bytes)).message).toContain("more records than bytes");
  });
});

describe("AvroFlumeEvent", () => {
  const event = (headers: Record<string, string>, body: string) =>
    avroFlumeEvent({ headers: new Map(Object.entries(headers)), body: Buffer.from(body) });
  const record = (value: Buffer | null): KafkaRecord => ({
    key: Buffer.from("k"),
    value,
    headers: [],
    timestamp: 1,
  });

  test("the body lies inside, the headers are read when asked for", async () => {
    const headers = fc.dictionary(
      fc.string({ maxLength: 10, unit: "grapheme" }),
      fc.string({ maxLength: 300 }),
      {
        maxKeys: 20,
      },
    );
    await fc.assert(
      fc.asyncProperty(headers, fc.string({ maxLength: 300 }), async (named, body) => {
        const all = new Map(Object.entries(named));
        const value = avroFlumeEvent({ headers: all, body: Buffer.from(body) });
        const { slices } = await decode(segment(await batchOf([record(value)], 0, undefined)), flume);
        const [read] = slices;
        expect(read!.bytes.toString("utf8", read!.starts[0], read!.ends[0])).toBe(body);
        expect(Object.fromEntries(read!.flumeHeadersOf(0))).toEqual(Object.fromEntries(all));
      }),
    );
  });

  test("a map in blocks that say their bytes, as other writers of Avro make it", async () => {
    const entry = Buffer.from("\u0002a\u0002b", "latin1");
    const value = Buffer.concat([
      Buffer.from([1, 8]),
      entry,
      Buffer.from([2]),
      Buffer.from("\u0002c\u0002d"),
      Buffer.from([0, 4]),
      Buffer.from("xy"),
    ]);
    const { slices } = await decode(segment(await batchOf([record(value)], 0, undefined)), flume);
    expect([...slices[0]!.flumeHeadersOf(0)]).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(slices[0]!.bytes.toString("utf8", slices[0]!.starts[0], slices[0]!.ends[0])).toBe("xy");
  });

  test("poison is told with its offset and left out; the others keep theirs", async () => {
    const values = [
      event({ a: "b" }, "one"),
      Buffer.from("plain text, and no Avro"),
      null,
      Buffer.alloc(0),
      event({}, "two"),
    ];
    const { records, poison, next } = await decode(
      segment(await batchOf(values.map(record), 40, gzipRecords)),
      flume,
    );
    expect(records.map(({ offset, body }) => [offset, body])).toEqual([
      [40, "one"],
      [44, "two"],
    ]);
    expect(poison.map(({ record: { offset } }) => offset)).toEqual([41, 42, 43]);
    expect(poison[1]!.reason).toContain("tombstone");
    expect(poison[0]!.record.value!.toString()).toBe("plain text, and no Avro");
    expect(poison[0]!.record.key!.toString()).toBe("k");
    expect(next).toBe(45);
  });

  test("no bytes make it read beyond the value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        const value = Buffer.from(bytes);
        const follower = event({}, "follower");
        const { slices, poison } = await decode(
          segment(await batchOf([record(value), record(follower)], 0, undefined)),
          flume,
        );
        expect((slices[0]?.count ?? 0) + poison.length).toBe(2);
        const [read] = slices;
        const last = read!.count - 1;
        expect(read!.bytes.toString("utf8", read!.starts[last], read!.ends[last])).toBe("follower");
        if (last === 1) expect(read!.ends[0]! - read!.starts[0]!).toBeLessThanOrEqual(value.length);
      }),
      { numRuns: 500 },
    );
  });
});

test("in plain mode a tombstone is an empty body", async () => {
  const tombstone: KafkaRecord = { key: Buffer.from("k"), value: null, headers: [], timestamp: 1 };
  const { records } = await decode(segment(await batchOf([tombstone], 0, undefined)));
  expect(records).toEqual([{ offset: 0, timestamp: 1, key: "k", body: "", header: undefined }]);
});

describe("transactions", () => {
  const producerId = 77n;

  function transactional(baseOffset: number, bodies: readonly string[], control = false): Buffer {
    const batch = new RecordBatch(10_000);
    for (const body of bodies) {
      batch.appendRecord({
        // The key of a control record: its version 0, and 0 for ABORT.
        key: control ? Buffer.alloc(4) : null,
        value: control ? Buffer.alloc(6) : Buffer.from(body),
        headers: [],
        timestamp: 1,
      });
    }
    const sealed = Buffer.from(batch.seal());
    sealed.writeBigInt64BE(BigInt(baseOffset), 0);
    sealed.writeInt16BE(control ? 0x30 : 0x10, 21);
    sealed.writeBigInt64BE(producerId, 43);
    sealed.writeUInt32BE(crc32c(sealed, 21, sealed.length) >>> 0, 17);
    return sealed;
  }

  test.each([5, 8, 10])(
    "what was given up is passed over, what was committed is not, read from offset %i",
    async (from) => {
      const bytes = Buffer.concat([
        ...(from < 10 ? [transactional(5, ["a", "b", "c", "d", "e"])] : []),
        transactional(10, [""], true),
        transactional(11, ["f", "g"]),
      ]);
      const { records } = await decode(
        segment(bytes, from, [{ producerId: Number(producerId), firstOffset: 5 }]),
      );
      expect(records.map(({ body }) => body)).toEqual(["f", "g"]);
    },
  );
});
