import type { SinkComponent } from "../../agent/component.ts";
import type { RunningSink } from "../../agent/lifecycle.ts";
import type { FileSystem } from "../../hdfs/file-system.ts";
import type { FetchedRecords } from "../../kafka/fetched-records.ts";
import type { HeldBack } from "../held-back.ts";
import { type BucketPart, BucketWriters } from "./bucket-writers.ts";
import type { FileEncoder, FileFormat } from "./file-format.ts";
import type { HdfsOptions } from "./options.ts";
import type { EventBatch } from "./slice.ts";

/** Flume's properties of an HDFS sink that takes records of Kafka. */
export interface HdfsRecordSinkOptions extends HdfsOptions {
  /** `hdfs.path` without scheme and authority: as it stands, or with its escapes compiled. */
  readonly path: string | ((records: FetchedRecords, i: number) => string);
  /** `hdfs.filePrefix`, the same. */
  readonly filePrefix: string | ((records: FetchedRecords, i: number) => string);
  /** The headers of record i, for formats that write them, or `timestamp`; absent: none. */
  readonly headers?: (records: FetchedRecords, i: number) => ReadonlyMap<string, string>;
}

/** Writes records of Kafka to files in HDFS, as `HdfsSink` does events; no object an event. */
export class HdfsRecordSink implements RunningSink {
  readonly #writers: BucketWriters;
  readonly #options: HdfsRecordSinkOptions;

  constructor(
    sink: SinkComponent,
    fileSystem: FileSystem,
    options: HdfsRecordSinkOptions,
    format: FileFormat,
  ) {
    this.#writers = new BucketWriters(sink, fileSystem, options, format);
    this.#options = options;
  }

  start(): void {
    this.#writers.start();
  }

  /** Resolves when the records are durable, or says that some wait; then it goes on with them by itself. */
  deliver(batches: readonly FetchedRecords[]): Promise<HeldBack | undefined> {
    const { headers = noHeaders } = this.#options;
    const parts: BucketPart[] = [];
    for (const records of batches) this.#route(new Records(records, headers), parts);
    return this.#writers.deliver(parts, () => new Set(batches.map(({ bytes }) => bytes.buffer)));
  }

  stop(): Promise<void> {
    return this.#writers.stop();
  }

  #route(batch: Records, parts: BucketPart[]): void {
    const { path, filePrefix } = this.#options;
    if (typeof path === "string" && typeof filePrefix === "string") {
      parts.push({ bucket: this.#writers.bucket(path, filePrefix), batch, indices: undefined });
      return;
    }
    const { records } = batch;
    const places = new Map<string, number[]>();
    let lastPath: string | undefined;
    let lastPrefix: string | undefined;
    let indices: number[] = [];
    for (let i = 0; i < records.count; i++) {
      const itsPath = typeof path === "string" ? path : path(records, i);
      const itsPrefix = typeof filePrefix === "string" ? filePrefix : filePrefix(records, i);
      // Neighbours often go to the same bucket.
      if (itsPath !== lastPath || itsPrefix !== lastPrefix) {
        lastPath = itsPath;
        lastPrefix = itsPrefix;
        const key = typeof filePrefix === "string" ? itsPath : `${itsPath}/${itsPrefix}`;
        const known = places.get(key);
        indices = known ?? [];
        if (known === undefined) {
          places.set(key, indices);
          parts.push({ bucket: this.#writers.bucket(itsPath, itsPrefix), batch, indices });
        }
      }
      indices.push(i);
    }
  }
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

function noHeaders(): ReadonlyMap<string, string> {
  return NO_HEADERS;
}

class Records implements EventBatch {
  readonly records: FetchedRecords;
  readonly #headers: (records: FetchedRecords, i: number) => ReadonlyMap<string, string>;

  constructor(
    records: FetchedRecords,
    headers: (records: FetchedRecords, i: number) => ReadonlyMap<string, string>,
  ) {
    this.records = records;
    this.#headers = headers;
  }

  get count(): number {
    return this.records.count;
  }

  sizeOf(i: number): number {
    return this.records.ends[i]! - this.records.starts[i]!;
  }

  append(encoder: FileEncoder, i: number): void {
    const { records } = this;
    encoder.append(records.bytes, records.starts[i]!, records.ends[i]!, this.#headers(records, i));
  }
}
