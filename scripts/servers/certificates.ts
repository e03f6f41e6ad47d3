import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";

/** Paths of a certificate authority made for one test run, and what it signed. */
export interface Certificates {
  /** Of every store and key below. */
  readonly password: string;
  /** The authority's certificate, PEM. */
  readonly authority: string;
  /** An authority that signed nothing here, PEM. */
  readonly otherAuthority: string;
  /** The broker's key and certificate for localhost and 127.0.0.1, PKCS12. */
  readonly brokerKeyStore: string;
  /** The authority's certificate as Java keeps it, PKCS12. */
  readonly trustStore: string;
  /** The same in Java's own JKS format. */
  readonly jksTrustStore: string;
  /** A client's certificate and key, PEM. */
  readonly clientCertificate: string;
  readonly clientKey: string;
  /** The client's certificate and key, PKCS12. */
  readonly clientKeyStore: string;
}

const days = "2";

/** Makes an authority, a broker's and a client's certificate in a folder, with openssl and Java's keytool. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const password = "changeit";
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => runCommand("openssl", args, { cwd: directory });
  const authority = (name: string) =>
    openssl(
      ...[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        days,
        "-subj",
        `/CN=flafkac test ${name}`,
      ],
      ...["-keyout", `${name}.key`, "-out", `${name}.pem`],
    );
  const signed = async (name: string, extensions: string) => {
    await writeFile(at(`${name}.ext`), extensions);
    await openssl(
      ...["req", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`],
      ...["-keyout", `${name}.key`, "-out", `${name}.csr`],
    );
    await openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", days, "-extfile", `${name}.ext`, "-out", `${name}.pem`],
    );
    await openssl(
      ...["pkcs12", "-export", "-in", `${name}.pem`, "-inkey", `${name}.key`, "-certfile", "ca.pem"],
      ...["-name", name, "-passout", `pass:${password}`, "-out", `${name}.p12`],
    );
  };
  const trust = (file: string, type: string) =>
    runCommand("keytool", [
      ...["-importcert", "-noprompt", "-alias", "ca", "-file", at("ca.pem")],
      ...["-keystore", at(file), "-storetype", type, "-storepass", password],
    ]);
  await authority("ca");
  await authority("other-ca");
  await signed("broker", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  await signed("client", "extendedKeyUsage=clientAuth\n");
  await trust("trust.p12", "PKCS12");
  await trust("trust.jks", "JKS");
  return {
    password,
    authority: at("ca.pem"),
    otherAuthority: at("other-ca.pem"),
    brokerKeyStore: at("broker.p12"),
    trustStore: at("trust.p12"),
    jksTrustStore: at("trust.jks"),
    clientCertificate: at("client.pem"),
    clientKey: at("client.key"),
    clientKeyStore: at("client.p12"),
  };
}
