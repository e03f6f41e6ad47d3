import { randomBytes } from "node:crypto";
import { timestampOf } from "../../escapes/event-time.ts";
import { OutputBuffer } from "../../serializers/output-buffer.ts";
import type { HadoopCodec } from "./codecs.ts";
import type { FileEncoder, FileFormat } from "./file-format.ts";

/** `hdfs.writeFormat`: what the values of a SequenceFile are. */
export type WriteFormat = "Writable" | "Text";

/** Bytes of keys and values after which a compressed block ends: Hadoop's `io.seqfile.compress.blocksize`. */
const SEQUENCE_BLOCK_BYTES = 1_000_000;

/** Bytes between sync markers: Hadoop's `SYNC_INTERVAL`. */
const SYNC_INTERVAL = 102_400;

/** A key: eight bytes. */
const KEY_BYTES = 8;

/**
 * `hdfs.fileType = SequenceFile`: Hadoop's format, version 6, with the event's time as the key and its body as the
 * value; Flume's `HDFSSequenceFile`. With a codec, in compressed blocks.
 */
export function sequenceFile(writeFormat: WriteFormat, codec?: HadoopCodec): FileFormat {
  if (codec === undefined) return { extension: "", encoder: () => new SequenceFileEncoder(writeFormat) };
  return { extension: codec.extension, encoder: () => new BlockSequenceFileEncoder(writeFormat, codec) };
}

class SequenceFileEncoder implements FileEncoder {
  readonly #out = new OutputBuffer();
  readonly #marker = randomBytes(16);
  readonly #isText: boolean;
  /** Bytes taken before those in the buffer. */
  #taken = 0;
  #lastSync: number;

  constructor(writeFormat: WriteFormat) {
    this.#isText = writeFormat === "Text";
    appendSequenceHeader(this.#out, writeFormat, undefined, this.#marker);
    this.#lastSync = this.#out.length;
  }

  get size(): number {
    return this.#out.length;
  }

  append(bytes: Buffer, start: number, end: number, headers: ReadonlyMap<string, string>): void {
    const out = this.#out;
    if (this.#taken + out.length >= this.#lastSync + SYNC_INTERVAL) this.#sync();
    const length = end - start;
    const prefix = this.#isText ? vintLength(length) : 4;
    out.appendInt32(KEY_BYTES + prefix + length);
    out.appendInt32(KEY_BYTES);
    appendTime(out, timestampOf(headers));
    if (this.#isText) appendVint(out, length);
    else out.appendInt32(length);
    out.append(bytes, start, end);
  }

  take(): Buffer {
    if (this.#taken + this.#out.length > this.#lastSync) this.#sync();
    const bytes = this.#out.filled();
    this.#taken += bytes.length;
    return bytes;
  }

  release(): void {
    this.#out.clear();
  }

  /** A length of -1 says that the marker follows. */
  #sync(): void {
    this.#out.appendInt32(-1);
    this.#out.append(this.#marker, 0, this.#marker.length);
    this.#lastSync = this.#taken + this.#out.length;
  }
}

class BlockSequenceFileEncoder implements FileEncoder {
  readonly #codec: HadoopCodec;
  readonly #isText: boolean;
  readonly #marker = randomBytes(16);
  readonly #head = new OutputBuffer();
  readonly #keys = new OutputBuffer();
  readonly #values = new OutputBuffer();
  readonly #keyLengths = new OutputBuffer();
  readonly #valueLengths = new OutputBuffer();
  #records = 0;
  #finished: Promise<Buffer>[] = [];
  /** Bytes in the blocks that are finished, before compression. */
  #finishedBytes = 0;

  constructor(writeFormat: WriteFormat, codec: HadoopCodec) {
    this.#codec = codec;
    this.#isText = writeFormat === "Text";
    appendSequenceHeader(this.#head, writeFormat, codec, this.#marker);
  }

  get size(): number {
    return this.#head.length + this.#finishedBytes + this.#keys.length + this.#values.length;
  }

  append(bytes: Buffer, start: number, end: number, headers: ReadonlyMap<string, string>): void {
    const length = end - start;
    appendTime(this.#keys, timestampOf(headers));
    appendVint(this.#keyLengths, KEY_BYTES);
    if (this.#isText) appendVint(this.#values, length);
    else this.#values.appendInt32(length);
    appendVint(this.#valueLengths, (this.#isText ? vintLength(length) : 4) + length);
    this.#values.append(bytes, start, end);
    this.#records++;
    if (this.#keys.length + this.#values.length >= SEQUENCE_BLOCK_BYTES) this.#endBlock();
  }

  async take(): Promise<Buffer> {
    this.#endBlock();
    const head = Buffer.from(this.#head.filled());
    const blocks = this.#finished;
    this.#head.clear();
    this.#finished = [];
    this.#finishedBytes = 0;
    return Buffer.concat([head, ...(await Promise.all(blocks))]);
  }

  release(): void {}

  #endBlock(): void {
    if (this.#records === 0) return;
    const start = new OutputBuffer();
    start.appendInt32(-1);
    start.append(this.#marker, 0, this.#marker.length);
    appendVint(start, this.#records);
    // Copies: the buffers fill up with the next block while this one is compressed.
    const all = [this.#keyLengths, this.#keys, this.#valueLengths, this.#values].map((buffer) => {
      const bytes = Buffer.from(buffer.filled());
      buffer.clear();
      return bytes;
    });
    for (const { length } of all) this.#finishedBytes += length;
    this.#records = 0;
    const block = sequenceBlock(start.filled(), all, this.#codec);
    // Who takes it meets the error; until then it has been dealt with.
    block.catch(() => undefined);
    this.#finished.push(block);
  }
}

async function sequenceBlock(start: Buffer, buffers: readonly Buffer[], codec: HadoopCodec): Promise<Buffer> {
  const compressed = await Promise.all(buffers.map((buffer) => codec.compress(buffer)));
  const parts = [start];
  for (const bytes of compressed) {
    const length = new OutputBuffer();
    appendVint(length, bytes.length);
    parts.push(length.filled(), bytes);
  }
  return Buffer.concat(parts);
}

function appendSequenceHeader(
  out: OutputBuffer,
  writeFormat: WriteFormat,
  codec: HadoopCodec | undefined,
  marker: Buffer,
): void {
  out.append(Buffer.from("SEQ\x06", "latin1"), 0, 4);
  appendText(out, "org.apache.hadoop.io.LongWritable");
  appendText(out, `org.apache.hadoop.io.${writeFormat === "Text" ? "Text" : "BytesWritable"}`);
  const isCompressed = codec === undefined ? 0 : 1;
  out.appendByte(isCompressed);
  // In blocks.
  out.appendByte(isCompressed);
  if (codec !== undefined) appendText(out, codec.className);
  // No metadata.
  out.appendInt32(0);
  out.append(marker, 0, marker.length);
}

function appendText(out: OutputBuffer, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  appendVint(out, bytes.length);
  out.append(bytes, 0, bytes.length);
}

/** A `LongWritable`. */
function appendTime(out: OutputBuffer, time: number): void {
  out.appendInt32(Math.floor(time / 2 ** 32));
  out.appendInt32(time | 0);
}

/** A non-negative number as Hadoop's `WritableUtils.writeVInt`. */
function appendVint(out: OutputBuffer, value: number): void {
  if (value <= 127) {
    out.appendByte(value);
    return;
  }
  const bytes = vintLength(value) - 1;
  out.appendByte(256 - 112 - bytes);
  for (let shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.appendByte((value >> shift) & 0xff);
}

function vintLength(value: number): number {
  return value <= 127 ? 1 : 1 + Math.ceil((32 - Math.clz32(value)) / 8);
}
