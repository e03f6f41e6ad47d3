import type { FileSerializerFactory } from "../../serializers/file-serializer.ts";
import { OutputBuffer } from "../../serializers/output-buffer.ts";
import type { HadoopCodec } from "./codecs.ts";
import type { FileEncoder, FileFormat } from "./file-format.ts";

/**
 * `hdfs.fileType = CompressedStream`: what the serializer writes, compressed, a stream of the codec for each flush;
 * Flume's `HDFSCompressedDataStream`. Readers take the streams of a file as one.
 */
export function compressedStream(codec: HadoopCodec, serializer: FileSerializerFactory): FileFormat {
  return {
    extension: codec.extension,
    encoder: () => new CompressedStreamEncoder(codec, serializer),
  };
}

class CompressedStreamEncoder implements FileEncoder {
  readonly #plain = new OutputBuffer();
  readonly #codec: HadoopCodec;
  readonly #serializer;

  constructor(codec: HadoopCodec, serializer: FileSerializerFactory) {
    this.#codec = codec;
    this.#serializer = serializer();
    this.#serializer.begin?.(this.#plain);
  }

  get size(): number {
    return this.#plain.length;
  }

  append(bytes: Buffer, start: number, end: number, headers: ReadonlyMap<string, string>): void {
    this.#serializer.write(this.#plain, bytes, start, end, headers);
  }

  take(): Buffer | Promise<Buffer> {
    this.#serializer.flush?.(this.#plain);
    const plain = this.#plain.filled();
    return plain.length === 0 ? plain : this.#codec.compress(plain);
  }

  release(): void {
    this.#plain.clear();
  }
}
