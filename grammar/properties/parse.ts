import { decodeBytes, decodeString } from "../text/encoding.ts";
import type { PropertiesDocument } from "./ast.ts";
import type { SourceComment, SourceEntry } from "./document.ts";
import { malformedEscapes } from "./malformed-escape.ts";
import { propertiesParser } from "./parser.ts";
import { sliceEnds } from "./slices.ts";

/** The largest file that is read: 16 MiB, in bytes (in UTF-16 units for text that is already decoded). */
export const MAXIMUM_LENGTH = 16 * 1024 * 1024;

/** The most lines that a file may have, so that its tree fits in 512 MB of heap whatever is in them. */
export const MAXIMUM_LINES = 500_000;

/** The file is larger than any configuration: above `MAXIMUM_LENGTH` or `MAXIMUM_LINES`. The message says which. */
export class DocumentTooLargeError extends Error {
  override readonly name = "DocumentTooLargeError";
}

/**
 * Parses a `.properties` file as `java.util.Properties.load(InputStream)` of JDK 17 does. Every text is one:
 * the only problem there can be is a malformed `\u`, and parsing goes on after it.
 *
 * @param content the bytes of a file, or text that an editor holds
 * @throws DocumentTooLargeError for a file beyond the two limits above, and nothing else
 */
export function parseProperties(content: Uint8Array | string): PropertiesDocument {
  if (content.length > MAXIMUM_LENGTH) throw tooLarge(content.length, MAXIMUM_LENGTH, "bytes");
  const source = typeof content === "string" ? decodeString(content) : decodeBytes(content);
  const lines = countLines(source.text);
  if (lines > MAXIMUM_LINES) throw tooLarge(lines, MAXIMUM_LINES, "lines");

  const nodes: (SourceEntry | SourceComment)[] = [];
  const parser = propertiesParser();
  let start = 0;
  for (const end of sliceEnds(source.text)) {
    const slice = source.text.slice(start, end);
    // The mark is part of the first line for Java, whatever that line would be without it.
    if (start === 0 && source.hasByteOrderMark) parser.parseSlice(`\uFEFF${slice}`, source, -1, nodes);
    else parser.parseSlice(slice, source, start, nodes);
    start = end;
  }
  const entries = nodes.filter((node) => node.kind === "property");
  return { ...source, nodes, entries, problems: malformedEscapes(entries) };
}

function countLines(text: string): number {
  let lines = 1;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) lines++;
  if (text.includes("\r")) for (const _ of text.matchAll(/\r(?!\n)/g)) lines++;
  return lines;
}

function tooLarge(size: number, limit: number, unit: "bytes" | "lines"): DocumentTooLargeError {
  const [is, most] = [size, limit].map((number) => number.toLocaleString("en"));
  return new DocumentTooLargeError(`The file has ${is} ${unit}; flafkac reads at most ${most}.`);
}
