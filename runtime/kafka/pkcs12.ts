import { createHash, createHmac, createPrivateKey, timingSafeEqual, X509Certificate } from "node:crypto";
import {
  DER_TAG,
  type DerValue,
  derChildren,
  derInteger,
  derObjectIdentifier,
  derSequence,
  readDer,
} from "./der.ts";
import { decryptPbe, digestOf, pkcs12Key } from "./pkcs12-pbe.ts";

/** One certificate of a store. */
export interface StoredCertificate {
  readonly pem: string;
}

/** What a PKCS #12 store holds. */
export interface Pkcs12Content {
  /** PEM, not encrypted any more. */
  readonly key: string | undefined;
  /** The key's own certificate first, where there is a key. */
  readonly certificates: readonly StoredCertificate[];
}

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const PBMAC1 = "1.2.840.113549.1.5.14";

/**
 * Reads a PKCS #12 store (RFC 7292) as Java's keytool and OpenSSL write them. Node's own `pfx` cannot: it wants a
 * private key in every store, and a trust store has none.
 *
 * @throws Error that says what is wrong: another format, a wrong password, an encryption that is not known.
 */
export function readPkcs12(content: Buffer, password: string, keyPassword: string = password): Pkcs12Content {
  if (content.length >= 4 && content.readUInt32BE(0) === 0xfeedfeed)
    throw new Error("it is a JKS store, not a PKCS12 store");
  const [version, safe, mac] = derSequence(readDer(content), "the store", 2);
  if (version === undefined || derInteger(version) !== 3)
    throw new Error("it is no PKCS12 store of version 3");
  const authenticated = dataOf(safe, "the store's content");
  if (mac !== undefined) checkMac(mac, authenticated, password);

  const certificates: Buffer[] = [];
  let key: Buffer | undefined;
  for (const part of derSequence(readDer(authenticated), "the list of contents", 0)) {
    for (const bag of derSequence(readDer(contentOf(part, password)), "a list of entries", 0)) {
      const [type, value] = derSequence(bag, "an entry", 2);
      const inner = derChildren(value!.content)[0];
      const kind = derObjectIdentifier(type!);
      if (kind === CERTIFICATE_BAG) certificates.push(certificateOf(inner));
      else if (kind === KEY_BAG) key ??= inner!.whole;
      else if (kind === SHROUDED_KEY_BAG) {
        const [algorithm, encrypted] = derSequence(inner, "a private key", 2);
        key ??= decryptPbe(algorithm!, encrypted!.content, keyPassword);
      }
    }
  }
  return inOrder(key, certificates);
}

/** The bytes in a ContentInfo that is not encrypted. */
function dataOf(info: DerValue | undefined, what: string): Buffer {
  const [type, explicit] = derSequence(info, what, 2);
  if (derObjectIdentifier(type!) !== DATA) throw new Error(`${what} is signed, not protected by a password`);
  return derChildren(explicit!.content)[0]!.content;
}

function contentOf(info: DerValue, password: string): Buffer {
  const [type, explicit] = derSequence(info, "a content", 2);
  if (derObjectIdentifier(type!) !== ENCRYPTED_DATA) return dataOf(info, "a content");
  const [, encrypted] = derSequence(derChildren(explicit!.content)[0], "encrypted content", 2);
  const [, algorithm, bytes] = derSequence(encrypted, "encrypted content", 3);
  if (bytes!.tag !== DER_TAG.implicit0) throw new Error("encrypted content in pieces cannot be read");
  return decryptPbe(algorithm!, bytes!.content, password);
}

function certificateOf(bag: DerValue | undefined): Buffer {
  const [type, value] = derSequence(bag, "a certificate", 2);
  if (derObjectIdentifier(type!) !== X509_CERTIFICATE) throw new Error("a certificate is not X.509");
  return derChildren(value!.content)[0]!.content;
}

/** A wrong password is found here, before anything is decrypted. */
function checkMac(macData: DerValue, authenticated: Buffer, password: string): void {
  const [digestInfo, salt, iterations] = derSequence(macData, "the store's checksum", 2);
  const [algorithm, expected] = derSequence(digestInfo, "the store's checksum", 2);
  const name = derObjectIdentifier(derSequence(algorithm, "the store's checksum", 1)[0]!);
  if (name === PBMAC1) return; // the decryption finds a wrong password too
  const digest = digestOf(name);
  const rounds = iterations === undefined ? 1 : derInteger(iterations);
  const length = createHash(digest).digest().length;
  const key = pkcs12Key(digest, password, salt!.content, rounds, length, 3);
  const actual = createHmac(digest, key).update(authenticated).digest();
  if (actual.length !== expected!.content.length || !timingSafeEqual(actual, expected!.content)) {
    throw new Error("the password is wrong, or the file is damaged");
  }
}

/** As PEM; the certificate that the key belongs to comes first, as TLS wants it. */
function inOrder(key: Buffer | undefined, certificates: readonly Buffer[]): Pkcs12Content {
  const parsed = certificates.map((raw) => new X509Certificate(raw));
  let pem: string | undefined;
  if (key !== undefined) {
    const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
    pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const own = parsed.findIndex((certificate) => certificate.checkPrivateKey(privateKey));
    if (own > 0) parsed.unshift(...parsed.splice(own, 1));
  }
  return { key: pem, certificates: parsed.map((certificate) => ({ pem: certificate.toString() })) };
}
