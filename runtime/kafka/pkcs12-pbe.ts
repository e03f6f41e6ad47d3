import { createDecipheriv, createHash, pbkdf2Sync } from "node:crypto";
import { DER_TAG, type DerValue, derInteger, derObjectIdentifier, derSequence } from "./der.ts";
import { decryptRc2Cbc } from "./rc2.ts";

const DIGESTS = new Map([
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.4", "sha224"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

const HMACS = new Map([
  ["1.2.840.113549.2.7", "sha1"],
  ["1.2.840.113549.2.8", "sha224"],
  ["1.2.840.113549.2.9", "sha256"],
  ["1.2.840.113549.2.10", "sha384"],
  ["1.2.840.113549.2.11", "sha512"],
]);

const CIPHERS = new Map([
  ["2.16.840.1.101.3.4.1.2", { name: "aes-128-cbc", keyBytes: 16 }],
  ["2.16.840.1.101.3.4.1.22", { name: "aes-192-cbc", keyBytes: 24 }],
  ["2.16.840.1.101.3.4.1.42", { name: "aes-256-cbc", keyBytes: 32 }],
  ["1.2.840.113549.3.7", { name: "des-ede3-cbc", keyBytes: 24 }],
]);

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const SHA1_TRIPLE_DES = "1.2.840.113549.1.12.1.3";
const SHA1_RC2 = new Map([
  ["1.2.840.113549.1.12.1.5", 16],
  ["1.2.840.113549.1.12.1.6", 5],
]); // bytes of the key

/** Node's name of a digest by its object identifier. */
export function digestOf(identifier: string): string {
  const digest = DIGESTS.get(identifier);
  if (digest === undefined) throw new Error(`the checksum ${identifier} is not known`);
  return digest;
}

/**
 * Decrypts what a password protects in a PKCS #12 store.
 *
 * @param algorithm the AlgorithmIdentifier before the encrypted bytes.
 * @throws Error for a wrong password, or an encryption that is not known.
 */
export function decryptPbe(algorithm: DerValue, encrypted: Buffer, password: string): Buffer {
  const [name, parameters] = derSequence(algorithm, "the encryption", 2);
  const identifier = derObjectIdentifier(name!);
  if (identifier === PBES2) return decryptPbes2(parameters!, encrypted, password);
  const rc2KeyBytes = SHA1_RC2.get(identifier);
  if (identifier !== SHA1_TRIPLE_DES && rc2KeyBytes === undefined) {
    throw new Error(`the encryption ${identifier} is not known`);
  }
  const [salt, iterations] = derSequence(parameters, "the encryption", 2);
  const rounds = derInteger(iterations!);
  const key = pkcs12Key("sha1", password, salt!.content, rounds, rc2KeyBytes ?? 24, 1);
  const iv = pkcs12Key("sha1", password, salt!.content, rounds, 8, 2);
  return rc2KeyBytes === undefined
    ? decrypt("des-ede3-cbc", key, iv, encrypted)
    : orWrongPassword(() => decryptRc2Cbc(key, iv, encrypted));
}

function decryptPbes2(parameters: DerValue, encrypted: Buffer, password: string): Buffer {
  const [derivation, scheme] = derSequence(parameters, "the encryption", 2);
  const [derivationName, derivationParameters] = derSequence(derivation, "the key derivation", 2);
  if (derObjectIdentifier(derivationName!) !== PBKDF2) throw new Error("the key derivation is not PBKDF2");
  const [salt, iterations, ...rest] = derSequence(derivationParameters, "the key derivation", 2);
  const prf = rest.find(({ tag }) => tag === DER_TAG.sequence);
  const hmac =
    prf === undefined
      ? "sha1"
      : HMACS.get(derObjectIdentifier(derSequence(prf, "the key derivation", 1)[0]!));
  const [cipherName, iv] = derSequence(scheme, "the encryption", 2);
  const cipher = CIPHERS.get(derObjectIdentifier(cipherName!));
  if (cipher === undefined || hmac === undefined) throw new Error("the encryption is not known");
  const key = pbkdf2Sync(password, salt!.content, derInteger(iterations!), cipher.keyBytes, hmac);
  return decrypt(cipher.name, key, iv!.content, encrypted);
}

function decrypt(cipher: string, key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  return orWrongPassword(() => {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  });
}

function orWrongPassword(decrypted: () => Buffer): Buffer {
  try {
    return decrypted();
  } catch {
    throw new Error("the password is wrong, or the file is damaged");
  }
}

/**
 * Key material of PKCS #12 (RFC 7292, appendix B.2).
 *
 * @param purpose 1 for a key, 2 for an initial vector, 3 for a checksum's key.
 */
export function pkcs12Key(
  digest: string,
  password: string,
  salt: Buffer,
  iterations: number,
  length: number,
  purpose: 1 | 2 | 3,
): Buffer {
  const block = digest === "sha384" || digest === "sha512" ? 128 : 64;
  const secret = Buffer.alloc((password.length + 1) * 2); // UTF-16, big-endian, with a zero at the end
  for (let at = 0; at < password.length; at++) secret.writeUInt16BE(password.charCodeAt(at), at * 2);
  const input = Buffer.concat([repeated(salt, block), repeated(secret, block)]);
  const diversifier = Buffer.alloc(block, purpose);

  const pieces: Buffer[] = [];
  for (let made = 0; made < length; ) {
    let piece = createHash(digest).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) piece = createHash(digest).update(piece).digest();
    pieces.push(piece);
    made += piece.length;
    const addend = repeated(piece, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) addOneMore(input.subarray(at, at + block), addend);
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** Repeats bytes up to the next multiple of `block`; nothing stays nothing. */
function repeated(bytes: Buffer, block: number): Buffer {
  const out = Buffer.alloc(Math.ceil(bytes.length / block) * block);
  for (let at = 0; at < out.length; at++) out[at] = bytes[at % bytes.length]!;
  return out;
}

/** `number += addend + 1`, both big-endian and of one length; what overflows is dropped. */
function addOneMore(number: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let at = number.length - 1; at >= 0; at--) {
    const sum = number[at]! + addend[at]! + carry;
    number[at] = sum & 0xff;
    carry = sum >>> 8;
  }
}
