import { createRequire } from "node:module";

/** One record as kafkajs reads it. */
export interface DecodedRecord {
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer>;
}

/** A record batch as kafkajs reads it. */
export interface DecodedBatch {
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly records: readonly DecodedRecord[];
}

const load = createRequire(import.meta.url);
const Decoder = load("kafkajs/src/protocol/decoder.js") as new (bytes: Buffer) => object;
const decodeBatch = load("kafkajs/src/protocol/recordBatch/v0/decoder.js") as (
  decoder: object,
) => Promise<DecodedBatch>;

/** Reads a record batch with code that is not ours. */
export function decodeWithKafkajs(batch: Buffer): Promise<DecodedBatch> {
  return decodeBatch(new Decoder(batch));
}

/** CRC-32C one bit at a time: slow, and plainly right. */
export function plainCrc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
