import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";

// Decoders of the compressed formats that are not the program's: slow, plainly right, and held to what Java writes.

/** What Kafka calls snappy: bare snappy, or the stream of snappy-java, which is what Java writes. */
export function unsnappyRecords(bytes: Buffer): Buffer {
  if (bytes.subarray(0, 8).toString("latin1") !== "\u0082SNAPPY\0") return unsnappy(bytes);
  const blocks: Buffer[] = [];
  for (let at = 16; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    blocks.push(unsnappy(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function unsnappy(bytes: Buffer): Buffer {
  let at = 0;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const out = new Output(size);
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const kind = tag & 3;
    const six = tag >> 2;
    if (kind === 0) {
      const more = Math.max(0, six - 59);
      const length = more === 0 ? six + 1 : bytes.readUIntLE(at, more) + 1;
      out.literal(bytes, at + more, length);
      at += more + length;
    } else if (kind === 1) {
      out.copy(((tag >> 5) << 8) | bytes[at++]!, (six & 7) + 4);
    } else {
      const width = kind === 2 ? 2 : 4;
      out.copy(bytes.readUIntLE(at, width), six + 1);
      at += width;
    }
  }
  return out.whole(size);
}

/** One LZ4 frame with independent blocks, which is all that Java's consumer reads. */
export function unlz4Records(bytes: Buffer): Buffer {
  if (bytes.readUInt32LE(0) !== 0x184d2204) throw new Error("this is no LZ4 frame");
  const flags = bytes[4]!;
  if (flags >> 6 !== 1 || (flags & 0x20) === 0) throw new Error(`blocks are not independent: ${flags}`);
  if ((flags & 0x09) !== 0) throw new Error(`Java reads neither content size nor dictionary here: ${flags}`);
  const afterBlock = (flags & 0x10) === 0 ? 0 : 4;
  const largestBlock = 2 ** (8 + 2 * ((bytes[5]! >> 4) & 7));
  const blocks: Buffer[] = [];
  let at = 7;
  for (;;) {
    const field = bytes.readUInt32LE(at);
    at += 4;
    if (field === 0) break;
    const length = field & 0x7fff_ffff;
    const block = bytes.subarray(at, at + length);
    blocks.push(field > 0x7fff_ffff ? block : unlz4(block, largestBlock));
    at += length + afterBlock;
  }
  if (at + ((flags & 0x04) === 0 ? 0 : 4) !== bytes.length) throw new Error("something follows the frame");
  return Buffer.concat(blocks);
}

function unlz4(bytes: Buffer, largest: number): Buffer {
  const out = new Output(largest);
  let at = 0;
  const longer = (nibble: number) => {
    let length = nibble;
    if (nibble === 15) for (let byte = 255; byte === 255; length += byte) byte = bytes[at++]!;
    return length;
  };
  while (at < bytes.length) {
    const token = bytes[at++]!;
    const length = longer(token >> 4);
    out.literal(bytes, at, length);
    at += length;
    if (at === bytes.length) break;
    const offset = bytes.readUInt16LE(at);
    at += 2;
    out.copy(offset, longer(token & 15) + 4);
  }
  return out.whole();
}

class Output {
  readonly #bytes: Buffer;
  #end = 0;

  constructor(most: number) {
    this.#bytes = Buffer.alloc(most);
  }

  literal(from: Buffer, start: number, length: number): void {
    if (from.copy(this.#bytes, this.#end, start, start + length) !== length) throw new Error("cut off");
    this.#end += length;
  }

  copy(offset: number, length: number): void {
    if (offset < 1 || offset > this.#end) throw new Error(`a copy from ${offset} bytes before the beginning`);
    if (this.#end + length > this.#bytes.length) throw new Error("more than it says");
    for (const end = this.#end + length; this.#end < end; this.#end++) {
      this.#bytes[this.#end] = this.#bytes[this.#end - offset]!;
    }
  }

  whole(size = this.#end): Buffer {
    if (this.#end !== size) throw new Error(`${this.#end} bytes where ${size} are promised`);
    return this.#bytes.subarray(0, this.#end);
  }
}

/** kafkajs reads gzip by itself; with this also the other codecs. */
export function teachKafkajsCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const reads = (decompress: (bytes: Buffer) => Promise<Buffer>) => () => ({
    compress: () => Promise.reject(new Error("not used")),
    decompress,
  });
  CompressionCodecs[CompressionTypes.Snappy] = reads(async (bytes) => unsnappyRecords(bytes));
  CompressionCodecs[CompressionTypes.LZ4] = reads(async (bytes) => unlz4Records(bytes));
  CompressionCodecs[CompressionTypes.ZSTD] = reads(promisify<Buffer, Buffer>(zstdDecompress));
}
