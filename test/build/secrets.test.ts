import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundle } from "../../cli/build-bundle.ts";
import { runProgram } from "../../cli/program.ts";
import { printPlan } from "../../compiler/plan/print-plan.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { MemoryTerminal } from "../lint/memory-terminal.ts";
import { compile } from "./compile.ts";

const SECRETS = [
  "hunter2-jaas",
  "hunter3-truststore",
  "hunter4-keystore",
  "hunter5-key",
  "hunter6-fallback",
  "hunter7-other",
];

const CONF = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = netcat
a1.sources.r1.bind = \${env:BIND_ADDRESS}
a1.sources.r1.port = \${env:PORT:-20100}
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.keep-alive = \${env:KEEP_ALIVE}
a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink
a1.sinks.k1.kafka.bootstrap.servers = \${env:BROKER}:9092,other:9092
a1.sinks.k1.kafka.topic = logs
a1.sinks.k1.kafka.producer.security.protocol = SASL_SSL
a1.sinks.k1.kafka.producer.sasl.mechanism = PLAIN
a1.sinks.k1.kafka.producer.sasl.jaas.config = org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="hunter2-jaas";
a1.sinks.k1.kafka.producer.ssl.truststore.location = /t.p12
a1.sinks.k1.kafka.producer.ssl.truststore.type = PKCS12
a1.sinks.k1.kafka.producer.ssl.truststore.password = hunter3-truststore
a1.sinks.k1.kafka.producer.ssl.keystore.location = /k.p12
a1.sinks.k1.kafka.producer.ssl.keystore.type = PKCS12
a1.sinks.k1.kafka.producer.ssl.keystore.password = \${env:KEYSTORE:-hunter6-fallback}
a1.sinks.k1.kafka.producer.ssl.key.password = hunter5-key\${env:SUFFIX}
a1.sinks.k1.channel = c1
`;

test("no secret of the configuration is in anything that is emitted or printed", async () => {
  const compiled = compile(CONF);
  const program = await compiled.emit();
  const everything = [...program.files.values(), printPlan(compiled.plan), await bundle(program)].join("\n");
  for (const secret of SECRETS) expect(everything).not.toContain(secret);

  const folder = await temporaryDirectory("secrets");
  const conf = join(folder, "agent.conf");
  // Errors on the very lines: their frames must not show the values
  await writeFile(
    conf,
    `${CONF}a1.sinks.k1.kafka.producer.acks = 7\na1.sinks.k1.kafka.producer.ssl.keystore.type = JKS\n`,
  );
  const terminal = new MemoryTerminal();
  await runProgram(["build", conf, "-o", join(folder, "out"), "--print-plan"], terminal);
  expect(terminal.exitCode).toBe(1);
  for (const secret of SECRETS) expect(terminal.errors + terminal.output).not.toContain(secret);
});

test("secrets and references become look-ups, which .env.example and the build name", async () => {
  const folder = await temporaryDirectory("look-ups");
  const conf = join(folder, "agent.conf");
  await writeFile(conf, CONF);
  const terminal = new MemoryTerminal();
  await runProgram(["build", conf, "-o", join(folder, "out")], terminal);
  expect(terminal.exitCode).toBe(0);
  const names = [
    "BIND_ADDRESS",
    "BROKER",
    "FLAFKAC_A1_K1_SASL_JAAS_CONFIG",
    "FLAFKAC_A1_K1_SSL_KEYSTORE_PASSWORD",
    "FLAFKAC_A1_K1_SSL_KEY_PASSWORD",
    "FLAFKAC_A1_K1_SSL_TRUSTSTORE_PASSWORD",
    "KEEP_ALIVE",
    "PORT (optional)",
  ];
  expect(terminal.output).toContain(`named by …_FILE: ${names.join(", ")}.`);

  const program = await compile(CONF).emit();
  const text = program.files.get("a1.ts")!;
  expect(text).toContain('host: fromEnvironment("BIND_ADDRESS", source1, "bind")');
  expect(text).toContain('toInteger(fromEnvironmentOr("PORT", "20100"), source1, "port", 0, 65_535)');
  expect(text).toContain(
    'toInteger(fromEnvironment("KEEP_ALIVE", channel1, "keep-alive"), channel1, "keep-alive") * 1_000',
  );
  expect(text).toContain(".split(/ *, */)");
  const example = program.files.get(".env.example")!;
  expect(example.match(/^#? ?[A-Z][A-Z0-9_]*=$/gm)).toHaveLength(names.length);
});

test("a JAAS line with a look-up for its password keeps the rest", async () => {
  const conf = CONF.replace('password="hunter2-jaas"', 'password="${env:KAFKA_PASSWORD}"');
  const program = await compile(conf).emit();
  const text = program.files.get("a1.ts")!;
  expect(text).toContain('fromEnvironment("KAFKA_PASSWORD", sink1, "kafka.producer.sasl.jaas.config")');
  expect(text).toContain("PlainLoginModule required username=");
});
