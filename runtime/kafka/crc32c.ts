/** The polynomial of CRC-32C (Castagnoli), bits reversed, as Kafka's record batches and iSCSI use it. */
const CASTAGNOLI = 0x82f63b78;

/** Sixteen tables of 256 entries: table k holds the checksum of a byte that k zero bytes follow. */
let crc32cTables: Int32Array | undefined;

/**
 * CRC-32C of `bytes[start, end)`, sixteen bytes a step ("slicing by 16"), read as aligned 32-bit words.
 *
 * @returns an unsigned 32-bit number.
 */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  crc32cTables ??= crc32cSlicingTables();
  const table = crc32cTables;
  let crc = -1;
  let at = start;
  while (at < end && ((bytes.byteOffset + at) & 3) !== 0)
    crc = table[(crc ^ bytes[at++]!) & 0xff]! ^ (crc >>> 8);

  if (at === end) return ~crc >>> 0; // and no view at an unaligned place

  // Little-endian words, as on every machine that Node runs on.
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >>> 2);
  const lastFour = words.length - 3;
  let word = 0;
  for (; word < lastFour; word += 4) {
    const a = crc ^ words[word]!;
    const b = words[word + 1]!;
    const c = words[word + 2]!;
    const d = words[word + 3]!;
    crc =
      table[0xf00 | (a & 0xff)]! ^
      table[0xe00 | ((a >>> 8) & 0xff)]! ^
      table[0xd00 | ((a >>> 16) & 0xff)]! ^
      table[0xc00 | (a >>> 24)]! ^
      table[0xb00 | (b & 0xff)]! ^
      table[0xa00 | ((b >>> 8) & 0xff)]! ^
      table[0x900 | ((b >>> 16) & 0xff)]! ^
      table[0x800 | (b >>> 24)]! ^
      table[0x700 | (c & 0xff)]! ^
      table[0x600 | ((c >>> 8) & 0xff)]! ^
      table[0x500 | ((c >>> 16) & 0xff)]! ^
      table[0x400 | (c >>> 24)]! ^
      table[0x300 | (d & 0xff)]! ^
      table[0x200 | ((d >>> 8) & 0xff)]! ^
      table[0x100 | ((d >>> 16) & 0xff)]! ^
      table[d >>> 24]!;
  }
  at += word * 4;
  while (at < end) crc = table[(crc ^ bytes[at++]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function crc32cSlicingTables(): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
    tables[byte] = crc;
  }
  for (let entry = 256; entry < tables.length; entry++) {
    const before = tables[entry - 256]!;
    tables[entry] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}
