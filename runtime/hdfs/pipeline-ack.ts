import { ProtoMessage, readDelimited } from "./protobuf.ts";

/** What the DataNodes say of one packet. */
export interface PipelineAck {
  /** Of the packet; negative for what is no packet: a heartbeat, or news of a DataNode that is about to restart. */
  readonly sequence: number;
  /** Which of the DataNodes, by its place in the pipeline, did not take it; undefined where all did. */
  readonly failed: number | undefined;
  /** What that DataNode said. */
  readonly status: string | undefined;
}

const TAKEN = 0;

/** `Status` of datatransfer.proto. */
const STATUS_NAMES: readonly string[] = [
  "SUCCESS",
  "ERROR",
  "ERROR_CHECKSUM",
  "ERROR_INVALID",
  "ERROR_EXISTS",
  "ERROR_ACCESS_TOKEN",
  "CHECKSUM_OK",
  "ERROR_UNSUPPORTED",
  "OOB_RESTART",
];

/** A status as Hadoop spells it. */
export function nameOfStatus(status: number): string {
  return STATUS_NAMES[status] ?? `status ${status}`;
}

/** Cuts what a DataNode sends into delimited messages, over the borders of chunks. */
export class DelimitedStream {
  #rest: Buffer | undefined;

  /** The next messages; they are views of the chunk. */
  *messages(chunk: Buffer): Generator<Buffer> {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let next = readDelimited(bytes, at); next !== undefined; next = readDelimited(bytes, at)) {
      at = next.end;
      yield next.message;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}

/** Reads a `PipelineAckProto`. */
export function readAck(message: Buffer): PipelineAck {
  const ack = new ProtoMessage(message);
  const zigzag = ack.uint(1);
  const replies = ack.uints(2);
  const failed = replies.findIndex((status) => status !== TAKEN);
  return {
    sequence: zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2,
    failed: failed === -1 ? undefined : failed,
    status: failed === -1 ? undefined : nameOfStatus(replies[failed]!),
  };
}
