import { createHash, randomBytes } from "node:crypto";

/** What a client of SASL's DIGEST-MD5 answers, and what the server must say then. */
export interface DigestMd5Response {
  readonly response: Buffer;
  readonly serverProof: string;
}

/**
 * SASL's mechanism DIGEST-MD5 (RFC 2831) without a security layer, by which DataNodes check that a client knows the
 * password of a block's token.
 * @throws Error where the server offers no exchange without a security layer.
 */
export function digestMd5Response(
  challenge: string,
  user: string,
  password: string,
  uri: string,
  clientNonce = randomBytes(16).toString("base64"),
): DigestMd5Response {
  const directives = readDirectives(challenge);
  const nonce = directives.get("nonce") ?? "";
  const realm = directives.get("realm") ?? "";
  const offers = (directives.get("qop") ?? "auth").split(",").map((offer) => offer.trim());
  if (!offers.includes("auth")) {
    throw new Error(
      "dfs.data.transfer.protection is not authentication: signed or encrypted data are not supported",
    );
  }
  const secret = Buffer.concat([
    createHash("md5").update(`${user}:${realm}:${password}`).digest(),
    Buffer.from(`:${nonce}:${clientNonce}`),
  ]);
  const proof = (a2: string) =>
    md5Hex(`${md5Hex(secret)}:${nonce}:00000001:${clientNonce}:auth:${md5Hex(a2)}`);
  const response = [
    "charset=utf-8",
    `username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    "nc=00000001",
    `cnonce="${clientNonce}"`,
    `digest-uri="${uri}"`,
    "maxbuf=65536",
    `response=${proof(`AUTHENTICATE:${uri}`)}`,
    "qop=auth",
  ].join(",");
  return { response: Buffer.from(response), serverProof: `rspauth=${proof(`:${uri}`)}` };
}

/** `name=value` and `name="value"`, with commas between. */
function readDirectives(text: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/([a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^,"]*))/g)) {
    directives.set(name!, quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return directives;
}

function md5Hex(text: string | Buffer): string {
  return createHash("md5").update(text).digest("hex");
}
