import { promisify } from "node:util";
import * as zlib from "node:zlib";

/**
 * Compresses the records of a batch, on a thread of libuv's pool. `codec` is Kafka's number of the codec, as it stands
 * in a batch's attributes. Node itself has gzip and zstd; `snappy` and `lz4` are refused when building.
 */
export type RecordCompression = (records: Buffer) => Promise<{ codec: number; bytes: Buffer }>;

/** Kafka's `compression.type = gzip`. */
export async function gzipRecords(records: Buffer): Promise<{ codec: number; bytes: Buffer }> {
  return { codec: 1, bytes: await promisify<Buffer, Buffer>(zlib.gzip)(records) };
}

/** Kafka's `compression.type = zstd`, for Node 22.15 and later. */
export async function zstdRecords(records: Buffer): Promise<{ codec: number; bytes: Buffer }> {
  return { codec: 4, bytes: await promisify<Buffer, Buffer>(zlib.zstdCompress)(records) };
}
