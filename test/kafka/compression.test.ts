import { readFileSync } from "node:fs";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gzipRecords, lz4Records, snappyRecords, zstdRecords } from "../../runtime/kafka/compression.ts";
import { RECORD_BATCH_HEADER_BYTES, RecordBatch } from "../../runtime/kafka/record-batch.ts";
import { decodeWithKafkajs } from "./kafkajs-decoder.ts";
import { teachKafkajsCodecs, unlz4Records, unsnappyRecords } from "./plain-codecs.ts";

/** Made by `node test/kafka/java/record-batches.ts` with Kafka's client 2.7.2. */
const recorded = JSON.parse(readFileSync(new URL("batches.recorded.json", import.meta.url), "utf8")) as {
  type: "snappy" | "lz4";
  lines: number;
  batch: string;
}[];

const codecs = [
  ["gzip", 1, gzipRecords, gunzipSync],
  ["snappy", 2, snappyRecords, unsnappyRecords],
  ["lz4", 3, lz4Records, unlz4Records],
  ["zstd", 4, zstdRecords, zstdDecompressSync],
] as const;

teachKafkajsCodecs();

/** From incompressible to one byte over and over, with lengths around the sizes of blocks. */
const records = fc
  .record({
    length: fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 32_700, max: 32_800 }),
      fc.integer({ min: 65_500, max: 65_600 }),
      fc.integer({ min: 1, max: 1_000_000 }),
    ),
    words: fc.array(fc.uint8Array({ minLength: 1, maxLength: 70 }), { minLength: 1, maxLength: 30 }),
    random: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ length, words, random, seed }) => {
    const bytes = Buffer.alloc(length);
    let state = seed >>> 0;
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 16;
    };
    if (random) for (let at = 0; at < length; at++) bytes[at] = next();
    else {
      for (let at = 0; at < length; ) {
        const word = words[next() % words.length]!;
        bytes.set(word.subarray(0, length - at), at);
        at += word.length;
      }
    }
    return bytes;
  });

describe.each(codecs)("%s", (_name, number, compress, decompress) => {
  test("gives back what was put in, by a decoder that is not the program's", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (bytes) => {
        const { codec, bytes: compressed } = await compress(bytes);
        expect(codec).toBe(number);
        expect(decompress(compressed).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("makes lines smaller, in a batch that kafkajs reads", async () => {
    const batch = new RecordBatch(1_000_000);
    const lines = Array.from({ length: 5_000 }, (_, n) => Buffer.from(`INFO request ${n} took ${n % 97} ms`));
    for (const line of lines) batch.append(line, 0, line.length, 1_795_469_200_441);
    const { codec, bytes } = await compress(batch.records);
    expect(bytes.length).toBeLessThan(batch.records.length * 0.6);
    const read = await decodeWithKafkajs(batch.sealCompressed(codec, bytes));
    expect(read.records.map(({ value }) => String(value))).toEqual(lines.map(String));
  });
});

describe.each(recorded)("Java's producer compresses $lines lines with $type", ({ type, lines, batch }) => {
  const bytes = Buffer.from(batch, "base64");
  const compressed = bytes.subarray(RECORD_BATCH_HEADER_BYTES);
  const [, number, compress, decompress] = codecs.find(([name]) => name === type)!;

  test("to what the decoders of these tests read", async () => {
    expect(bytes.readInt16BE(21) & 7).toBe(number);
    const read = await decodeWithKafkajs(bytes);
    expect(read.records.map(({ value }) => String(value))).toEqual(
      Array.from({ length: lines }, (_, n) => `line ${n} of ${lines}`.repeat(3)),
    );
  });

  test("into the same container as the program, and to about the same size", async () => {
    const ours = (await compress(decompress(compressed))).bytes;
    const container = type === "snappy" ? 16 : 5; // the header; magic and flags
    expect(ours.subarray(0, container).equals(compressed.subarray(0, container))).toBe(true);
    expect(ours.length).toBeLessThanOrEqual(compressed.length * 1.1);
  });
});

test("snappy goes in blocks of 32 KiB, as readers with a buffer of that size expect", () => {
  const { bytes } = snappyRecords(Buffer.alloc(100_000, "abc"));
  const blocks: number[] = [];
  for (let at = 16; at < bytes.length; at += 4 + bytes.readInt32BE(at)) {
    blocks.push(unsnappyRecords(bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at))).length);
  }
  expect(blocks).toEqual([32_768, 32_768, 32_768, 1_696]);
});
