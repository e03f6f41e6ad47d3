/** What an idle buffer may keep, bytes: with 5,000 open files, 80 MB. */
const KEPT_BYTES = 16_384;

/** Bytes on their way into a file: grows as needed, and is used again for the next batch. */
export class OutputBuffer {
  /** How much of it is filled. */
  length = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(0);
  #littleUsed = 0;

  /** Appends `bytes[start, end)`. */
  append(bytes: Buffer, start: number, end: number): void {
    const at = this.length;
    const length = at + end - start;
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, at, start, end);
    this.length = length;
  }

  /** Appends one byte. */
  appendByte(byte: number): void {
    if (this.length === this.#bytes.length) this.#grow(this.length + 1);
    this.#bytes[this.length++] = byte;
  }

  /** Appends a signed 32-bit number, most significant byte first. */
  appendInt32(value: number): void {
    if (this.length + 4 > this.#bytes.length) this.#grow(this.length + 4);
    this.length = this.#bytes.writeInt32BE(value, this.length);
  }

  /** What is in it; changes with the next append after a `clear`. */
  filled(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  /** Empties it. Much memory of which little was used for a while is given back. */
  clear(): void {
    const isLarge = this.#bytes.length > KEPT_BYTES && this.length * 4 < this.#bytes.length;
    this.#littleUsed = isLarge ? this.#littleUsed + 1 : 0;
    if (this.#littleUsed > 8) this.#bytes = Buffer.allocUnsafeSlow(0);
    this.length = 0;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2, 1024));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
