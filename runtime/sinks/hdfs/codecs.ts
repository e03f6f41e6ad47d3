import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** One of Hadoop's compression codecs. */
export interface HadoopCodec {
  /** The Java class, as it stands in a SequenceFile. */
  readonly className: string;
  /** Its default extension. */
  readonly extension: string;
  /** A whole stream of the codec; several, one after another, read as one. */
  compress(bytes: Buffer): Buffer | Promise<Buffer>;
}

/** `hdfs.codeC = gzip`. */
export const gzipCodec: HadoopCodec = {
  className: "org.apache.hadoop.io.compress.GzipCodec",
  extension: ".gz",
  compress: (bytes) => promisify<Buffer, Buffer>(zlib.gzip)(bytes),
};

/** `hdfs.codeC = deflate`: a zlib stream. */
export const deflateCodec: HadoopCodec = {
  className: "org.apache.hadoop.io.compress.DeflateCodec",
  extension: ".deflate",
  compress: (bytes) => promisify<Buffer, Buffer>(zlib.deflate)(bytes),
};

/** `hdfs.codeC = default`: the same under another name. */
export const defaultCodec: HadoopCodec = {
  className: "org.apache.hadoop.io.compress.DefaultCodec",
  extension: ".deflate",
  compress: (bytes) => promisify<Buffer, Buffer>(zlib.deflate)(bytes),
};
