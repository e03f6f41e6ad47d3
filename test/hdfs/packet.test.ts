import { describe, expect, test } from "vitest";
import { emptyPacket, heartbeatPacket, PACKET_DATA_BYTES, Packet } from "../../runtime/hdfs/packet.ts";
import { DelimitedStream, readAck } from "../../runtime/hdfs/pipeline-ack.ts";
import { ProtoWriter } from "../../runtime/hdfs/protobuf.ts";
import { plainCrc32c } from "../kafka/kafkajs-decoder.ts";

describe("packets of the data transfer protocol", () => {
  test.each([1, 511, 512, 513, 1_024, 1_100, 64_511, PACKET_DATA_BYTES])("of %i bytes", (length) => {
    const data = Buffer.from(Array.from({ length }, (_, i) => (i * 2_654_435_761) >>> 24));
    const packet = new Packet();
    packet.append(data, 0, Math.min(100, length));
    packet.append(data, Math.min(100, length), length);
    expect(packet.length).toBe(length);
    expect(packet.room).toBe(PACKET_DATA_BYTES - length);
    expect(packet.tail()).toEqual(data.subarray(length - (length % 512)));

    const offset = 5_000_000_000 - (5_000_000_000 % 512);
    const wire = packet.seal({ offset, sequence: 7, last: false, sync: true });
    const checksums = Math.ceil(length / 512);
    expect(wire.readInt32BE(0)).toBe(4 + 4 * checksums + length);
    expect(wire.readInt16BE(4)).toBe(27);
    expect(wire.readBigInt64LE(7)).toBe(BigInt(offset));
    expect(wire.readBigInt64LE(16)).toBe(7n);
    expect(wire[25]).toBe(0);
    expect(wire.readInt32LE(27)).toBe(length);
    expect(wire[32]).toBe(1);
    for (let chunk = 0; chunk < checksums; chunk++) {
      const bytes = data.subarray(chunk * 512, chunk * 512 + 512);
      expect(wire.readUInt32BE(33 + 4 * chunk)).toBe(plainCrc32c(bytes));
    }
    expect(wire.subarray(33 + 4 * checksums)).toEqual(data);
    packet.clear();
    expect(packet.length).toBe(0);
  });

  test("without data", () => {
    const last = emptyPacket({ offset: 513, sequence: 2, last: true, sync: false });
    expect(last.toString("hex")).toBe(
      "00000004001b0901020000000000001102000000000000001801250000000028" + "00",
    );
    expect(heartbeatPacket().readBigInt64LE(16)).toBe(-1n);
  });
});

describe("acknowledgements", () => {
  const ack = (sequence: number, ...replies: number[]) => {
    const message = new ProtoWriter().sint(1, sequence);
    for (const reply of replies) message.uint(2, reply);
    return message.uint(3, 123_456).finish();
  };

  test("say which DataNode did not take a packet", () => {
    expect(readAck(ack(41, 0, 0, 0))).toEqual({ sequence: 41, failed: undefined, status: undefined });
    expect(readAck(ack(41, 0, 1, 0))).toEqual({ sequence: 41, failed: 1, status: "ERROR" });
    expect(readAck(ack(-2, 8))).toEqual({ sequence: -2, failed: 0, status: "OOB_RESTART" });
    expect(readAck(ack(-1, 0)).sequence).toBe(-1);
  });

  test("are cut out of the stream, however it comes in pieces", () => {
    const sequences = Array.from({ length: 300 }, (_, i) => i);
    const writer = new ProtoWriter();
    for (const sequence of sequences) writer.delimited(ack(sequence, 0, 0));
    const bytes = writer.finish();
    for (const size of [1, 2, 7, 100, bytes.length]) {
      const stream = new DelimitedStream();
      const got: number[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const message of stream.messages(bytes.subarray(at, at + size)))
          got.push(readAck(message).sequence);
      }
      expect(got).toEqual(sequences);
    }
  });
});
