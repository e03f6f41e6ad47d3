import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ConnectionOptions, createSecureContext } from "node:tls";
import type { KafkajsSasl } from "kafkajs/src/cluster/index.js";
import type { Component } from "../agent/component.ts";
import type { StartError } from "../agent/start-error.ts";
import { parseJaas } from "./jaas.ts";
import { readPkcs12 } from "./pkcs12.ts";

/** Certificates or keys as Kafka's `ssl.truststore.*` and `ssl.keystore.*` name them. */
export interface KafkaStore {
  /** `ssl.….type`; JKS stores are refused when building, with the `keytool` command that converts them. */
  readonly type: "PEM" | "PKCS12";
  /** A file: `ssl.….location`. */
  readonly location?: string;
  /** PEM text instead of a file: `ssl.truststore.certificates`, or `ssl.keystore.certificate.chain`. */
  readonly certificates?: string;
  /** PEM text of the private key: `ssl.keystore.key`. */
  readonly key?: string;
  /** `ssl.….password`. */
  readonly password?: string;
  /** `ssl.key.password`, where it differs from the store's. */
  readonly keyPassword?: string;
}

/** Kafka's security properties; passwords come in as values, read from the environment by the program. */
export interface KafkaSecurityOptions {
  /** `security.protocol`. */
  readonly protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
  /** Whom to trust; default Node's own list of authorities. */
  readonly truststore?: KafkaStore;
  /** Who we are, where brokers ask for a certificate. */
  readonly keystore?: KafkaStore;
  /** Whether the broker's certificate must name its host: `ssl.endpoint.identification.algorithm` is not empty. Default true. */
  readonly verifyHostname?: boolean;
  /** `sasl.mechanism`. */
  readonly saslMechanism?: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
  /** `sasl.jaas.config`: holds the user's name and password. */
  readonly jaas?: string;
}

const LOGIN_MODULES = new Map([
  ["PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"],
  ["SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule"],
  ["SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule"],
]);

/**
 * Reads what is needed for TLS and SASL, and tries it: a wrong password or a damaged file is found at the start.
 * Throws StartError with the line of the property to blame; never with a password.
 */
export type KafkaSecurity = (
  component: Component,
  client: KafkaClientKind,
) => { ssl?: ConnectionOptions; sasl?: KafkajsSasl };

/** Whose properties they are: `kafka.producer.…` or `kafka.consumer.…`. A Kafka channel has both. */
export type KafkaClientKind = "producer" | "consumer";

/** A client's security, as its properties say; files are read when the client starts. */
export function kafkaSecurity(options: KafkaSecurityOptions): KafkaSecurity {
  const { protocol } = options;
  return (component, client) => {
    const blame: Blame = (reason, property) => component.startError(reason, `kafka.${client}.${property}`);
    return {
      ...(protocol.endsWith("SSL") ? { ssl: tlsOptions(blame, options) } : {}),
      ...(protocol.startsWith("SASL") ? { sasl: saslOptions(blame, options) } : {}),
    };
  };
}

/** The error for a property of the client, named as Kafka does. */
type Blame = (reason: string, property: string) => StartError;

function tlsOptions(
  blame: Blame,
  { truststore, keystore, verifyHostname }: KafkaSecurityOptions,
): ConnectionOptions {
  const trusted = truststore === undefined ? {} : readTruststore(blame, truststore);
  const own = keystore === undefined ? {} : readKeystore(blame, keystore);
  return {
    minVersion: "TLSv1.2",
    ...trusted,
    ...own,
    ...(verifyHostname === false ? { checkServerIdentity: () => undefined } : {}),
  };
}

function readTruststore(blame: Blame, store: KafkaStore): ConnectionOptions {
  return read(blame, "truststore", store, (content) => {
    const ca =
      store.type === "PEM"
        ? pemCertificates(content.toString("latin1"))
        : readPkcs12(content, store.password ?? "").certificates.map(({ pem }) => pem);
    // With an empty list Node would trust its own authorities.
    if (ca.length === 0) throw new Error("there is no certificate in it");
    createSecureContext({ ca });
    return { ca };
  });
}

/** The certificates of a PEM text, each of them tried. */
function pemCertificates(text: string): string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return found.map((pem) => new X509Certificate(pem).toString());
}

function readKeystore(blame: Blame, store: KafkaStore): ConnectionOptions {
  return read(blame, "keystore", store, (content) => {
    const keyPassword = store.keyPassword ?? store.password;
    const passphrase = keyPassword === undefined ? {} : { passphrase: keyPassword };
    let identity: ConnectionOptions;
    if (store.type === "PEM") {
      const text = content.toString("latin1");
      identity = { key: store.key ?? text, cert: store.certificates ?? text, ...passphrase };
    } else {
      const { key, certificates } = readPkcs12(content, store.password ?? "", store.keyPassword);
      if (key === undefined) throw new Error("there is no private key in it");
      identity = { key, cert: certificates.map(({ pem }) => pem).join("") };
    }
    createSecureContext(identity);
    return identity;
  });
}

/** The store's content goes to `use`; what fails names the property. */
function read<T>(
  blame: Blame,
  store: "truststore" | "keystore",
  options: KafkaStore,
  use: (content: Buffer) => T,
): T {
  try {
    const inline = options.certificates;
    return use(inline === undefined ? readFileSync(options.location ?? "") : Buffer.from(inline, "latin1"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw blame(
      `cannot use the ${store} ${options.location ?? "given as PEM text"}: ${reason}`,
      `ssl.${store}.location`,
    );
  }
}

function saslOptions(blame: Blame, { saslMechanism, jaas }: KafkaSecurityOptions): KafkajsSasl {
  const property = "sasl.jaas.config";
  if (saslMechanism === undefined || jaas === undefined) {
    throw blame("SASL needs sasl.mechanism and sasl.jaas.config", "security.protocol");
  }
  let entry: ReturnType<typeof parseJaas>;
  try {
    entry = parseJaas(jaas);
  } catch (error) {
    throw blame(`sasl.jaas.config: ${(error as Error).message}`, property);
  }
  const expected = LOGIN_MODULES.get(saslMechanism);
  if (entry.loginModule !== expected) {
    throw blame(
      `sasl.jaas.config names ${entry.loginModule}, but ${saslMechanism} needs ${expected}`,
      property,
    );
  }
  const username = entry.options.get("username");
  const password = entry.options.get("password");
  if (username === undefined || password === undefined) {
    throw blame("sasl.jaas.config has no username or no password", property);
  }
  return { mechanism: saslMechanism.toLowerCase() as KafkajsSasl["mechanism"], username, password };
}
