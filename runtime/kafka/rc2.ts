// The permutation of RFC 2268, made from the digits of pi.
const PI_TABLE = Buffer.from(
  "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
  "hex",
);

const BLOCK = 8; // bytes
const ROTATIONS = [1, 2, 3, 5];

/**
 * Decrypts RC2 in CBC mode, its padding taken off (RFC 2268). Java up to release 16 protects the certificates of PKCS #12 stores
 * with it; OpenSSL 3 has put it away, for good reasons, but those stores are still there to be read.
 *
 * @param key whose length in bits is its effective length.
 * @throws Error when the padding is none: a wrong key.
 */
export function decryptRc2Cbc(key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  if (encrypted.length === 0 || encrypted.length % BLOCK !== 0)
    throw new Error("not a whole number of blocks");
  const words = expandRc2Key(key);
  const plain = Buffer.allocUnsafe(encrypted.length);
  let before = iv;
  for (let at = 0; at < encrypted.length; at += BLOCK) {
    const block = encrypted.subarray(at, at + BLOCK);
    const out = plain.subarray(at, at + BLOCK);
    decryptRc2Block(words, block, out);
    for (let byte = 0; byte < BLOCK; byte++) out[byte] = out[byte]! ^ before[byte]!;
    before = block;
  }
  const padding = plain[plain.length - 1]!;
  const end = plain.length - padding;
  if (padding < 1 || padding > BLOCK || !plain.subarray(end).every((byte) => byte === padding)) {
    throw new Error("wrong padding");
  }
  return plain.subarray(0, end);
}

/** 64 words of 16 bits. */
function expandRc2Key(key: Buffer): Uint16Array {
  const bytes = Buffer.alloc(128);
  key.copy(bytes);
  for (let at = key.length; at < 128; at++) {
    bytes[at] = PI_TABLE[(bytes[at - 1]! + bytes[at - key.length]!) & 0xff]!;
  }
  const effective = key.length; // bytes
  bytes[128 - effective] = PI_TABLE[bytes[128 - effective]!]!;
  for (let at = 127 - effective; at >= 0; at--) {
    bytes[at] = PI_TABLE[bytes[at + 1]! ^ bytes[at + effective]!]!;
  }
  return Uint16Array.from({ length: 64 }, (_, word) => bytes.readUInt16LE(word * 2));
}

function decryptRc2Block(words: Uint16Array, block: Buffer, out: Buffer): void {
  const r = [0, 2, 4, 6].map((at) => block.readUInt16LE(at)) as [number, number, number, number];
  let next = 63;
  const mix = (): void => {
    for (let i = 3; i >= 0; i--) {
      const rotation = ROTATIONS[i]!;
      const rotated = ((r[i]! >>> rotation) | (r[i]! << (16 - rotation))) & 0xffff;
      const last = r[(i + 3) & 3]!;
      r[i] = (rotated - words[next--]! - (last & r[(i + 2) & 3]!) - (~last & r[(i + 1) & 3]!)) & 0xffff;
    }
  };
  const mash = (): void => {
    for (let i = 3; i >= 0; i--) r[i] = (r[i]! - words[r[(i + 3) & 3]! & 63]!) & 0xffff;
  };
  for (let round = 0; round < 5; round++) mix();
  mash();
  for (let round = 0; round < 6; round++) mix();
  mash();
  for (let round = 0; round < 5; round++) mix();
  for (let word = 0; word < 4; word++) out.writeUInt16LE(r[word]!, word * 2);
}
