import { type Event, headersAsText } from "../events/event.ts";
import { javaHashOrder } from "../kafka/avro-event.ts";
import { javaUtf8 } from "../kafka/murmur2.ts";

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
  for (const event of events) parts.push(headersBefore(event.headers), event.body, LINE_END);
  return Buffer.concat(parts);
}

/** `{header=value} body` and nothing after it: Flume's `HEADER_AND_TEXT` with appendNewline=false. */
export function headerAndTextBodies(events: readonly Event[]): Buffer {
  const parts: Buffer[] = [];
  for (const event of events) parts.push(headersBefore(event.headers), event.body);
  return Buffer.concat(parts);
}

/** `{header=value} `, in the order of Java's `HashMap`, which Flume's events have. */
export function headersBefore(headers: ReadonlyMap<string, string>): Buffer {
  const names = headers.size > 1 ? javaHashOrder([...headers.keys()]) : headers.keys();
  const ordered = new Map<string, string>();
  for (const name of names) ordered.set(name, headers.get(name)!);
  return javaUtf8(`${headersAsText(ordered)} `);
}
