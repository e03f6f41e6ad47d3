import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProtoMessage, ProtoWriter, readDelimited, readVarint } from "../../runtime/hdfs/protobuf.ts";

describe("Protocol Buffers", () => {
  // The examples of the format's own documentation: 150 as field 1, "testing" as field 2
  test("as its documentation writes them", () => {
    expect(new ProtoWriter().uint(1, 150).finish()).toEqual(Buffer.from("089601", "hex"));
    expect(new ProtoWriter().text(2, "testing").finish()).toEqual(Buffer.from("120774657374696e67", "hex"));
    expect(new ProtoWriter().sint(1, -1).finish()).toEqual(Buffer.from("0801", "hex"));
    expect(new ProtoWriter().sint(1, 1).finish()).toEqual(Buffer.from("0802", "hex"));
    expect(new ProtoWriter().sint(1, -2_147_483_648).finish()).toEqual(Buffer.from("08ffffffff0f", "hex"));
  });

  test("numbers of any size come back", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 200 }), (value, field) => {
        expect(new ProtoMessage(new ProtoWriter().uint(field, value).finish()).uint(field)).toBe(value);
      }),
    );
  });

  test("the last value of a field counts, and all of a repeated one are there", () => {
    const message = new ProtoMessage(
      new ProtoWriter().uint(4, 1).text(3, "a").uint(4, 300).text(3, "").text(3, "c").finish(),
    );
    expect(message.uint(4)).toBe(300);
    expect(message.uints(4)).toEqual([1, 300]);
    expect(message.text(3)).toBe("c");
    expect(message.all(3).map(String)).toEqual(["a", "", "c"]);
    expect([message.uint(9), message.text(9), message.bytes(9), message.bool(9)]).toEqual([
      0,
      "",
      undefined,
      false,
    ]);
    expect(message.message(9).uint(1)).toBe(0);
  });

  test("fields of fixed length are stepped over", () => {
    const bytes = Buffer.from("09000000000000000015000000001805", "hex");
    expect(new ProtoMessage(bytes).uint(3)).toBe(5);
  });

  test("a message that is not all there yet is waited for", () => {
    const bytes = new ProtoWriter().delimited(Buffer.alloc(300, 1)).raw(Buffer.of(7)).finish();
    for (let length = 0; length < 302; length++)
      expect(readDelimited(bytes.subarray(0, length), 0)).toBeUndefined();
    expect(readDelimited(bytes, 0)).toEqual({ message: Buffer.alloc(300, 1), end: 302 });
  });

  test("bytes that are no message are refused, whatever they are", () => {
    expect(() => new ProtoMessage(Buffer.from("0a05aa", "hex"))).toThrow("ends in the middle");
    expect(() => new ProtoMessage(Buffer.from("08", "hex"))).toThrow("ends in the middle");
    expect(() => new ProtoMessage(Buffer.from("0b", "hex"))).toThrow("unknown kind");
    expect(() => readVarint(Buffer.alloc(20, 0xff), 0)).toThrow("more than ten bytes");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          new ProtoMessage(Buffer.from(bytes));
        } catch (error) {
          expect((error as Error).message).toMatch(/^not Hadoop's protocol/);
        }
      }),
    );
  });
});
