/** A stream of whole numbers from 0 up to (not including) a bound, the same for the same seed. */
export type RandomNumber = (bound: number) => number;

/** Marsaglia's xorshift with 32 bits: small, fast, and good enough to choose pieces of text. */
export function randomNumbers(seed: number): RandomNumber {
  let state = seed | 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Pieces of bytes (as ISO-8859-1 text) that java.util.Properties treats in a way of its own, or might. */
const DANGEROUS: readonly string[] = [
  ..."\\\\\\\\\\\\\r\n\r\n\n\f\t   ==::#!uu",
  ..."tnrfabcdefABCDEFxyz0123456789.$%{}\"'",
  "\\\n",
  "\\\r",
  "\\\r\n",
  "\\\n ",
  "\\\\",
  "\\u",
  "\\u00",
  "\\u00e9",
  "\\uD83D\\uDE00",
  "\\u004",
  "\\u000a",
  "\\:",
  "\\=",
  "\\ ",
  "\\#",
  " = ",
  "\0",
  "\x01",
  "\x0b",
  "\x1a",
  "\x7f",
  "\x85",
  "\xa0",
  "\xe9",
  "\xff",
  utf8("é"),
  utf8("€"),
  utf8("\u00a0"),
  utf8("\u2028"),
  utf8("😀"),
  utf8("\uFEFF"),
];

const ORDINARY: readonly string[] = [
  "agent1.sources = s1 s2\n",
  "agent1.sinks.k1.type: hdfs\r\n",
  "# comment\n",
  "  ! comment \\\n",
  "key",
  "value",
  "=",
  "\n",
  "\r\n",
];

/**
 * The bytes of a random properties file: mostly short and made of what is dangerous, sometimes with a byte
 * order mark, sometimes longer than the 8,192 bytes that the JDK reads at a time.
 */
export function randomFile(random: RandomNumber): Uint8Array {
  const parts: string[] = [];
  if (random(25) === 0) parts.push(utf8("\uFEFF"));
  if (random(2000) === 0) parts.push("k=".padEnd(8185 + random(12), "v"));
  const ordinary = random(4);
  for (let left = random(random(20) === 0 ? 200 : 24); left >= 0; left--) {
    const pieces = random(8) < ordinary ? ORDINARY : DANGEROUS;
    parts.push(pieces[random(pieces.length)]!);
  }
  return Buffer.from(parts.join(""), "latin1");
}
