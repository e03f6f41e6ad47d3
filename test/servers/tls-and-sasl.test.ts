import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFailed } from "../../scripts/servers/command.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import type { SecureListener } from "../../scripts/servers/kafka-config.ts";
import { type BuiltProgram, EmittedProgram, environmentFor } from "./emitted-program.ts";
import { LineWriter } from "./line-writer.ts";
import { buildPipeline, flawless, verdictOf } from "./pipeline.ts";

const user = { username: "alice", password: "alice-secret-4711" };

let kafka: KafkaServer;
let mutual: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka({ listeners: ["SSL", "SASL_PLAINTEXT", "SASL_SSL"], users: [user] });
  mutual = await startKafka({ listeners: ["SSL"], clientCertificates: true });
});

afterAll(async () => {
  await Promise.all([kafka?.close(), mutual?.close()]);
});

/** The sample with properties of Kafka's producer added to its sink. */
async function secured(server: KafkaServer, listener: SecureListener, producer: Record<string, string>) {
  const properties = { "security.protocol": listener, ...producer };
  const overrides = Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [`sinks.sink1.kafka.producer.${name}`, value]),
  );
  const pipeline = await buildPipeline(server, {
    topicOptions: {},
    overrides: { ...overrides, "sinks.sink1.brokerList": server.bootstrapServersOf(listener) },
  });
  const prefixed = new Map(
    Object.entries(producer).map(([name, value]) => [`kafka.producer.${name}`, value] as const),
  );
  const environment = await environmentFor(pipeline.program, prefixed);
  const secrets = Object.keys(producer).filter((name) => /password|jaas/.test(name));
  expect(Object.keys(environment)).toHaveLength(secrets.length);
  return { pipeline, environment };
}

/** Every file of an emitted program as one text. */
async function everything({ directory }: BuiltProgram): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
  return texts.join("\n");
}

async function delivers(server: KafkaServer, listener: SecureListener, producer: Record<string, string>) {
  const { pipeline, environment } = await secured(server, listener, producer);
  await using program = await EmittedProgram.start(pipeline.program, { env: environment });
  const writer = await LineWriter.start(pipeline.port, { lines: 2_000 });
  await writer.closed;
  expect(await program.stop()).toEqual({ code: 0, signal: undefined });
  expect(writer.acknowledged.size).toBe(2_000);
  expect(await verdictOf(server, pipeline, [writer])).toEqual(flawless);
  const emitted = await everything(pipeline.program);
  const printed = await program.output();
  for (const secret of [user.password, server.certificates?.password ?? ""]) {
    if (secret === "") continue;
    expect(emitted).not.toContain(secret);
    expect(printed).not.toContain(secret);
  }
}

const trustPem = () => ({
  "ssl.truststore.type": "PEM",
  "ssl.truststore.location": kafka.certificates!.authority,
});

const trustPkcs12 = (server: KafkaServer) => ({
  "ssl.truststore.type": "PKCS12",
  "ssl.truststore.location": server.certificates!.trustStore,
  "ssl.truststore.password": server.certificates!.password,
});

const plain = {
  "sasl.mechanism": "PLAIN",
  "sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user.username}" password="${user.password}";`,
};

const scram = (mechanism: string) => ({
  "sasl.mechanism": mechanism,
  "sasl.jaas.config": `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user.username}" password="${user.password}";`,
});

describe("lines reach a broker", () => {
  test("over TLS that trusts a PEM file", () => delivers(kafka, "SSL", trustPem()));

  test("over TLS that trusts a PKCS12 store of Java's keytool", () =>
    delivers(kafka, "SSL", trustPkcs12(kafka)));

  test("over TLS with a client certificate from a PKCS12 store", () =>
    delivers(mutual, "SSL", {
      ...trustPkcs12(mutual),
      "ssl.keystore.type": "PKCS12",
      "ssl.keystore.location": mutual.certificates!.clientKeyStore,
      "ssl.keystore.password": mutual.certificates!.password,
    }));

  test("with SASL PLAIN", () => delivers(kafka, "SASL_PLAINTEXT", plain));

  test("with SCRAM-SHA-256", () => delivers(kafka, "SASL_PLAINTEXT", scram("SCRAM-SHA-256")));

  test("with SCRAM-SHA-512 over TLS", () =>
    delivers(kafka, "SASL_SSL", { ...trustPem(), ...scram("SCRAM-SHA-512") }));
});

describe("is refused in one clear line, and nothing is dropped", () => {
  /** Starts, has a few lines accepted, and waits until the log says why they cannot be delivered. */
  async function says(pattern: RegExp, listener: SecureListener, producer: Record<string, string>) {
    const { pipeline, environment } = await secured(kafka, listener, producer);
    await using program = await EmittedProgram.start(pipeline.program, {
      env: environment,
      args: ["--drain-timeout", "1"],
    });
    const writer = await LineWriter.start(pipeline.port, { lines: 10 });
    await writer.closed;
    await program.waitForOutput(pattern);
    expect(program.running).toBe(true);
    const { code } = await program.stop();
    expect(code).toBeGreaterThan(0);
    const printed = await program.output();
    expect(printed).toMatch(/sink1/);
    expect(printed).toMatch(/\b10 events/);
    expect(printed).not.toContain(producer["sasl.jaas.config"] ?? user.password);
  }

  test("a broker whose certificate is not trusted", () =>
    says(/certificate|unable to verify/i, "SSL", {
      "ssl.truststore.type": "PEM",
      "ssl.truststore.location": kafka.certificates!.otherAuthority,
    }));

  test("a wrong password", () =>
    says(/authenticat/i, "SASL_PLAINTEXT", {
      ...plain,
      "sasl.jaas.config": plain["sasl.jaas.config"].replace(user.password, "wrong"),
    }));
});

describe("is refused by the build, with the way out", () => {
  const refused = async (listener: SecureListener, producer: Record<string, string>, wayOut: RegExp) => {
    const failure = await secured(kafka, listener, producer).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandFailed);
    const { exitCode, stdout, stderr } = failure as CommandFailed;
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toMatch(wayOut);
  };

  test("a JKS store", () =>
    refused("SSL", { "ssl.truststore.location": kafka.certificates!.jksTrustStore }, /PKCS12/));

  test("Kerberos", () =>
    refused("SASL_PLAINTEXT", { "sasl.mechanism": "GSSAPI", "sasl.jaas.config": "x" }, /SCRAM/));
});
