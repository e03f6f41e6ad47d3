import type { Event } from "../events/event.ts";
import { javaUtf8 } from "./murmur2.ts";

/**
 * An event as `AvroFlumeEvent { map<string> headers; bytes body }` in Avro's binary form, without container and
 * schema: what Flume's Kafka sink writes with `useFlumeEventFormat`, byte for byte, the order of the headers included.
 */
export function avroFlumeEvent({ headers, body }: Event): Buffer {
  const pieces: Buffer[] = [];
  if (headers.size > 0) {
    pieces.push(avroLong(headers.size));
    for (const name of javaHashOrder([...headers.keys()])) {
      pushAvroString(pieces, name);
      pushAvroString(pieces, headers.get(name)!);
    }
  }
  pieces.push(avroLong(0), avroLong(body.length), body);
  return Buffer.concat(pieces);
}

function pushAvroString(pieces: Buffer[], text: string): void {
  const bytes = javaUtf8(text);
  pieces.push(avroLong(bytes.length), bytes);
}

/** A non-negative integer as Avro's zigzag varint. */
function avroLong(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** The order in which Java's `HashMap` gives back keys that were put in this order. */
export function javaHashOrder(keys: readonly string[]): string[] {
  let buckets = 16;
  while (keys.length > buckets * 0.75) buckets *= 2;
  return keys
    .map((key) => ({ key, bucket: bucketOf(key, buckets) }))
    .sort((a, b) => a.bucket - b.bucket) // stable: within a bucket, first come, first out
    .map(({ key }) => key);
}

/** `String.hashCode`, its upper half folded in as `HashMap` does. */
function bucketOf(key: string, buckets: number): number {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}
