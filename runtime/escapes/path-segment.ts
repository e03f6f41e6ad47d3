import { createHash } from "node:crypto";

/** What HDFS refuses in a name, or what would make another path of it. */
const HARMFUL = /[\u0000-\u001f\u007f/:\\]/g;

/** Bytes of one name, so that with the text around it, it stays under HDFS's 255. */
const LONGEST_SEGMENT = 160;

/**
 * An event's header value as part of a path: it can neither climb out of its place nor be refused. `/`, `\`, `:`,
 * NUL and other control characters become `%2F` and the like, as do dots where there is nothing else; a value that is
 * too long is cut, with its SHA-1 to tell it from others. Flume puts the value in as it is.
 */
export function pathSegment(value: string): string {
  // What nearly all values are.
  if (value.length <= LONGEST_SEGMENT && /^\w[\w-]*$/.test(value)) return value;
  let text = value;
  if (/^\.+$/.test(text) || text === ".snapshot") text = text.replaceAll(".", "%2E");
  else if (text.search(HARMFUL) >= 0) text = text.replace(HARMFUL, percentEncoded);
  if (text.length * 3 <= LONGEST_SEGMENT || Buffer.byteLength(text) <= LONGEST_SEGMENT) return text;
  const hash = createHash("sha1").update(value).digest("hex");
  const kept = Buffer.from(text).subarray(0, LONGEST_SEGMENT - hash.length - 1);
  // A character that is cut in the middle goes as a whole.
  return `${kept.toString("utf8").replace(/\ufffd$/, "")}~${hash}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
