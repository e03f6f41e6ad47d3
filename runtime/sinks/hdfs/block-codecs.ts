import { lz4Compress, snappyCompress } from "@platformatic/wasm-utils/bundled";
import type { HadoopCodec } from "./codecs.ts";

/** `hdfs.codeC = snappy`. */
export const snappyCodec: HadoopCodec = {
  className: "org.apache.hadoop.io.compress.SnappyCodec",
  extension: ".snappy",
  compress: (bytes) => hadoopBlocks(bytes, (block) => snappyCompress(block)),
};

/** `hdfs.codeC = lz4`. */
export const lz4Codec: HadoopCodec = {
  className: "org.apache.hadoop.io.compress.Lz4Codec",
  extension: ".lz4",
  compress: (bytes) => hadoopBlocks(bytes, lz4Block),
};

/** Bytes of a block before compression: what Hadoop's readers hold, less what incompressible bytes grow by. */
const HADOOP_BLOCK_BYTES = 196_608;

/** Hadoop's `BlockCompressorStream`: for each block its length, and the compressed one after its own length. */
function hadoopBlocks(bytes: Buffer, compress: (block: Buffer) => Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += HADOOP_BLOCK_BYTES) {
    const block = bytes.subarray(start, start + HADOOP_BLOCK_BYTES);
    const compressed = compress(block);
    const lengths = Buffer.allocUnsafe(8);
    lengths.writeInt32BE(block.length);
    lengths.writeInt32BE(compressed.length, 4);
    parts.push(lengths, compressed);
  }
  return Buffer.concat(parts);
}

/** The one bare block in the LZ4 frame that the codec makes; Hadoop has no frames. */
function lz4Block(bytes: Buffer): Buffer {
  const frame = lz4Compress(bytes);
  const flags = frame[4]!;
  const start = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  const word = frame.readUInt32LE(start);
  const block = frame.subarray(start + 4, start + 4 + (word & 0x7fff_ffff));
  if (frame.readUInt32LE(start + 4 + block.length + (flags & 0x10 ? 4 : 0)) !== 0)
    throw new Error("an LZ4 frame of more than one block");
  // The highest bit: left as it was, because it would have grown.
  return word >= 0x8000_0000 ? lz4Literals(block) : block;
}

/** Bytes as an LZ4 block without a match. */
function lz4Literals(bytes: Buffer): Buffer {
  if (bytes.length < 15) return Buffer.concat([Buffer.from([bytes.length << 4]), bytes]);
  const length: number[] = [0xf0];
  let rest = bytes.length - 15;
  for (; rest >= 255; rest -= 255) length.push(255);
  length.push(rest);
  return Buffer.concat([Buffer.from(length), bytes]);
}
