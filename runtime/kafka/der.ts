/** One value of a DER encoding: its tag, and the bytes of its content. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly whole: Buffer;
}

/** DER's tags, as far as certificate stores use them. */
export const DER_TAG = {
  integer: 0x02,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** `[0] EXPLICIT`, constructed. */
  context0: 0xa0,
  /** `[0] IMPLICIT OCTET STRING`, as encrypted content has it. */
  implicit0: 0x80,
} as const;

/**
 * Reads the value at the beginning of `bytes`.
 *
 * @throws Error where the bytes end before the value does, or are BER that is not DER.
 */
export function readDer(bytes: Buffer): DerValue {
  const tag = bytes[0];
  let length = bytes[1];
  if (tag === undefined || length === undefined) throw new Error("the file ends in the middle of a value");
  let at = 2;
  if (length === 0x80) throw new Error("values of indefinite length cannot be read");
  if (length > 0x80) {
    const size = length & 0x7f;
    if (size > 4 || bytes.length < at + size) throw new Error("a value is longer than the file");
    length = bytes.readUIntBE(at, size);
    at += size;
  }
  const end = at + length;
  if (end > bytes.length) throw new Error("a value is longer than the file");
  return { tag, content: bytes.subarray(at, end), whole: bytes.subarray(0, end) };
}

/** The values that a SEQUENCE, a SET or an explicit tag holds. */
export function derChildren(content: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < content.length; ) {
    const value = readDer(content.subarray(at));
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** The values of a SEQUENCE; throws an Error that names `what` when it is none or holds fewer than `least`. */
export function derSequence(value: DerValue | undefined, what: string, least: number): DerValue[] {
  if (value?.tag !== DER_TAG.sequence) throw new Error(`${what} is not where it should be`);
  const values = derChildren(value.content);
  if (values.length < least) throw new Error(`${what} is not complete`);
  return values;
}

/** `1.2.840.113549.1.7.1`. */
export function derObjectIdentifier(value: DerValue): string {
  if (value.tag !== DER_TAG.objectIdentifier)
    throw new Error("an object identifier is not where it should be");
  const parts: number[] = [];
  let part = 0;
  for (const byte of value.content) {
    part = part * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(part);
      part = 0;
    }
  }
  const first = parts[0] ?? 0;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...parts.slice(1)].join(".");
}

/** A small, non-negative INTEGER. */
export function derInteger(value: DerValue): number {
  if (value.tag !== DER_TAG.integer || value.content.length > 5)
    throw new Error("a number is not where it should be");
  return value.content.reduce((number, byte) => number * 256 + byte, 0);
}
