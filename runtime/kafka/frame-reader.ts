/** Reads the answers of Kafka's protocol. What ends too early throws a RangeError. */
export class FrameReader {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  int8(): number {
    return this.bytes.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#advance(4));
  }

  /** A 64-bit integer; exact below 2^53, which offsets and times do not reach. */
  int64(): number {
    const at = this.#advance(8);
    return this.bytes.readInt32BE(at) * 0x1_0000_0000 + this.bytes.readUInt32BE(at + 4);
  }

  text(): string {
    return this.nullableText() ?? "";
  }

  nullableText(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    const at = this.#advance(length);
    return this.bytes.toString("utf8", at, at + length);
  }

  /** A slice, not a copy; empty for `null`. */
  slice(): Buffer {
    const length = this.int32();
    if (length <= 0) return this.bytes.subarray(this.at, this.at);
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }

  /** All elements as `read` gives them; none for `null`. */
  array<T>(read: () => T): T[] {
    const elements: T[] = [];
    for (let left = this.int32(); left > 0; left--) elements.push(read());
    return elements;
  }

  #advance(bytes: number): number {
    const { at } = this;
    if (at + bytes > this.bytes.length) throw new RangeError("the broker's answer ends too early");
    this.at = at + bytes;
    return at;
  }
}
