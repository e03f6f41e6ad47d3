import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { decodeProduceResponse, produceRequestPieces } from "../../runtime/kafka/produce-request.ts";

const load = createRequire(import.meta.url);

interface KafkajsEncoder {
  readonly buffer: Buffer;
  writeInt16(value: number): KafkajsEncoder;
  writeInt32(value: number): KafkajsEncoder;
  writeInt64(value: string): KafkajsEncoder;
  writeString(value: string | null): KafkajsEncoder;
  writeBuffer(value: Buffer): KafkajsEncoder;
}
const Encoder = load("kafkajs/src/protocol/encoder.js") as new () => KafkajsEncoder;
const frame = load("kafkajs/src/protocol/request.js") as (request: object) => Promise<KafkajsEncoder>;

describe("a produce request", () => {
  test("is the frame that kafkajs's encoder would make, and holds the batches themselves", async () => {
    const batch = (size: number) => Buffer.alloc(size, size);
    const [a, b, c] = [batch(100), batch(2_000), batch(30)];
    const other = "ü".repeat(400); // longer than the first buffer of the head
    const pieces = produceRequestPieces(
      "a client",
      77,
      [
        { topic: "events", partition: 3, bytes: a },
        { topic: other, partition: 0, bytes: b },
        { topic: "events", partition: 12, bytes: c },
      ],
      { version: 7, acks: -1, requestTimeout: 30_000 },
    );
    const expected = await frame({
      correlationId: 77,
      clientId: "a client",
      request: {
        apiKey: 0,
        apiVersion: 7,
        encode: () => {
          const encoder = new Encoder().writeString(null).writeInt16(-1).writeInt32(30_000).writeInt32(2);
          encoder.writeString("events").writeInt32(2);
          encoder.writeInt32(3).writeInt32(a.length).writeBuffer(a);
          encoder.writeInt32(12).writeInt32(c.length).writeBuffer(c);
          encoder.writeString(other).writeInt32(1).writeInt32(0).writeInt32(b.length).writeBuffer(b);
          return encoder;
        },
      },
    });
    expect(Buffer.concat(pieces).equals(expected.buffer)).toBe(true);
    expect(pieces.filter((piece) => piece === a || piece === b || piece === c).length).toBe(3);
  });
});

describe("a produce response", () => {
  test.each([3, 4, 5, 6, 7])("of version %i is read to its end", (version) => {
    const encoder = new Encoder().writeInt32(2);
    const partition = (id: number, code: number) => {
      encoder.writeInt32(id).writeInt16(code).writeInt64("123456789012").writeInt64("-1");
      if (version >= 5) encoder.writeInt64("7");
    };
    encoder.writeString("tópic").writeInt32(2);
    partition(0, 0);
    partition(9, 6);
    encoder.writeString("other").writeInt32(1);
    partition(2, 19);
    encoder.writeInt32(250);
    expect(decodeProduceResponse(encoder.buffer, version)).toEqual({
      results: [
        { topic: "tópic", partition: 0, errorCode: 0 },
        { topic: "tópic", partition: 9, errorCode: 6 },
        { topic: "other", partition: 2, errorCode: 19 },
      ],
      throttleTime: version >= 6 ? 250 : 0,
    });
  });
});
