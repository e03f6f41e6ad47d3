const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** The hash by which Kafka's Java client spreads keys over partitions: `Utils.murmur2`. A signed 32-bit number. */
export function murmur2(bytes: Buffer): number {
  let hash = SEED ^ bytes.length;
  const blocks = bytes.length & ~3;
  for (let at = 0; at < blocks; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), M);
    word ^= word >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(word, M);
  }
  const rest = bytes.length - blocks;
  if (rest >= 3) hash ^= bytes[blocks + 2]! << 16;
  if (rest >= 2) hash ^= bytes[blocks + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ bytes[blocks]!, M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** The partition of a key, where Java's `DefaultPartitioner` puts it. */
export function partitionOfKey(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitions;
}

/** UTF-8 as Java's `String.getBytes`: half a surrogate pair becomes `?`, where Node would write U+FFFD. */
export function javaUtf8(text: string): Buffer {
  return Buffer.from(text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, "?"), "utf8");
}
