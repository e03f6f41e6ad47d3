import type { SinkComponent } from "../agent/component.ts";
import type { EventSink } from "../agent/lifecycle.ts";
import type { Event } from "../events/event.ts";
import type { EventSerializer } from "../serializers/text.ts";
import type { PathManager } from "./path-manager.ts";
import { type FileRollOptions, RollFile } from "./roll-file.ts";

/** Events in local files: Flume's `RollingFileSink`, with the care of `RollFile`. */
export class FileRollSink implements EventSink {
  readonly #file: RollFile;
  readonly #serialize: EventSerializer;

  constructor(sink: SinkComponent, options: FileRollOptions, paths: PathManager, serialize: EventSerializer) {
    this.#file = new RollFile(sink, options, paths);
    this.#serialize = serialize;
  }

  /** As `RollFile.start`. */
  start(): Promise<void> {
    return this.#file.start();
  }

  /** Writes a batch; once it resolves, the bytes are with the operating system, as after Flume's flush. */
  deliver(events: readonly Event[]): Promise<void> {
    return this.#file.write(() => [this.#serialize(events)]);
  }

  stop(): Promise<void> {
    return this.#file.stop();
  }
}
