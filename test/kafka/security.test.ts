import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { componentOf } from "../../runtime/agent/component.ts";
import { parseJaas } from "../../runtime/kafka/jaas.ts";
import { readPkcs12 } from "../../runtime/kafka/pkcs12.ts";
import { type KafkaSecurityOptions, kafkaSecurity } from "../../runtime/kafka/security.ts";
import { logged, sinkContext } from "../runtime/contexts.ts";

/** Made by `node test/kafka/java/record-stores.ts` with the JDK's keytool. */
const recorded = JSON.parse(readFileSync(new URL("stores.recorded.json", import.meta.url), "utf8")) as {
  password: string;
  certificate: string;
  stores: Record<string, string>;
};
const store = (name: string) => Buffer.from(recorded.stores[name]!, "base64");
const certificate = new X509Certificate(recorded.certificate);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "flafkac-stores-"));
  for (const name of Object.keys(recorded.stores)) writeFileSync(join(directory, name), store(name));
  writeFileSync(join(directory, "own.pem"), recorded.certificate);
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe("a PKCS12 store of keytool's", () => {
  test.each(["current.p12", "legacy.p12", "triple-des.p12", "rc2-128.p12", "without-checksum.p12"])(
    "%s gives key and certificate",
    (name) => {
      const { key, certificates } = readPkcs12(store(name), recorded.password);
      expect(certificates.map(({ pem }) => new X509Certificate(pem).fingerprint256)).toEqual([
        certificate.fingerprint256,
      ]);
      // throws where they do not belong together
      createSecureContext({ key: key!, cert: certificates[0]!.pem });
    },
  );

  test("for trust gives certificates without a key", () => {
    const { key, certificates } = readPkcs12(store("trust.p12"), recorded.password);
    expect(key).toBeUndefined();
    expect(new X509Certificate(certificates[0]!.pem).fingerprint256).toBe(certificate.fingerprint256);
  });

  test.each(["current.p12", "legacy.p12", "triple-des.p12", "rc2-128.p12", "trust.p12"])(
    "%s says that a password is wrong",
    (name) => {
      expect(() => readPkcs12(store(name), "wrong")).toThrow("the password is wrong, or the file is damaged");
    },
  );

  test("that is a JKS store is called so", () => {
    expect(() => readPkcs12(store("old.jks"), recorded.password)).toThrow("it is a JKS store");
  });

  test("that is damaged anywhere is refused in words, or read: no other end", () => {
    const whole = store("without-checksum.p12");
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        for (const bytes of [damaged, whole.subarray(0, length)]) {
          try {
            readPkcs12(bytes, recorded.password);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect(error).not.toBeInstanceOf(TypeError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a JAAS entry", () => {
  test("is read as Java reads it", () => {
    const { loginModule, options } = parseJaas(
      `org.example.Login required\n username="ali\\"ce" password='s= e;c' debug=true;`,
    );
    expect(loginModule).toBe("org.example.Login");
    expect([...options]).toEqual([
      ["username", 'ali"ce'],
      ["password", "s= e;c"],
      ["debug", "true"],
    ]);
  });

  test.each([
    ["", "the class of a login module expected"],
    ["org.example.Login", "a control flag such as `required` expected"],
    ["org.example.Login always;", "the control flag is none of"],
    ['org.example.Login required username="a"', "the entry does not end with ;"],
    ['org.example.Login required username="a;', "a quoted value is not closed"],
    ["org.example.Login required username;", "= expected after option username"],
    ["org.example.Login required username=;", "the value of option username expected"],
    ["org.example.Login required; org.example.Login required;", "there is more than one entry"],
  ])("%j is refused", (text, message) => {
    expect(() => parseJaas(text)).toThrow(message);
  });
});

describe("security of a client", () => {
  const jaas = (module: string, rest = 'username="alice" password="wonderland";') =>
    `org.apache.kafka.common.security.${module} required ${rest}`;
  const read = (options: KafkaSecurityOptions) => kafkaSecurity(options)(sinkContext(), "producer");
  const at = (name: string) => join(directory, name);

  test("in clear text is nothing", () => {
    expect(read({ protocol: "PLAINTEXT" })).toEqual({});
  });

  test("checks host names and wants TLS 1.2, unless told otherwise", () => {
    expect(read({ protocol: "SSL" }).ssl).toEqual({ minVersion: "TLSv1.2" });
    const unchecked = read({ protocol: "SSL", verifyHostname: false }).ssl;
    expect(unchecked?.checkServerIdentity?.("any", {} as never)).toBeUndefined();
  });

  test("takes stores of both kinds, as files and as text", () => {
    const { password } = recorded;
    const truststores = [
      { type: "PEM", location: at("own.pem") },
      { type: "PEM", certificates: recorded.certificate },
      { type: "PKCS12", location: at("trust.p12"), password },
    ] as const;
    for (const truststore of truststores) {
      const ca = read({ protocol: "SSL", truststore }).ssl?.ca;
      expect(new X509Certificate(String(ca)).fingerprint256).toBe(certificate.fingerprint256);
    }
    const pkcs12 = read({
      protocol: "SSL",
      keystore: { type: "PKCS12", location: at("current.p12"), password },
    });
    expect(String(pkcs12.ssl?.cert)).toContain("BEGIN CERTIFICATE");
    const key = String(pkcs12.ssl?.key);
    const pem = { type: "PEM", key, certificates: recorded.certificate } as const;
    expect(read({ protocol: "SSL", keystore: pem }).ssl).toMatchObject({ key, cert: recorded.certificate });
  });

  test("takes name and password from JAAS", () => {
    expect(
      read({ protocol: "SASL_PLAINTEXT", saslMechanism: "PLAIN", jaas: jaas("plain.PlainLoginModule") }),
    ).toEqual({ sasl: { mechanism: "plain", username: "alice", password: "wonderland" } });
    expect(
      read({ protocol: "SASL_SSL", saslMechanism: "SCRAM-SHA-512", jaas: jaas("scram.ScramLoginModule") }),
    ).toMatchObject({ ssl: {}, sasl: { mechanism: "scram-sha-512" } });
  });

  test.each<[string, KafkaSecurityOptions, RegExp]>([
    [
      "a file that is not there",
      { protocol: "SSL", truststore: { type: "PEM", location: "/none.pem" } },
      /ENOENT/,
    ],
    [
      "text that is no certificate",
      { protocol: "SSL", truststore: { type: "PEM", certificates: "?" } },
      /truststore/,
    ],
    [
      "a module for another mechanism",
      { protocol: "SASL_SSL", saslMechanism: "PLAIN", jaas: jaas("scram.ScramLoginModule") },
      /PLAIN needs org\.apache\.kafka\.common\.security\.plain\.PlainLoginModule/,
    ],
    [
      "an entry without a password",
      {
        protocol: "SASL_SSL",
        saslMechanism: "PLAIN",
        jaas: jaas("plain.PlainLoginModule", 'username="alice";'),
      },
      /no username or no password/,
    ],
    [
      "SASL without JAAS",
      { protocol: "SASL_SSL", saslMechanism: "PLAIN" },
      /needs sasl\.mechanism and sasl\.jaas\.config/,
    ],
  ])("refuses %s, at the component's place and without the password", (_name, options, message) => {
    expect(() => read(options)).toThrow(message);
    expect(() => read(options)).toThrow(/^sink1 \(agent1\.conf:15\): /);
    expect(() => read(options)).not.toThrow(/wonderland/);
  });

  test("blames the property of the client that it is for", () => {
    const log = logged();
    const lines = {
      "kafka.consumer.ssl.truststore.location": 21,
      "kafka.producer.ssl.truststore.location": 22,
    };
    const channel = componentOf(
      "channel",
      "channel1",
      "agent1.conf",
      { type: "kafka", line: 11, lines },
      log.output,
    );
    const security = kafkaSecurity({ protocol: "SSL", truststore: { type: "PEM", location: "/none.pem" } });
    expect(() => security(channel, "consumer")).toThrow(/^channel1 \(agent1\.conf:21\): /);
    expect(() => security(channel, "producer")).toThrow(/^channel1 \(agent1\.conf:22\): /);
  });

  test("refuses a trust store without certificates, which would trust nobody or everybody", () => {
    const location = at("empty.pem");
    writeFileSync(location, "");
    expect(() => read({ protocol: "SSL", truststore: { type: "PEM", location } })).toThrow(/no certificate/);
  });
});
