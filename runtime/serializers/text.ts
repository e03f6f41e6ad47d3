import { type Event, headersAsText } from "../events/event.ts";

/** The bytes of a batch as a file holds them. */
export type EventSerializer = (events: readonly Event[]) => Buffer;

const LINE_END = Buffer.from("\n");

/** Bodies, each with a newline after it: Flume's `TEXT`, `BodyTextEventSerializer` with appendNewline. */
export function textLines(events: readonly Event[]): Buffer {
  const parts: Buffer[] = [];
  for (const event of events) parts.push(event.body, LINE_END);
  return Buffer.concat(parts);
}

/** Bodies and nothing between them: Flume's `TEXT` with appendNewline=false. */
export function textBodies(events: readonly Event[]): Buffer {
  return Buffer.concat(events.map((event) => event.body));
}

/** `{header=value} body` and a newline: Flume's `HEADER_AND_TEXT`, with appendNewline. */
export function headerAndTextLines(events: readonly Event[]): Buffer {
  const parts: Buffer[] = [];
  for (const event of events) parts.push(headersBefore(event), event.body, LINE_END);
  return Buffer.concat(parts);
}

/** `{header=value} body` and nothing after it: Flume's `HEADER_AND_TEXT` with appendNewline=false. */
export function headerAndTextBodies(events: readonly Event[]): Buffer {
  const parts: Buffer[] = [];
  for (const event of events) parts.push(headersBefore(event), event.body);
  return Buffer.concat(parts);
}

function headersBefore(event: Event): Buffer {
  return Buffer.from(`${headersAsText(event.headers)} `, "utf8");
}
