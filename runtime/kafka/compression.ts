import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** Kafka's `compression.type`, as far as Node itself can do it: `snappy` and `lz4` are refused when building. */
export type CompressionType = "none" | "gzip" | "zstd";

/** Kafka's numbers of the codecs, as they stand in a batch's attributes. */
const CODECS = { gzip: 1, zstd: 4 } as const;

/**
 * Compresses the records of a batch, on a thread of libuv's pool.
 *
 * @throws Error for zstd on a Node older than 22.15, which has none.
 */
export async function compress(
  type: Exclude<CompressionType, "none">,
  records: Buffer,
): Promise<{ codec: number; bytes: Buffer }> {
  return { codec: CODECS[type], bytes: await (type === "gzip" ? gzip : zstd)(records) };
}

function gzip(records: Buffer): Promise<Buffer> {
  return promisify<Buffer, Buffer>(zlib.gzip)(records);
}

function zstd(records: Buffer): Promise<Buffer> {
  return promisify<Buffer, Buffer>(zlib.zstdCompress)(records);
}
