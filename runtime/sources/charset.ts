import { isAscii } from "node:buffer";
import { TextDecoder } from "node:util";

/** Bytes of a stream in another charset as UTF-8. One for each connection: it keeps a character that is cut in two. */
export interface CharsetDecoder {
  /** The UTF-8 of the next bytes, up to the first that are invalid; then `invalid` is set. */
  decode(chunk: Buffer): Buffer;
  /** Set once bytes came that mean nothing in the charset. */
  readonly invalid: boolean;
}

/** What a source with an `encoding` needs: a decoder for each connection, undefined for UTF-8, and replies. */
export interface Charset {
  readonly decoder: (() => CharsetDecoder) | undefined;
  /** An ASCII reply in the charset. */
  encode(reply: string): Buffer;
}

// Java's names for charsets that the WHATWG list, which TextDecoder follows, has under other names.
const JAVA_NAMES: ReadonlyMap<string, string> = new Map([
  ["utf8", "utf-8"],
  ["iso8859_1", "iso-8859-1"],
  ["iso8859-1", "iso-8859-1"],
  ["latin1", "iso-8859-1"],
  ["ascii", "us-ascii"],
  ["sjis", "shift_jis"],
  ["ms932", "shift_jis"],
  ["windows-31j", "shift_jis"],
  ["ms936", "gbk"],
  ["cp936", "gbk"],
  ["ms950", "big5"],
  ["euc_jp", "euc-jp"],
  ["eucjp", "euc-jp"],
  ["euc_kr", "euc-kr"],
  ["koi8_r", "koi8-r"],
  ["koi8_u", "koi8-u"],
]);

/** The charset of a Java name. Undefined for one that this program cannot read. */
export function charsetOf(javaName: string): Charset | undefined {
  const lower = javaName.trim().toLowerCase();
  const windows = /^cp(125\d)$/.exec(lower);
  const name = windows === null ? (JAVA_NAMES.get(lower) ?? lower) : `windows-${windows[1]}`;
  const ascii = (reply: string) => Buffer.from(reply, "latin1");
  switch (name) {
    case "utf-8":
      return { decoder: undefined, encode: ascii };
    case "us-ascii":
      return { decoder: () => new AsciiDecoder(), encode: ascii };
    case "iso-8859-1":
      return { decoder: () => new Latin1Decoder(), encode: ascii };
    case "utf-16le":
      return { decoder: () => new Utf16Decoder("little"), encode: (reply) => Buffer.from(reply, "utf16le") };
    case "utf-16be":
    case "utf-16":
      return {
        decoder: () => new Utf16Decoder(name === "utf-16" ? "mark" : "big"),
        encode: (reply) => Buffer.from(reply, "utf16le").swap16(),
      };
    default:
      if (!isKnownToTextDecoder(name)) return undefined;
      return { decoder: () => new LegacyDecoder(name), encode: ascii };
  }
}

function isKnownToTextDecoder(name: string): boolean {
  try {
    // Decoders with state across lines, or for no text at all, are left out.
    return !["iso-2022-jp", "replacement", "x-user-defined"].includes(new TextDecoder(name).encoding);
  } catch {
    return false;
  }
}

class AsciiDecoder implements CharsetDecoder {
  invalid = false;

  decode(chunk: Buffer): Buffer {
    if (isAscii(chunk)) return chunk;
    this.invalid = true;
    return chunk.subarray(
      0,
      chunk.findIndex((byte) => byte >= 0x80),
    );
  }
}

class Latin1Decoder implements CharsetDecoder {
  readonly invalid = false;

  decode(chunk: Buffer): Buffer {
    return isAscii(chunk) ? chunk : Buffer.from(chunk.toString("latin1"), "utf8");
  }
}

/** The charsets of TextDecoder. None of them can write U+FFFD but gb18030, so that it marks what is invalid. */
class LegacyDecoder implements CharsetDecoder {
  invalid = false;
  readonly #decoder: TextDecoder;

  constructor(name: string) {
    this.#decoder = new TextDecoder(name);
  }

  decode(chunk: Buffer): Buffer {
    const text = this.#decoder.decode(chunk, { stream: true });
    const bad = text.indexOf("\ufffd");
    if (bad === -1) return Buffer.from(text, "utf8");
    this.invalid = true;
    return Buffer.from(text.slice(0, bad), "utf8");
  }
}

/** UTF-16: big-endian unless a byte order mark says otherwise, as Java reads it. A lone surrogate is invalid. */
class Utf16Decoder implements CharsetDecoder {
  invalid = false;
  #order: "little" | "big" | "mark";
  #rest: Buffer = Buffer.alloc(0);

  constructor(order: "little" | "big" | "mark") {
    this.#order = order;
  }

  decode(chunk: Buffer): Buffer {
    let bytes = Buffer.concat([this.#rest, chunk]);
    if (this.#order === "mark" && bytes.length >= 2) {
      const mark = bytes.readUInt16BE(0);
      this.#order = mark === 0xfffe ? "little" : "big";
      if (mark === 0xfffe || mark === 0xfeff) bytes = bytes.subarray(2);
    }
    if (this.#order === "mark") {
      this.#rest = bytes;
      return Buffer.alloc(0);
    }
    let end = bytes.length & ~1;
    const last =
      end === 0 ? 0 : this.#order === "big" ? bytes.readUInt16BE(end - 2) : bytes.readUInt16LE(end - 2);
    if (last >= 0xd800 && last < 0xdc00) end -= 2;
    this.#rest = Buffer.from(bytes.subarray(end));
    const units =
      this.#order === "big" ? Buffer.from(bytes.subarray(0, end)).swap16() : bytes.subarray(0, end);
    const text = units.toString("utf16le");
    if (text.isWellFormed()) return Buffer.from(text, "utf8");
    this.invalid = true;
    return Buffer.from(text.slice(0, text.toWellFormed().indexOf("\ufffd")), "utf8");
  }
}
