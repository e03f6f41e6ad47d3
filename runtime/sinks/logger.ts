import type { SinkComponent } from "../agent/component.ts";
import type { EventSink } from "../agent/lifecycle.ts";
import { type Event, headersAsText } from "../events/event.ts";

/** Bytes of a body that Flume's logger sink shows, whatever `maxBytesToLog` says. */
const BYTES_SHOWN = 16;

/** Flume's `LoggerSink`: each event as a line of the log, at level info. */
export class LoggerSink implements EventSink {
  readonly #sink: SinkComponent;

  constructor(sink: SinkComponent) {
    this.#sink = sink;
  }

  /**
   * Logs the events of one batch.
   *
   * @throws Error when whoever reads the log does not keep up: the events are logged again then.
   */
  deliver(events: readonly Event[]): void {
    const log = this.#sink.log;
    if (!log.isEnabled("info")) return;
    for (const event of events) {
      if (!log.info(`Event: ${dumpEvent(event)}`)) throw new Error("nobody reads the log");
    }
  }
}

/** An event as Flume's `EventHelper.dumpEvent` has it: `{ headers:{} body: 68 65 6C 6C 6F … hello }`. */
export function dumpEvent(event: Event): string {
  let hex = "";
  let ascii = "";
  const count = Math.min(event.body.length, BYTES_SHOWN);
  for (let i = 0; i < count; i++) {
    const byte = event.body[i]!;
    hex += ` ${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    ascii += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
  }
  const body = count === 0 ? "" : `${hex.padEnd(BYTES_SHOWN * 3)} ${ascii}`;
  return `{ headers:${headersAsText(event.headers)} body:${body} }`;
}
