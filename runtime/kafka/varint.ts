/**
 * Reads the variable-length integers of Kafka's records and of Avro: zigzag, seven bits a byte, least significant
 * first. Reading past the end of the bytes throws.
 */
export class VarintReader {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A signed integer; exact below 2^53. */
  next(): number {
    const { bytes } = this;
    const first = bytes[this.at++];
    if (first === undefined) throw new RangeError("it is cut off");
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    const second = bytes[this.at++];
    if (second === undefined) throw new RangeError("it is cut off");
    if (second < 0x80) {
      const zigzag = (second << 7) | (first & 0x7f);
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }
    return this.#long((first & 0x7f) + (second & 0x7f) * 128);
  }

  #long(low: number): number {
    const { bytes } = this;
    let zigzag = low;
    for (let unit = 128 * 128, length = 2; length < 10; length++, unit *= 128) {
      const byte = bytes[this.at++];
      if (byte === undefined) throw new RangeError("it is cut off");
      zigzag += (byte & 0x7f) * unit;
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    }
    throw new RangeError("an integer has more than ten bytes");
  }
}
