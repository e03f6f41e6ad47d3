import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32c, crc32cOfChunks } from "../../runtime/kafka/crc32c.ts";
import { plainCrc32c } from "./kafkajs-decoder.ts";

describe("CRC-32C", () => {
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue
  test.each([
    ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
    ["32 ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
    ["counting up", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ["counting down", Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
    ["123456789", Buffer.from("123456789"), 0xe3069283],
    ["nothing", Buffer.alloc(0), 0],
  ])("of %s", (_name, bytes, expected) => {
    expect(crc32c(bytes, 0, bytes.length)).toBe(expected);
  });

  test("of any part of any buffer, wherever it begins in memory", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(40), fc.nat(300), (array, start, length) => {
        const bytes = Buffer.from(array);
        const from = Math.min(start, bytes.length);
        const to = Math.min(from + length, bytes.length);
        expect(crc32c(bytes, from, to)).toBe(plainCrc32c(bytes.subarray(from, to)));
      }),
    );
  });

  test("of a megabyte", () => {
    const bytes = Buffer.from(Array.from({ length: 1_000_003 }, (_, i) => (i * 2_654_435_761) >>> 24));
    expect(crc32c(bytes, 21, bytes.length)).toBe(plainCrc32c(bytes.subarray(21)));
  });

  test("of chunks", () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
    for (const [start, end] of [
      [0, 0],
      [3, 4],
      [1, 513],
      [5, 1_100],
      [7, 64_519],
      [0, 70_000],
    ] as const) {
      const sums = Buffer.alloc(4 + Math.ceil((end - start) / 512) * 4);
      crc32cOfChunks(bytes, start, end, 512, sums, 4);
      for (let chunk = start, at = 4; chunk < end; chunk += 512, at += 4) {
        expect(sums.readUInt32BE(at)).toBe(plainCrc32c(bytes.subarray(chunk, Math.min(chunk + 512, end))));
      }
    }
  });
});
