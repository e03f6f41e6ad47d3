import type { Receipt } from "./receipt.ts";

/** One event on its way through the pipeline, as Flume's `Event`. */
export interface Event {
  /** Flume's headers. Insertion order is kept. */
  readonly headers: Map<string, string>;
  /** The bytes. May be a slice of a larger chunk: never written to. */
  readonly body: Buffer;
  /** For events of a source that commits offsets: channels hold it until the event is delivered. */
  readonly receipt?: Receipt;
}

/** An event without headers; the body is kept, not copied. Flume's `EventBuilder.withBody`. */
export function eventOf(body: Buffer): Event {
  return { headers: new Map(), body };
}

/** Headers as `java.util.Map.toString` prints them: `{host=web1, timestamp=1}`. */
export function headersAsText(headers: ReadonlyMap<string, string>): string {
  let text = "";
  for (const [name, value] of headers) text += `${text === "" ? "" : ", "}${name}=${value}`;
  return `{${text}}`;
}
