import { isUtf8 } from "node:buffer";

/**
 * Where the first `limit` UTF-16 units of `bytes[start, end)` end: Java counts a line's length in them. -1 when there
 * are fewer than `limit`. Counts by lead bytes alone, so a piece may begin or end inside a character.
 */
export function endOfUnits(bytes: Buffer, start: number, end: number, limit: number): number {
  let units = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    if (units >= limit) return i + 1;
  }
  return -1;
}

/** UTF-16 units that begin in `bytes[start, end)`. */
export function countUnits(bytes: Buffer, start: number, end: number): number {
  let units = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

/**
 * Where the last complete character of `bytes[start, end)` ends, when what follows may be the beginning of one more.
 * -1 when the bytes are no UTF-8, nor the beginning of any.
 */
export function endOfWholeCharacters(bytes: Buffer, start: number, end: number): number {
  let whole = end;
  for (let back = 1; back <= 3 && end - back >= start; back++) {
    const byte = bytes[end - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) whole = end - back;
    break;
  }
  if (!isUtf8(bytes.subarray(start, whole))) return -1;
  return whole === end || isBeginningOfCharacter(bytes, whole, end) ? whole : -1;
}

/** Whether 1 to 3 bytes can still become a character: no overlong forms, no surrogates, nothing above U+10FFFF. */
function isBeginningOfCharacter(bytes: Buffer, start: number, end: number): boolean {
  const lead = bytes[start]!;
  if (lead < 0xc2 || lead > 0xf4) return false;
  if (end - start < 2) return true;
  const second = bytes[start + 1]!;
  if (lead === 0xe0 && second < 0xa0) return false;
  if (lead === 0xed && second >= 0xa0) return false;
  if (lead === 0xf0 && second < 0x90) return false;
  return lead !== 0xf4 || second < 0x90;
}
