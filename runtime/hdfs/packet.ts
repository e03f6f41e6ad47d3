import { crc32cOfChunks } from "../kafka/crc32c.ts";

/** Bytes under one checksum. */
export const CHUNK_BYTES = 512;
/** What a packet holds at most: with checksums and header just below 64 KiB, as Hadoop's own client cuts them. */
export const PACKET_DATA_BYTES = 126 * CHUNK_BYTES;

const CHECKSUM_BYTES = 4;
/** Length of packet, length of header, header: all its fields are of fixed length. */
const HEADER_BYTES = 27;
const HEAD_BYTES = 6 + HEADER_BYTES;
const DATA_AT = HEAD_BYTES + (PACKET_DATA_BYTES / CHUNK_BYTES) * CHECKSUM_BYTES;
const HEARTBEAT_SEQUENCE = -1;

/** What a packet says of itself. */
export interface PacketHeader {
  /** Of its first byte. A multiple of the chunk; bytes that were sent before may come again. */
  readonly offset: number;
  /** Packets of a block count from 0. */
  readonly sequence: number;
  /** An empty packet that ends the block. */
  readonly last: boolean;
  /** The DataNodes are to put the block's bytes on their disks before they acknowledge it. */
  readonly sync: boolean;
}

/** A packet of the data transfer protocol while it is filled. Its memory is used again and again. */
export class Packet {
  readonly #bytes = Buffer.allocUnsafeSlow(DATA_AT + PACKET_DATA_BYTES);
  #end = DATA_AT;

  /** Bytes in it. */
  get length(): number {
    return this.#end - DATA_AT;
  }

  /** Bytes that fit into it. */
  get room(): number {
    return this.#bytes.length - this.#end;
  }

  clear(): void {
    this.#end = DATA_AT;
  }

  /** Copies bytes into it, for which there is room. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#end);
    this.#end += end - start;
  }

  /** The bytes of its last chunk, where that is not whole. */
  tail(): Buffer {
    return this.#bytes.subarray(this.#end - (this.length % CHUNK_BYTES), this.#end);
  }

  /** What goes over the wire; valid until it is cleared. */
  seal(header: PacketHeader): Buffer {
    const checksums = Math.ceil(this.length / CHUNK_BYTES) * CHECKSUM_BYTES;
    const checksumsAt = DATA_AT - checksums;
    crc32cOfChunks(this.#bytes, DATA_AT, this.#end, CHUNK_BYTES, this.#bytes, checksumsAt);
    writePacketHead(this.#bytes, checksumsAt - HEAD_BYTES, header, checksums, this.length);
    return this.#bytes.subarray(checksumsAt - HEAD_BYTES, this.#end);
  }
}

/** A packet without data: the end of a block, or an order to sync. */
export function emptyPacket(header: PacketHeader): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES);
  writePacketHead(bytes, 0, header, 0, 0);
  return bytes;
}

/** Shows DataNodes, which hang up on a silent writer, that this one lives. */
export function heartbeatPacket(): Buffer {
  return emptyPacket({ offset: 0, sequence: HEARTBEAT_SEQUENCE, last: false, sync: false });
}

/** `PacketHeaderProto`: two sfixed64, a bool, an sfixed32, a bool. */
function writePacketHead(
  bytes: Buffer,
  start: number,
  header: PacketHeader,
  checksums: number,
  data: number,
): void {
  let at = bytes.writeInt32BE(4 + checksums + data, start);
  at = bytes.writeInt16BE(HEADER_BYTES, at);
  bytes[at++] = 0x09;
  at = writeInt64LE(bytes, header.offset, at);
  bytes[at++] = 0x11;
  at = writeInt64LE(bytes, header.sequence, at);
  bytes[at++] = 0x18;
  bytes[at++] = header.last ? 1 : 0;
  bytes[at++] = 0x25;
  at = bytes.writeInt32LE(data, at);
  bytes[at++] = 0x28;
  bytes[at] = header.sync ? 1 : 0;
}

function writeInt64LE(bytes: Buffer, value: number, at: number): number {
  bytes.writeInt32LE(value | 0, at);
  return bytes.writeInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
}
