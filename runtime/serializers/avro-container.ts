import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { javaHashOrder } from "../kafka/avro-event.ts";
import { javaUtf8 } from "../kafka/murmur2.ts";
import type { FileSerializer, FileSerializerFactory } from "./file-serializer.ts";
import { OutputBuffer } from "./output-buffer.ts";

/** A codec of Avro's container files, by its name there. */
export interface AvroCodec {
  readonly name: string;
  compress(block: Buffer): Buffer;
}

/** `serializer.compressionCodec = deflate`: raw DEFLATE. */
export const avroDeflate: AvroCodec = { name: "deflate", compress: (block) => deflateRawSync(block) };

/** Flume's properties of `AVRO_EVENT`. */
export interface AvroEventOptions {
  /** Bytes after which a block of the container ends, before compression. */
  readonly syncIntervalBytes: number;
  /** Absent: none. */
  readonly codec?: AvroCodec;
}

/** Flume's schema of an event, as Avro prints it. */
const EVENT_SCHEMA =
  '{"type":"record","name":"Event","fields":[{"name":"headers","type":{"type":"map","values":"string"}},{"name":"body","type":"bytes"}]}';

/**
 * Events in an Avro container file: Flume's `AVRO_EVENT`, `FlumeEventAvroEventSerializer`. Byte for byte as Flume
 * writes it, but for the sync marker, which is random in both.
 */
export function avroEventSerializer(options: AvroEventOptions): FileSerializerFactory {
  return () => new AvroEventSerializer(options);
}

class AvroEventSerializer implements FileSerializer {
  readonly #options: AvroEventOptions;
  readonly #marker = randomBytes(16);
  readonly #block = new OutputBuffer();
  #events = 0;

  constructor(options: AvroEventOptions) {
    this.#options = options;
  }

  begin(out: OutputBuffer): void {
    appendBytes(out, Buffer.from("Obj\x01", "latin1"));
    const metadata = new Map([
      ["avro.schema", EVENT_SCHEMA],
      ["avro.codec", this.#options.codec?.name ?? "null"],
    ]);
    appendMap(out, metadata, metadata.keys());
    appendBytes(out, this.#marker);
  }

  write(
    out: OutputBuffer,
    bytes: Buffer,
    start: number,
    end: number,
    headers: ReadonlyMap<string, string>,
  ): void {
    const block = this.#block;
    appendMap(block, headers, headers.size > 1 ? javaHashOrder([...headers.keys()]) : headers.keys());
    appendLong(block, end - start);
    block.append(bytes, start, end);
    this.#events++;
    if (block.length >= this.#options.syncIntervalBytes) this.flush(out);
  }

  flush(out: OutputBuffer): void {
    if (this.#events === 0) return;
    const plain = this.#block.filled();
    const data = this.#options.codec?.compress(plain) ?? plain;
    appendLong(out, this.#events);
    appendLong(out, data.length);
    appendBytes(out, data);
    appendBytes(out, this.#marker);
    this.#block.clear();
    this.#events = 0;
  }
}

function appendMap(out: OutputBuffer, map: ReadonlyMap<string, string>, order: Iterable<string>): void {
  if (map.size > 0) {
    appendLong(out, map.size);
    for (const name of order) {
      appendString(out, name);
      appendString(out, map.get(name)!);
    }
  }
  appendLong(out, 0);
}

function appendString(out: OutputBuffer, text: string): void {
  const bytes = javaUtf8(text);
  appendLong(out, bytes.length);
  appendBytes(out, bytes);
}

function appendBytes(out: OutputBuffer, bytes: Buffer): void {
  out.append(bytes, 0, bytes.length);
}

/** A non-negative integer as Avro's zigzag varint. */
function appendLong(out: OutputBuffer, value: number): void {
  let rest = value * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.appendByte((rest % 128) | 0x80);
  out.appendByte(rest);
}
