import { VarintReader } from "./varint.ts";

/**
 * Finds the body inside an AvroFlumeEvent `{ map<string> headers; bytes body }` in Avro's binary form.
 *
 * @param reader stands at the beginning of the event, and at the beginning of the body afterwards.
 * @param end where the event ends.
 * @returns the length of the body.
 * @throws RangeError that says why this is no AvroFlumeEvent.
 */
export function locateFlumeBody(reader: VarintReader, end: number): number {
  for (let count = blockCount(reader, end); count > 0; count = blockCount(reader, end)) {
    for (; count > 0; count--) {
      skipText(reader, end);
      skipText(reader, end);
    }
  }
  return lengthWithin(reader, end);
}

/** The headers of an event in which `locateFlumeBody` has found a body. */
export function flumeHeaders(bytes: Buffer, start: number, end: number): Map<string, string> {
  const headers = new Map<string, string>();
  const reader = new VarintReader(bytes);
  reader.at = start;
  for (let count = blockCount(reader, end); count > 0; count = blockCount(reader, end)) {
    for (; count > 0; count--) {
      const name = readText(reader, end);
      headers.set(name, readText(reader, end));
    }
  }
  return headers;
}

/** Entries of the next block of a map, 0 at its end. A negative count has the block's bytes behind it. */
function blockCount(reader: VarintReader, end: number): number {
  const count = reader.next();
  if (count < 0) reader.next();
  // Each entry has two bytes at least.
  if (reader.at > end || Math.abs(count) * 2 > end - reader.at)
    throw new RangeError("its map of headers is cut off");
  return Math.abs(count);
}

function skipText(reader: VarintReader, end: number): void {
  const length = lengthWithin(reader, end);
  reader.at += length;
}

function readText(reader: VarintReader, end: number): string {
  const length = lengthWithin(reader, end);
  const start = reader.at;
  reader.at += length;
  return reader.bytes.toString("utf8", start, reader.at);
}

function lengthWithin(reader: VarintReader, end: number): number {
  const length = reader.next();
  if (length < 0) throw new RangeError("a length in it is negative");
  if (reader.at + length > end) throw new RangeError("a length in it goes beyond its end");
  return length;
}
