import { crc32 } from "node:zlib";
import { snappyCompress } from "@platformatic/wasm-utils/bundled";
import type { AvroCodec } from "./avro-container.ts";

/** `serializer.compressionCodec = snappy`: a bare snappy block, and the CRC-32 of what it holds. */
export const avroSnappy: AvroCodec = {
  name: "snappy",
  compress(block) {
    const checksum = Buffer.allocUnsafe(4);
    checksum.writeUInt32BE(crc32(block));
    return Buffer.concat([snappyCompress(block), checksum]);
  },
};
