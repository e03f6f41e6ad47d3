import type { FetchedRecords } from "../../runtime/kafka/fetched-records.ts";
import type { RecordSupply } from "../../runtime/sinks/drain.ts";

/** Records as a consumer would give them, with some bytes of the response between the bodies. */
export function fetchedRecords(
  bodies: readonly (string | Buffer)[],
  { topic = "calls", partition = 0, offset = 0 } = {},
): FetchedRecords {
  const pieces: Buffer[] = [];
  // Longer than needed, as they may be.
  const starts = new Int32Array(bodies.length + 3);
  const ends = new Int32Array(bodies.length + 3);
  let at = 0;
  bodies.forEach((body, i) => {
    const bytes = Buffer.from(body);
    starts[i] = at + 2;
    ends[i] = at + 2 + bytes.length;
    pieces.push(Buffer.from("<<"), bytes, Buffer.from(">>"));
    at += bytes.length + 4;
  });
  return {
    topic,
    partition,
    count: bodies.length,
    bytes: Buffer.concat(pieces),
    starts,
    ends,
    offsetOf: (i) => offset + i,
    timestampOf: (i) => 1_700_000_000_000 + i,
    keyOf: () => undefined,
    recordHeaderOf: () => undefined,
    flumeHeadersOf: () => new Map(),
  };
}

/** The body of a record as text. */
export function bodyText({ bytes, starts, ends }: FetchedRecords, i: number): string {
  return bytes.toString("utf8", starts[i], ends[i]);
}

/** A consumer without Kafka: gives what it is told to, and keeps what it hears. */
export class FakeConsumer implements RecordSupply {
  readonly committed: FetchedRecords[] = [];
  readonly waiting: FetchedRecords[][];
  readonly heldBack: FetchedRecords[] = [];
  /** Records that were set aside, each with its place and the reason. */
  readonly setAsides: [FetchedRecords, number, string][] = [];
  rollbacks = 0;
  takes = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(...waiting: FetchedRecords[][]) {
    this.waiting = waiting;
  }

  give(...records: FetchedRecords[]): void {
    this.waiting.push(records);
    this.#wake?.();
  }

  async take(): Promise<readonly FetchedRecords[] | undefined> {
    this.takes++;
    while (!this.#closed) {
      const records = this.waiting.shift();
      if (records !== undefined) return records;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return undefined;
  }

  commit(batches: readonly FetchedRecords[]): void {
    this.committed.push(...batches);
  }

  rollback(batches: readonly FetchedRecords[]): void {
    this.rollbacks++;
    this.waiting.unshift([...batches]);
  }

  holdBack(batches: readonly FetchedRecords[]): void {
    this.heldBack.push(...batches);
  }

  async setAside(records: FetchedRecords, i: number, reason: string): Promise<void> {
    this.setAsides.push([records, i, reason]);
  }

  start(): void {}

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {}
}
