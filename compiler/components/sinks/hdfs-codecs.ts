/** Hadoop's codecs: the short name, its class, what it is. */
const codecs = [
  ["gzip", "GzipCodec", "files ending in .gz"],
  ["deflate", "DeflateCodec", "zlib's format, files ending in .deflate"],
  ["default", "DefaultCodec", "the same as deflate"],
  ["bzip2", "BZip2Codec", "files ending in .bz2: small, slow"],
  ["snappy", "SnappyCodec", "Hadoop's blocks of snappy, files ending in .snappy"],
  ["lz4", "Lz4Codec", "Hadoop's blocks of lz4, files ending in .lz4"],
  ["zstandard", "ZStandardCodec", "files ending in .zst; needs Hadoop's native library"],
  ["passthrough", "PassthroughCodec", "as it is"],
  ["lzo", "LzoCodec", "where a Hadoop has the LZO library"],
  ["lzop", "LzopCodec", "where a Hadoop has the LZO library"],
] as const;

const lzo = "com.hadoop.compression.lzo";

/** A codec under the names that `HDFSEventSink` finds it by: short, with Codec behind, the class in full. */
function namesOf([short, simple]: (typeof codecs)[number]): readonly string[] {
  return [short, simple, `${short.startsWith("lzo") ? lzo : "org.apache.hadoop.io.compress"}.${simple}`];
}

/** Every name that `hdfs.codeC` may be, with its meaning. */
export const codecNames: Readonly<Record<string, string>> = Object.fromEntries([
  ...codecs.flatMap((codec) => namesOf(codec).map((name) => [name, codec[2]] as const)),
  ["none", "no compression; only a SequenceFile takes it"],
]);

/** The names among them for which there is a codec in the compiled program. */
export const compiledCodecs: readonly string[] = [
  ...codecs
    .filter(([short]) => ["gzip", "deflate", "default", "snappy", "lz4"].includes(short))
    .flatMap(namesOf),
  "none",
];
