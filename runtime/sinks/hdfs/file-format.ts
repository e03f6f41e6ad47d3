import type { FileSerializerFactory } from "../../serializers/file-serializer.ts";
import { OutputBuffer } from "../../serializers/output-buffer.ts";

/** What `hdfs.fileType` says: how events become the bytes of a file. */
export interface FileFormat {
  /** The codec's extension, which a file gets where `hdfs.fileSuffix` is empty: `.gz`; empty without a codec. */
  readonly extension: string;
  /** For a new file. */
  encoder(): FileEncoder;
}

/** The encoder of one file. */
export interface FileEncoder {
  /** Bytes gathered since the last `take`, before compression. */
  readonly size: number;
  /** Adds an event, whose body is `bytes[start, end)`. */
  append(bytes: Buffer, start: number, end: number, headers: ReadonlyMap<string, string>): void;
  /**
   * What the file gets for the events since the last `take`: with it, all of them can be read although the file goes
   * on. Good until the next `append`. Empty where there were none.
   */
  take(): Buffer | Promise<Buffer>;
  /** The bytes of the last `take` are with the file system: their memory can be used again. */
  release(): void;
}

/** `hdfs.fileType = DataStream`: what the serializer writes, and nothing else; Flume's `HDFSDataStream`. */
export function dataStream(serializer: FileSerializerFactory): FileFormat {
  return { extension: "", encoder: () => new DataStreamEncoder(serializer) };
}

class DataStreamEncoder implements FileEncoder {
  readonly #out = new OutputBuffer();
  readonly #serializer;

  constructor(serializer: FileSerializerFactory) {
    this.#serializer = serializer();
    this.#serializer.begin?.(this.#out);
  }

  get size(): number {
    return this.#out.length;
  }

  append(bytes: Buffer, start: number, end: number, headers: ReadonlyMap<string, string>): void {
    this.#serializer.write(this.#out, bytes, start, end, headers);
  }

  take(): Buffer {
    this.#serializer.flush?.(this.#out);
    return this.#out.filled();
  }

  release(): void {
    this.#out.clear();
  }
}
