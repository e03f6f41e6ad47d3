import { Buffer, isAscii, isUtf8 } from "node:buffer";
import type { TextEncoding } from "../properties/ast.ts";

/** The text of a file as an editor shows it, and what is needed to write it back or to read it as Flume does. */
export interface DecodedText {
  /** Without a byte order mark. Offsets everywhere are UTF-16 units of this text. */
  readonly text: string;
  readonly encoding: TextEncoding;
  readonly hasByteOrderMark: boolean;
  /** No character beyond U+007F: every encoding agrees. */
  readonly isAscii: boolean;
}

const BYTE_ORDER_MARK = "\uFEFF";

/** EF BB BF in ISO-8859-1: what `Properties.load(InputStream)` finds at the beginning of a file with the mark. */
export const BYTE_ORDER_MARK_AS_FLUME_READS = "\u00EF\u00BB\u00BF";

/** Reads a file as UTF-8 or, where it is not valid UTF-8, as ISO-8859-1; no byte sequence is refused. */
export function decodeBytes(bytes: Uint8Array): DecodedText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) {
    return { text: buffer.toString("latin1"), encoding: "utf-8", hasByteOrderMark: false, isAscii: true };
  }
  if (isUtf8(buffer)) return decodeString(buffer.toString("utf8"));
  return { text: buffer.toString("latin1"), encoding: "latin-1", hasByteOrderMark: false, isAscii: false };
}

/** Takes text that an editor holds; it is (or will be) a UTF-8 file. */
export function decodeString(content: string): DecodedText {
  const hasByteOrderMark = content.startsWith(BYTE_ORDER_MARK);
  const text = hasByteOrderMark ? content.slice(1) : content;
  return { text, encoding: "utf-8", hasByteOrderMark, isAscii: !/[^\0-\x7f]/.test(text) };
}

/**
 * `text`, a part of `source`, as `Properties.load(InputStream)` decodes its bytes: always ISO-8859-1, so that
 * `é` of a UTF-8 file becomes `Ã©`. Returns `text` itself where there is no difference.
 */
export function asFlumeReads(text: string, source: DecodedText): string {
  if (source.isAscii || source.encoding === "latin-1" || !/[^\0-\x7f]/.test(text)) return text;
  return Buffer.from(text, "utf8").toString("latin1");
}

/**
 * The bytes of `text`, an edited form of `document.text`, in the encoding of its file, with the byte order mark
 * that it had. What was not edited comes back byte for byte. In an ISO-8859-1 file, a character beyond U+00FF
 * is written as the `\uXXXX` escapes that a properties file has for it.
 */
export function encodeText(
  text: string,
  document: Pick<DecodedText, "encoding" | "hasByteOrderMark">,
): Uint8Array {
  if (document.encoding === "utf-8") {
    return Buffer.from(document.hasByteOrderMark ? BYTE_ORDER_MARK + text : text, "utf8");
  }
  const escaped = text.replace(
    /[^\0-\xff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
  return Buffer.from(escaped, "latin1");
}
