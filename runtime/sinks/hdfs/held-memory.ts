/** The memory that batches held back keep from being freed. What several of them share counts once. */
export class HeldMemory {
  /** All of it. */
  bytes = 0;
  readonly #holders = new Map<ArrayBufferLike, number>();

  /** A batch keeps these, until they are released as often. */
  hold(buffers: Iterable<ArrayBufferLike>): void {
    for (const buffer of buffers) {
      const holders = this.#holders.get(buffer) ?? 0;
      if (holders === 0) this.bytes += buffer.byteLength;
      this.#holders.set(buffer, holders + 1);
    }
  }

  release(buffers: Iterable<ArrayBufferLike>): void {
    for (const buffer of buffers) {
      const holders = this.#holders.get(buffer) ?? 0;
      if (holders > 1) this.#holders.set(buffer, holders - 1);
      else if (this.#holders.delete(buffer)) this.bytes -= buffer.byteLength;
    }
  }
}
