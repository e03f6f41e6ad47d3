import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** Output is gathered in pieces of this size: the default of 16 KiB would make hundreds of a batch. */
const PIECE_BYTES = 262_144;

const SNAPPY_STREAM_MAGIC = Buffer.from("82534e4150505900", "hex");
const SNAPPY_STREAM_HEADER_BYTES = 16;
const LZ4_MAGIC = 0x184d2204;

/**
 * Decompresses the records of a batch. gzip and zstd do it on a thread of libuv's pool.
 *
 * @param codec Kafka's number of the codec, as it stands in a batch's attributes.
 * @param limit the most bytes that may come out.
 * @throws Error that says what is wrong with the bytes.
 */
export async function decompressRecords(codec: number, bytes: Buffer, limit: number): Promise<Buffer> {
  switch (codec) {
    case 1:
      return inflated("gzip", promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip), bytes, limit);
    case 2:
      return unsnappyRecords(bytes, limit);
    case 3:
      return unlz4Records(bytes, limit);
    case 4:
      return inflated("zstd", promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress), bytes, limit);
    default:
      throw new Error(`it is compressed with codec ${codec}, which is not known here`);
  }
}

async function inflated(
  name: string,
  inflate: (bytes: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>,
  bytes: Buffer,
  limit: number,
): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: limit, chunkSize: Math.min(PIECE_BYTES, limit) });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") {
      throw tooLarge(limit);
    }
    throw new Error(`its ${name} data are damaged: ${error instanceof Error ? error.message : error}`);
  }
}

/** Bare snappy, or the stream of snappy-java, which is what Java's producer writes. */
async function unsnappyRecords(bytes: Buffer, limit: number): Promise<Buffer> {
  const { snappyDecompress } = await import("@platformatic/wasm-utils/bundled");
  const decompress = (block: Buffer): Buffer => {
    try {
      return snappyDecompress(block);
    } catch {
      throw new Error("its snappy data are damaged");
    }
  };
  if (!bytes.subarray(0, SNAPPY_STREAM_MAGIC.length).equals(SNAPPY_STREAM_MAGIC)) {
    if (snappyLength(bytes) > limit) throw tooLarge(limit);
    return decompress(bytes);
  }
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = SNAPPY_STREAM_HEADER_BYTES; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1;
    const end = at + 4 + length;
    if (length <= 0 || end > bytes.length) throw new Error("its snappy stream is cut off");
    const block = bytes.subarray(at + 4, end);
    total += snappyLength(block);
    if (total > limit) throw tooLarge(limit);
    blocks.push(block);
    at = end;
  }
  const whole = Buffer.allocUnsafeSlow(total);
  let end = 0;
  for (const block of blocks) end += decompress(block).copy(whole, end);
  return whole.subarray(0, end);
}

/** How long the block says that it will be. */
function snappyLength(block: Buffer): number {
  let length = 0;
  for (let at = 0, unit = 1; at < 5; at++, unit *= 128) {
    const byte = block[at] ?? 0;
    length += (byte & 0x7f) * unit;
    if (byte < 0x80) return length;
  }
  throw new Error("its snappy data are damaged");
}

/** LZ4 frames. How long they get is told by the number of their blocks. */
async function unlz4Records(bytes: Buffer, limit: number): Promise<Buffer> {
  const { lz4Decompress } = await import("@platformatic/wasm-utils/bundled");
  if (leastLz4Length(bytes) > limit) throw tooLarge(limit);
  let whole: Buffer;
  try {
    whole = lz4Decompress(bytes);
  } catch {
    throw new Error("its LZ4 data are damaged");
  }
  if (whole.length > limit) throw tooLarge(limit); // by the last block, which has 4 MiB at most
  return whole;
}

/** All blocks but the last one are full. */
function leastLz4Length(bytes: Buffer): number {
  if (bytes.length < 15 || bytes.readUInt32LE(0) !== LZ4_MAGIC) {
    throw new Error("its LZ4 data are damaged: no frame");
  }
  const flags = bytes[4]!;
  const contentSize = (flags & 0x08) === 0 ? 0 : 8;
  const dictionary = (flags & 0x01) === 0 ? 0 : 4;
  const checksum = (flags & 0x10) === 0 ? 0 : 4;
  const blockBytes = 2 ** (8 + 2 * ((bytes[5]! >> 4) & 7));
  let blocks = 0;
  let at = 7 + contentSize + dictionary;
  while (at + 4 <= bytes.length) {
    const field = bytes.readUInt32LE(at);
    if (field === 0) return Math.max(0, blocks - 1) * blockBytes;
    at += 4 + (field & 0x7fff_ffff) + checksum;
    blocks++;
  }
  throw new Error("its LZ4 data are cut off");
}

function tooLarge(limit: number): Error {
  return new Error(`it would be more than ${limit} bytes when decompressed`);
}
