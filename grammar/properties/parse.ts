import { decodeBytes, decodeString } from "../text/encoding.ts";
import type { PropertiesDocument } from "./ast.ts";
import type { SourceComment, SourceEntry } from "./document.ts";
import { malformedEscapes } from "./malformed-escape.ts";
import { propertiesParser } from "./parser.ts";
import { sliceEnds } from "./slices.ts";

/** The largest file that is read: 16 MiB, in bytes (in UTF-16 units for text that is already decoded). */
export const MAXIMUM_LENGTH = 16 * 1024 * 1024;

/** The most properties and comments that a file may have, so that its tree fits in 512 MB of heap. */
export const MAXIMUM_NODES = 1_000_000;

/** The file is larger than any configuration: above `MAXIMUM_LENGTH`, or of more than `MAXIMUM_NODES` lines. */
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
  if (content.length > MAXIMUM_LENGTH) {
    throw new DocumentTooLargeError(
      `The file has ${content.length.toLocaleString("en")} bytes; ` +
        `flafkac reads at most ${MAXIMUM_LENGTH.toLocaleString("en")}.`,
    );
  }
  const source = typeof content === "string" ? decodeString(content) : decodeBytes(content);
  const nodes: (SourceEntry | SourceComment)[] = [];
  let start = 0;
  for (const end of sliceEnds(source.text)) {
    const slice = source.text.slice(start, end);
    // The mark is part of the first line for Java, whatever that line would be without it.
    if (start === 0 && source.hasByteOrderMark)
      propertiesParser().parseSlice(`\uFEFF${slice}`, source, -1, nodes);
    else propertiesParser().parseSlice(slice, source, start, nodes);
    if (nodes.length > MAXIMUM_NODES) {
      throw new DocumentTooLargeError(
        `The file has more than ${MAXIMUM_NODES.toLocaleString("en")} properties and comments, ` +
          "which is more than flafkac reads.",
      );
    }
    start = end;
  }
  const entries = nodes.filter((node) => node.kind === "property");
  return { ...source, nodes, entries, problems: malformedEscapes(entries) };
}
