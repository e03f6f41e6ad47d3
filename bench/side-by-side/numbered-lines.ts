/** Bytes of a line without its newline. */
export const LINE_BYTES = 100;

const DIGITS = 10;
/** What follows the number: the same for all, so that a byte out of place is found. */
const REST =
  " the quick brown fox jumps over the lazy dog; 0123456789 abcdefghijklmnopqrstuvwxyz !#$%&()*+,-./:;<=>?".slice(
    0,
    LINE_BYTES - DIGITS,
  );

/** Lines `from`, `from + step`, … , `count` of them, each with its number, as they go over a socket or into a file. */
export function numberedLines(from: number, count: number, step = 1): Buffer {
  const size = LINE_BYTES + 1;
  const lines = Buffer.allocUnsafeSlow(count * size);
  const first = Buffer.from(`${"0".repeat(DIGITS)}${REST}\n`, "latin1");
  for (let line = 0; line < count; line++) {
    first.copy(lines, line * size);
    lines.write(String(from + line * step).padStart(DIGITS, "0"), line * size, "latin1");
  }
  return lines;
}

const rest = Buffer.from(REST, "latin1");

/** The number of a line that came out; -1 when any of its bytes is not as it was sent. */
export function numberOf(value: Buffer | null): number {
  if (value === null || value.length !== LINE_BYTES || !value.subarray(DIGITS).equals(rest)) return -1;
  const digits = value.toString("latin1", 0, DIGITS);
  return /^\d+$/.test(digits) ? Number(digits) : -1;
}
