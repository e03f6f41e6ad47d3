import type { OutputBuffer } from "./output-buffer.ts";
import { headersBefore } from "./text.ts";

/** Turns the events of one file into bytes: Flume's `EventSerializer`. */
export interface FileSerializer {
  /** What the file begins with: Flume's `afterCreate`. */
  begin?(out: OutputBuffer): void;
  /** One event, whose body is `bytes[start, end)`. */
  write(
    out: OutputBuffer,
    bytes: Buffer,
    start: number,
    end: number,
    headers: ReadonlyMap<string, string>,
  ): void;
  /** After this, what was written can be read although the file goes on. */
  flush?(out: OutputBuffer): void;
}

/** Makes the serializer of a new file. */
export type FileSerializerFactory = () => FileSerializer;

/** Flume's `serializer.appendNewline`. */
export interface TextSerializerOptions {
  readonly appendNewline: boolean;
}

const APPENDED_NEWLINE = 10;

/** Bodies: Flume's `TEXT`, `BodyTextEventSerializer`. */
export function textSerializer({ appendNewline }: TextSerializerOptions): FileSerializerFactory {
  const lines: FileSerializer = {
    write(out, bytes, start, end) {
      out.append(bytes, start, end);
      out.appendByte(APPENDED_NEWLINE);
    },
  };
  const bodies: FileSerializer = { write: (out, bytes, start, end) => out.append(bytes, start, end) };
  const serializer = appendNewline ? lines : bodies;
  return () => serializer;
}

/** `{header=value} body`: Flume's `HEADER_AND_TEXT`, `HeaderAndBodyTextEventSerializer`. */
export function headerAndTextSerializer({ appendNewline }: TextSerializerOptions): FileSerializerFactory {
  const serializer: FileSerializer = {
    write(out, bytes, start, end, headers) {
      const before = headersBefore(headers);
      out.append(before, 0, before.length);
      out.append(bytes, start, end);
      if (appendNewline) out.appendByte(APPENDED_NEWLINE);
    },
  };
  return () => serializer;
}
