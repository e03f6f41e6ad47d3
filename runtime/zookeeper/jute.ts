/** What an answer is that cannot be read: of a server that is no ZooKeeper. */
const NOT_ZOOKEEPER = "what answers there does not speak ZooKeeper's protocol";

/** Reads ZooKeeper's encoding; all integers are big-endian. Throws where the bytes end too early. */
export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  skip(bytes: number): void {
    this.#take(bytes);
  }

  /** Bytes with their length before them; -1 for none is read as empty. */
  buffer(): Buffer {
    const length = Math.max(0, this.int32());
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #take(bytes: number): number {
    const start = this.#at;
    if (start + bytes > this.#bytes.length) throw new Error(NOT_ZOOKEEPER);
    this.#at = start + bytes;
    return start;
  }
}

/** A frame: its length, the request's number and type, and what is asked. */
export function juteRequest(xid: number, type: number, ...body: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  const length = body.reduce((sum, piece) => sum + piece.length, 8);
  head.writeInt32BE(length, 0);
  head.writeInt32BE(xid, 4);
  head.writeInt32BE(type, 8);
  return Buffer.concat([head, ...body]);
}

/** Text with its length before it. */
export function juteText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}
