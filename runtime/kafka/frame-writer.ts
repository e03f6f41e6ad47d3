/** A growing buffer for the requests of Kafka's protocol; its integers are big-endian. */
export class FrameWriter {
  end = 0;
  #bytes = Buffer.allocUnsafeSlow(512);

  int8(value: number): void {
    this.#reserve(1);
    this.end = this.#bytes.writeInt8(value, this.end);
  }

  int16(value: number): void {
    this.#reserve(2);
    this.end = this.#bytes.writeInt16BE(value, this.end);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.end = this.#bytes.writeInt32BE(value, this.end);
  }

  /** A 64-bit integer; exact below 2^53. */
  int64(value: number): void {
    this.#reserve(8);
    this.end = this.#bytes.writeBigInt64BE(BigInt(value), this.end);
  }

  /** A string; `null` where the protocol allows it. */
  text(value: string | null): void {
    if (value === null) {
      this.int16(-1);
      return;
    }
    const length = Buffer.byteLength(value);
    this.int16(length);
    this.#reserve(length);
    this.end += this.#bytes.write(value, this.end, "utf8");
  }

  /** Bytes with their length before them; `null` where the protocol allows it. */
  bytes(value: Buffer | null): void {
    this.int32(value === null ? -1 : value.length);
    if (value === null) return;
    this.#reserve(value.length);
    this.end += value.copy(this.#bytes, this.end);
  }

  /** The number of elements, then each as `write` puts it. */
  array<T>(elements: readonly T[], write: (element: T) => void): void {
    this.int32(elements.length);
    for (const element of elements) write(element);
  }

  /** What was written since `from`. Later writes do not change it. */
  slice(from: number): Buffer {
    return this.#bytes.subarray(from, this.end);
  }

  /** Slices that were handed out keep the old memory, with all that was written to it. */
  #reserve(bytes: number): void {
    if (this.end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow((this.end + bytes) * 2);
    this.#bytes.copy(larger, 0, 0, this.end);
    this.#bytes = larger;
  }
}
