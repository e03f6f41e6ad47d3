import { crc32cInWebAssembly } from "./crc32c-wasm.ts";

/** The polynomial of CRC-32C (Castagnoli), bits reversed, as Kafka's record batches and iSCSI use it. */
const CASTAGNOLI = 0x82f63b78;

/** Bytes a step: as many tables as that are looked up, none of which waits for another ("slicing by 16"). */
const STEP = 16;

/** Bytes that are copied into WebAssembly's memory at a time: they stay in the fastest cache. */
const PIECE = 16 * 1024;

/** What `crc32c` needs, made when it is first called. */
interface Crc32cMachine {
  /** Sixteen tables of 256 entries: table k holds the checksum of a byte that k zero bytes follow. */
  readonly tables: Int32Array;
  /** Room for one piece. */
  readonly piece: Uint8Array;
  /** Goes on from `crc` over `length` bytes of the piece, a multiple of the step. */
  readonly update: (crc: number, start: number, length: number) => number;
}

let crc32cMachine: Crc32cMachine | undefined;

/**
 * CRC-32C of `bytes[start, end)`. WebAssembly does it twice as fast as JavaScript, whose every look-up in a table
 * checks the table's bounds.
 *
 * @returns an unsigned 32-bit number.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  crc32cMachine ??= makeCrc32cMachine();
  const { tables, piece, update } = crc32cMachine;
  let crc = -1;
  let at = start;
  while (end - at >= STEP) {
    const length = Math.min(PIECE, (end - at) & -STEP);
    piece.set(bytes.subarray(at, at + length));
    crc = update(crc, 0, length);
    at += length;
  }
  while (at < end) crc = tables[(crc ^ bytes[at++]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * CRC-32C of each `size` bytes of `bytes[start, end)`, the last ones as many as there are: written one after the other
 * to `sums`, from `at`, four bytes each, most significant first. `size` divides 16 KiB.
 */
export function crc32cOfChunks(
  bytes: Uint8Array,
  start: number,
  end: number,
  size: number,
  sums: Buffer,
  at: number,
): void {
  crc32cMachine ??= makeCrc32cMachine();
  const { tables, piece, update } = crc32cMachine;
  let sumAt = at;
  for (let pieceStart = start; pieceStart < end; pieceStart += PIECE) {
    const length = Math.min(PIECE, end - pieceStart);
    piece.set(bytes.subarray(pieceStart, pieceStart + length));
    for (let chunk = 0; chunk < length; chunk += size) {
      const chunkEnd = Math.min(chunk + size, length);
      const inSteps = (chunkEnd - chunk) & -STEP;
      let crc = inSteps > 0 ? update(-1, chunk, inSteps) : -1;
      for (let byte = chunk + inSteps; byte < chunkEnd; byte++) {
        crc = tables[(crc ^ piece[byte]!) & 0xff]! ^ (crc >>> 8);
      }
      sumAt = sums.writeInt32BE(~crc, sumAt);
    }
  }
}

function makeCrc32cMachine(): Crc32cMachine {
  const tables = crc32cSlicingTables();
  const { memory, update } = crc32cInWebAssembly();
  const words = new Int32Array(memory);
  words.set(tables);
  return { tables, piece: new Uint8Array(memory, tables.byteLength, PIECE), update };
}

function crc32cSlicingTables(): Int32Array {
  const tables = new Int32Array(STEP * 256);
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
