import type { SinkComponent } from "../agent/component.ts";
import type { RunningSink } from "../agent/lifecycle.ts";
import type { FetchedRecords } from "../kafka/fetched-records.ts";
import type { PathManager } from "./path-manager.ts";
import { type BatchPieces, type FileRollOptions, RollFile } from "./roll-file.ts";

/** Whether each body is followed by a newline: `sink.serializer.appendNewline`. */
export interface FileRollRecordOptions extends FileRollOptions {
  readonly appendNewline: boolean;
}

/** Bytes of a write; a body that is longer is written by itself. */
const WRITE_BYTES = 524_288;
const RECORD_END = 10; // newline

/**
 * `FileRollSink` for records as they come from Kafka, with the serializer `TEXT`: bodies are copied once, from what
 * Kafka has sent into what is written, with no object an event.
 */
export class FileRollRecordSink implements RunningSink {
  readonly #file: RollFile;
  readonly #appendNewline: boolean;
  /** Used again for each write. */
  readonly #buffer = Buffer.allocUnsafeSlow(WRITE_BYTES);

  constructor(sink: SinkComponent, options: FileRollRecordOptions, paths: PathManager) {
    this.#file = new RollFile(sink, options, paths);
    this.#appendNewline = options.appendNewline;
  }

  /** As `RollFile.start`. */
  start(): Promise<void> {
    return this.#file.start();
  }

  /** Writes the bodies, all or none; once it resolves, they are with the operating system. */
  deliver(batches: readonly FetchedRecords[]): Promise<void> {
    return this.#file.write(() => this.#pieces(batches));
  }

  stop(): Promise<void> {
    return this.#file.stop();
  }

  *#pieces(batches: readonly FetchedRecords[]): BatchPieces {
    const buffer = this.#buffer;
    const ending = this.#appendNewline ? 1 : 0;
    let filled = 0;
    for (const { bytes, starts, ends, count } of batches) {
      for (let i = 0; i < count; i++) {
        const start = starts[i]!;
        const end = ends[i]!;
        if (filled + end - start + ending > WRITE_BYTES) {
          yield buffer.subarray(0, filled);
          filled = 0;
        }
        if (end - start + ending > WRITE_BYTES) yield bytes.subarray(start, end);
        else {
          bytes.copy(buffer, filled, start, end);
          filled += end - start;
        }
        if (ending === 1) buffer[filled++] = RECORD_END;
      }
    }
    yield buffer.subarray(0, filled);
  }
}
