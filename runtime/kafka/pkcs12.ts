/** One certificate of a store. */
export interface StoredCertificate {
  readonly pem: string;
}

/** What a PKCS #12 store holds. */
export interface Pkcs12Content {
  /** PEM, not encrypted any more. */
  readonly key: string | undefined;
  /** The key's own certificate first. */
  readonly certificates: readonly StoredCertificate[];
}

/** Reads a PKCS #12 store. */
export function readPkcs12(_content: Buffer, _password: string, _keyPassword?: string): Pkcs12Content {
  throw new Error("PKCS12 stores cannot be read yet");
}
