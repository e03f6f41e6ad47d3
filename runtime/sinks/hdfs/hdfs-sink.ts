import type { SinkComponent } from "../../agent/component.ts";
import type { EventSink } from "../../agent/lifecycle.ts";
import type { Event } from "../../events/event.ts";
import type { FileSystem } from "../../hdfs/file-system.ts";
import type { HeldBackEvents } from "../held-back.ts";
import { type Bucket, type BucketPart, BucketWriters } from "./bucket-writers.ts";
import type { FileEncoder, FileFormat } from "./file-format.ts";
import type { HdfsOptions } from "./options.ts";
import type { EventBatch } from "./slice.ts";

/** Flume's properties of the HDFS sink. */
export interface HdfsSinkOptions extends HdfsOptions {
  /** `hdfs.path` without scheme and authority: as it stands, or with its escapes compiled. */
  readonly path: string | ((event: Event) => string);
  /** `hdfs.filePrefix`, the same. */
  readonly filePrefix: string | ((event: Event) => string);
}

/**
 * Writes events to files in HDFS: Flume's `HDFSEventSink`. A batch is delivered when every file that it touched is
 * flushed to all DataNodes, and those that were rolled are closed.
 */
export class HdfsSink implements EventSink {
  readonly #writers: BucketWriters;
  readonly #pathOf: (event: Event) => string;
  readonly #prefixOf: (event: Event) => string;

  constructor(sink: SinkComponent, fileSystem: FileSystem, options: HdfsSinkOptions, format: FileFormat) {
    const { path, filePrefix } = options;
    this.#writers = new BucketWriters(sink, fileSystem, options, format);
    this.#pathOf = typeof path === "string" ? () => path : path;
    this.#prefixOf = typeof filePrefix === "string" ? () => filePrefix : filePrefix;
  }

  start(): void {
    this.#writers.start();
  }

  /** Resolves when the events are durable, or with those that wait; then it goes on with them by itself. */
  async deliver(events: readonly Event[]): Promise<HeldBackEvents | undefined> {
    const batch = new Events(events);
    const places = new Map<Bucket, number[]>();
    for (let i = 0; i < events.length; i++) {
      const event = events[i]!;
      const bucket = this.#writers.bucket(this.#pathOf(event), this.#prefixOf(event));
      const indices = places.get(bucket);
      if (indices === undefined) places.set(bucket, [i]);
      else indices.push(i);
    }
    const parts: BucketPart[] = [];
    for (const [bucket, indices] of places) parts.push({ bucket, batch, indices });
    const heldBack = await this.#writers.deliver(parts, () => new Set(events.map(({ body }) => body.buffer)));
    if (heldBack === undefined) return undefined;
    const waiting = new Set<Event>();
    for (const { indices, durable } of heldBack.waiting)
      for (const i of indices!.slice(durable)) waiting.add(events[i]!);
    return { later: heldBack.later, hurry: heldBack.hurry, waiting };
  }

  stop(): Promise<void> {
    return this.#writers.stop();
  }
}

class Events implements EventBatch {
  readonly #events: readonly Event[];

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  get count(): number {
    return this.#events.length;
  }

  sizeOf(i: number): number {
    return this.#events[i]!.body.length;
  }

  append(encoder: FileEncoder, i: number): void {
    const { body, headers } = this.#events[i]!;
    encoder.append(body, 0, body.length, headers);
  }
}
