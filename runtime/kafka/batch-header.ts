// Where the fields of a record batch lie that a reader needs; all integers are big-endian.
const LEADER_EPOCH_AT = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
const CHECKED_FROM = 21;
const RECORDS_AT = 61;

/** What a reader needs to know of a record batch (format 2) before it reads its records. */
export interface BatchHeader {
  /** Where the batch's records begin, and where the batch ends. */
  readonly start: number;
  readonly end: number;
  readonly baseOffset: number;
  /** The offset after the batch, whether records have been compacted away or not. */
  readonly nextOffset: number;
  readonly recordCount: number;
  /** Kafka's number of the codec, 0 for none. */
  readonly codec: number;
  /** ms since the epoch, from which the records' timestamps count. */
  readonly baseTimestamp: number;
  /** When the broker appended the batch, where the topic wants that as every record's timestamp. */
  readonly appendTimestamp: number | undefined;
  /** -1 for none. */
  readonly producerId: number;
  readonly transactional: boolean;
  /** Not for applications: the end of a transaction. */
  readonly control: boolean;
  /** CRC-32C of the bytes from `checkedFrom` to `end`. */
  readonly crc: number;
  readonly checkedFrom: number;
}

/**
 * Reads the head of the batch that begins at `at`. A fetch may end in the middle of a batch.
 *
 * @returns undefined where the batch is cut off.
 * @throws Error for what is no batch of format 2.
 */
export function readBatchHeader(bytes: Buffer, at: number): BatchHeader | undefined {
  if (at + MAGIC_AT >= bytes.length) return undefined;
  const magic = bytes[at + MAGIC_AT]!;
  if (magic !== 2) {
    throw new Error(
      magic < 2
        ? `it has the message format of Kafka before 0.11 (${magic}), which is not read here`
        : `it has an unknown message format (${magic})`,
    );
  }
  const length = bytes.readInt32BE(at + 8);
  if (length < RECORDS_AT - LEADER_EPOCH_AT) throw new Error(`a batch cannot have ${length} bytes`);
  const end = at + LEADER_EPOCH_AT + length;
  if (end > bytes.length) return undefined;
  const attributes = bytes.readInt16BE(at + 21);
  const baseOffset = int64(bytes, at);
  return {
    start: at + RECORDS_AT,
    end,
    baseOffset,
    nextOffset: baseOffset + bytes.readInt32BE(at + 23) + 1,
    recordCount: bytes.readInt32BE(at + 57),
    codec: attributes & 7,
    baseTimestamp: int64(bytes, at + 27),
    appendTimestamp: (attributes & 0x08) === 0 ? undefined : int64(bytes, at + 35),
    producerId: int64(bytes, at + 43),
    transactional: (attributes & 0x10) !== 0,
    control: (attributes & 0x20) !== 0,
    crc: bytes.readUInt32BE(at + CRC_AT),
    checkedFrom: at + CHECKED_FROM,
  };
}

/** Whether a control batch says that its producer's transaction was given up. */
export function isAbortMarker(bytes: Buffer, { start, end }: BatchHeader): boolean {
  // Lengths, attributes and deltas of the one record are a byte each; its key is two numbers: version and type.
  return start + 9 <= end && bytes.readInt16BE(start + 7) === 0;
}

function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}
