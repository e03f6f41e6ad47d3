const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;

/** Writes one Protocol Buffers message, field by field. Hadoop's protocols need no more than this. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(128);
  #end = 0;

  /** A non-negative whole number: uint32, uint64, an enum. */
  uint(field: number, value: number): this {
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  /** sint32 or sint64. */
  sint(field: number, value: number): this {
    return this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  bool(field: number, value: boolean): this {
    return this.uint(field, value ? 1 : 0);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  /** Bytes, or a finished message. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + DELIMITED);
    return this.delimited(value);
  }

  /** Bytes behind their length, without a field: how Hadoop puts one message after another. */
  delimited(value: Uint8Array): this {
    this.#varint(value.length);
    return this.raw(value);
  }

  /** Bytes as they are, such as fields that are written already. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
    return this;
  }

  /** What was written; valid until more is. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#end++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#end++] = rest;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe((this.#end + length) * 2);
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** A whole number as protobuf packs it, and how many bytes it took. */
export interface Varint {
  /** Exact up to 2^53. */
  readonly value: number;
  readonly end: number;
}

/** Reads a varint; undefined where it is not all there yet. */
export function readVarint(bytes: Buffer, start: number): Varint | undefined {
  let value = 0;
  let factor = 1;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
    if (at - start === 9) throw new Error("not Hadoop's protocol: a number of more than ten bytes");
    factor *= 0x80;
  }
  return undefined;
}

/** Several delimited messages one after the other, as far as they go. */
export function readDelimited(bytes: Buffer, start: number): { message: Buffer; end: number } | undefined {
  const length = readVarint(bytes, start);
  if (length === undefined || length.end + length.value > bytes.length) return undefined;
  const end = length.end + length.value;
  return { message: bytes.subarray(length.end, end), end };
}

/** A Protocol Buffers message that was received: its fields by their numbers. */
export class ProtoMessage {
  readonly #fields = new Map<number, (number | Buffer)[]>();

  /** Throws an Error where the bytes are no message. */
  constructor(bytes: Buffer) {
    for (let at = 0; at < bytes.length; ) {
      const tag = varintAt(bytes, at);
      const field = Math.floor(tag.value / 8);
      let value: number | Buffer;
      switch (tag.value % 8) {
        case VARINT: {
          const number = varintAt(bytes, tag.end);
          value = number.value;
          at = number.end;
          break;
        }
        case DELIMITED: {
          const delimited = readDelimited(bytes, tag.end);
          if (delimited === undefined) throw cutOff();
          value = delimited.message;
          at = delimited.end;
          break;
        }
        case FIXED_64:
        case FIXED_32: {
          at = tag.end + (tag.value % 8 === FIXED_64 ? 8 : 4);
          if (at > bytes.length) throw cutOff();
          value = bytes.subarray(tag.end, at);
          break;
        }
        default:
          throw new Error("not Hadoop's protocol: a field of an unknown kind");
      }
      const values = this.#fields.get(field);
      if (values === undefined) this.#fields.set(field, [value]);
      else values.push(value);
    }
  }

  /** A number; 0 where the field is absent. */
  uint(field: number): number {
    const value = this.#fields.get(field)?.at(-1);
    return typeof value === "number" ? value : 0;
  }

  bool(field: number): boolean {
    return this.uint(field) !== 0;
  }

  /** Every value of a repeated enum or number that is not packed. */
  uints(field: number): number[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value === "number");
  }

  /** Undefined where the field is absent. */
  bytes(field: number): Buffer | undefined {
    return this.all(field).at(-1);
  }

  /** Every value of a repeated field. */
  all(field: number): Buffer[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value !== "number");
  }

  /** Empty where the field is absent. */
  text(field: number): string {
    return this.bytes(field)?.toString() ?? "";
  }

  /** A message inside this one; an empty one where the field is absent. */
  message(field: number): ProtoMessage {
    return new ProtoMessage(this.bytes(field) ?? Buffer.alloc(0));
  }
}

function varintAt(bytes: Buffer, at: number): Varint {
  const number = readVarint(bytes, at);
  if (number === undefined) throw cutOff();
  return number;
}

function cutOff(): Error {
  return new Error("not Hadoop's protocol: a message ends in the middle of a field");
}
