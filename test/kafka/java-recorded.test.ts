import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { avroFlumeEvent } from "../../runtime/kafka/avro-event.ts";
import { javaUtf8, murmur2, partitionOfKey } from "../../runtime/kafka/murmur2.ts";

/** Made by `node test/kafka/java/record.ts` with Kafka's client 2.7.2 and Flume's sink 1.11.0. */
const recorded = JSON.parse(readFileSync(new URL("java.recorded.json", import.meta.url), "utf8")) as {
  murmur2: { key: string; hash: number; of3: number; of50: number }[];
  avro: { headers: [string, string][]; body: string; zeros: number; sha256: string }[];
};

describe("as recorded from Java", () => {
  test("keys have the hash and the partition that Kafka's client gives them", () => {
    expect(recorded.murmur2.length).toBe(300);
    for (const { key, hash, of3, of50 } of recorded.murmur2) {
      const bytes = javaUtf8(key);
      expect({ key, hash: murmur2(bytes) }).toEqual({ key, hash });
      expect([partitionOfKey(bytes, 3), partitionOfKey(bytes, 50)]).toEqual([of3, of50]);
    }
  });

  test("events have the Avro bytes that Flume's sink writes, the order of the headers included", () => {
    expect(recorded.avro.length).toBe(120);
    for (const { headers, body, zeros, sha256 } of recorded.avro) {
      const event = {
        headers: new Map(headers),
        body: zeros > 0 ? Buffer.alloc(zeros) : Buffer.from(body, "base64"),
      };
      expect(createHash("sha256").update(avroFlumeEvent(event)).digest("hex")).toBe(sha256);
    }
  });
});
