// The instructions of WebAssembly that are used here, by their names in its specification.
const LOOP = 0x03;
const END = 0x0b;
const BR_IF = 0x0d;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const I32_LOAD = 0x28;
const I32_CONST = 0x41;
const I32_LT_U = 0x49;
const I32_ADD = 0x6a;
const I32_AND = 0x71;
const I32_XOR = 0x73;
const I32_SHL = 0x74;
const I32_SHR_U = 0x76;
const I32 = 0x7f;
const NO_RESULT = 0x40;

// The function's locals: three parameters, and the four words of a step.
const CRC_SO_FAR = 0;
const AT = 1;
const END_OF_PART = 2;
const WORD = 3;

const TABLE_BYTES = 1024;
const WORDS = 4;
const PIECE_AT = WORDS * 4 * TABLE_BYTES; // behind the tables

/** The memory holds sixteen tables of 256 words, then the bytes that `update` goes over. */
export interface Crc32cModule {
  readonly memory: ArrayBuffer;
  /** Goes on from `crc` over a part of the piece; `length` is a positive multiple of 16. */
  readonly update: (crc: number, start: number, length: number) => number;
}

/** What is used of `WebAssembly`; TypeScript has its types only together with all of a browser's. */
interface WebAssemblyCompiler {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: { readonly u: Crc32cModule["update"]; readonly m: { readonly buffer: ArrayBuffer } };
  };
}

/**
 * The inner loop of CRC-32C as a WebAssembly module of some 250 bytes, put together here:
 *
 *     end = at + length
 *     do {
 *       w0 = piece[at] ^ crc; w1 = piece[at + 4]; w2 = piece[at + 8]; w3 = piece[at + 12]
 *       crc = table15[w0 & 255] ^ table14[w0 >>> 8 & 255] ^ … ^ table0[w3 >>> 24]
 *       at += 16
 *     } while (at < end)
 *     return crc
 */
export function crc32cInWebAssembly(): Crc32cModule {
  const body = [
    ...[1, WORDS, I32], // one group of locals: the words
    ...[LOCAL_GET, AT, LOCAL_GET, END_OF_PART, I32_ADD, LOCAL_SET, END_OF_PART],
    ...[LOOP, NO_RESULT],
    ...loadWords(),
    ...lookUpBytes(),
    ...[LOCAL_SET, CRC_SO_FAR],
    ...[LOCAL_GET, AT, I32_CONST, ...signed(WORDS * 4), I32_ADD, LOCAL_TEE, AT],
    ...[LOCAL_GET, END_OF_PART, I32_LT_U, BR_IF, 0],
    ...[END, LOCAL_GET, CRC_SO_FAR, END],
  ];
  const compiler = (globalThis as unknown as { WebAssembly: WebAssemblyCompiler }).WebAssembly;
  const module = new compiler.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
      ...section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]), // type 0: three numbers to one
      ...section(3, [1, 0]), // function 0 is of type 0
      ...section(5, [1, 0, 1]), // one memory, of 64 KiB
      ...section(7, [2, 1, 0x75, 0, 0, 1, 0x6d, 2, 0]), // exports: function 0 as "u", memory 0 as "m"
      ...section(10, [1, ...unsigned(body.length), ...body]),
    ]),
  );
  const { u, m } = new compiler.Instance(module).exports;
  return { memory: m.buffer, update: u };
}

function loadWords(): number[] {
  const code: number[] = [];
  for (let word = 0; word < WORDS; word++) {
    code.push(LOCAL_GET, AT, I32_LOAD, 0, ...unsigned(PIECE_AT + word * 4));
    if (word === 0) code.push(LOCAL_GET, CRC_SO_FAR, I32_XOR);
    code.push(LOCAL_SET, WORD + word);
  }
  return code;
}

function lookUpBytes(): number[] {
  const code: number[] = [];
  for (let byte = 0; byte < WORDS * 4; byte++) {
    const table = WORDS * 4 - 1 - byte;
    code.push(LOCAL_GET, WORD + (byte >> 2), ...timesFour(8 * (byte & 3)));
    code.push(I32_LOAD, 2, ...unsigned(table * TABLE_BYTES));
    if (byte > 0) code.push(I32_XOR);
  }
  return code;
}

/** `(word >>> shift & 255) * 4`: where a byte's entry lies in a table of words. */
function timesFour(shift: number): number[] {
  const times = shift === 0 ? [I32_CONST, 2, I32_SHL] : [I32_CONST, shift - 2, I32_SHR_U];
  return [...times, I32_CONST, ...signed(0x3fc), I32_AND];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128 of a non-negative number. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a non-negative number: its last byte's bit 6 must be clear. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
