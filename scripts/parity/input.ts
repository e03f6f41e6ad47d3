import type { Random } from "./random.ts";

/** One event that goes in, as a record of a topic or as a line. */
export interface InputEvent {
  readonly key: string | undefined;
  readonly body: Buffer;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly headers: ReadonlyMap<string, string>;
}

// Half an hour before the clocks of New York went from 2 to 3.
const start = Date.UTC(2026, 2, 8, 6, 30);
const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789,;\t ", "é", "日本", "🚰"];

/** Events with keys, times and headers to sort them by; bodies without newlines, each different. */
export function inputEvents(count: number, random: Random): InputEvent[] {
  let timestamp = start;
  return Array.from({ length: count }, (_, number) => {
    timestamp += random.within(0, 180_000);
    let text = `${number} `;
    for (let length = random.within(0, 40); length > 0; length--) text += random.pick(letters);
    return {
      key: random.within(0, 5) === 0 ? undefined : `k${random.within(1, 3)}`,
      body: Buffer.from(text),
      timestamp,
      headers: new Map([["kind", random.pick(["call", "text", "Ünïcode kind"])]]),
    };
  });
}

/** The bytes of an AvroFlumeEvent: a map of headers, then the body, both as Avro's binary encoding has them. */
export function avroFlumeEvent(headers: ReadonlyMap<string, string>, body: Buffer): Buffer {
  const entries = [...headers].flatMap(([name, value]) => [avroBytes(name), avroBytes(value)]);
  const map = headers.size === 0 ? [] : [avroLong(headers.size), ...entries];
  return Buffer.concat([...map, avroLong(0), avroBytes(body)]);
}

function avroBytes(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([avroLong(bytes.length), bytes]);
}

function avroLong(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2; // zigzag of what is not negative
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
