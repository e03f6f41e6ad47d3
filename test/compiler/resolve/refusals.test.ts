import { expect, test } from "vitest";
import { refusalsOf } from "../../../compiler/resolve/refusals.ts";
import { sinkWith } from "./resolved.ts";

/** The refused properties of a Kafka sink with these producer properties, each with what is blamed. */
function refused(...producer: readonly string[]) {
  const sink = sinkWith(
    "type = org.apache.flume.sink.kafka.KafkaSink",
    "kafka.bootstrap.servers = h:9092",
    ...producer.map((line) => `kafka.producer.${line}`),
  );
  const short = (name: string) => name.replace("kafka.producer.", "");
  return refusalsOf(sink).map(({ name, blamed }) => [short(name), short(blamed.name)]);
}

test("nothing of a plain Kafka sink, JKS and GSSAPI being defaults that are not in force", () => {
  expect(refused()).toEqual([]);
});

test.each([
  [["ssl.truststore.location = /t.jks"], [["ssl.truststore.type", "ssl.truststore.location"]]],
  [["ssl.truststore.location = /t.p12", "ssl.truststore.type = pkcs12"], []],
  [
    ["ssl.truststore.location = /t", "ssl.truststore.type = BCFKS"],
    [["ssl.truststore.type", "ssl.truststore.type"]],
  ],
  [["ssl.keystore.location = /k", "ssl.keystore.type = ${env:TYPE}"], []],
  [
    ["security.protocol = SASL_SSL"],
    [
      ["sasl.jaas.config", "security.protocol"],
      ["sasl.mechanism", "security.protocol"],
    ],
  ],
  [["security.protocol = sasl_ssl", "sasl.mechanism = PLAIN", "sasl.jaas.config = x.Y required;"], []],
  [["sasl.mechanism = GSSAPI"], []],
  [["compression.type = lz4"], []],
])("%s", (lines, expected) => {
  expect(refused(...lines).toSorted()).toEqual(expected);
});
