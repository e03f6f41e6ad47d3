import type { ComponentReader } from "../../plan/component-reader.ts";
import type { PlanOption } from "../../plan/pipeline-plan.ts";

/** The options `security` of a Kafka client: TLS and login, none where brokers are talked to in clear text. */
export function securityOptions(component: ComponentReader, prefix: string): PlanOption[] {
  const protocol = String(component.known(`${prefix}security.protocol`) ?? "PLAINTEXT");
  if (protocol === "PLAINTEXT") return [];
  const options: PlanOption[] = [...component.option("protocol", `${prefix}security.protocol`)];
  if (protocol.endsWith("SSL")) {
    options.push(...store(component, prefix, "truststore"), ...store(component, prefix, "keystore"));
    if (component.known(`${prefix}ssl.disableTLSHostnameVerification`) === true) {
      const origin = component.origin(`${prefix}ssl.disableTLSHostnameVerification`);
      options.push({ name: "verifyHostname", value: { kind: "literal", value: false }, origin });
    }
  }
  if (protocol.startsWith("SASL")) {
    options.push(...component.option("saslMechanism", `${prefix}sasl.mechanism`));
    options.push(...component.option("jaas", `${prefix}sasl.jaas.config`));
  }
  const symbol = { name: "kafkaSecurity", module: "kafka/security.ts" };
  const args = [{ kind: "options", options } as const];
  return [
    { name: "security", value: { kind: "runtime", use: "call", symbol, args }, origin: { from: "default" } },
  ];
}

function store(component: ComponentReader, prefix: string, which: "truststore" | "keystore"): PlanOption[] {
  const at = `${prefix}ssl.${which}.`;
  const own = {
    truststore: component.option("certificates", `${at}certificates`),
    keystore: [
      ...component.option("certificates", `${at}certificate.chain`),
      ...component.option("key", `${at}key`),
      ...component.option("keyPassword", `${prefix}ssl.key.password`),
    ],
  }[which];
  const options = [
    ...component.option("location", `${at}location`),
    ...own,
    ...component.option("password", `${at}password`),
  ];
  if (options.length === 0) return [];
  const type = component.option("type", `${at}type`);
  return [
    { name: which, value: { kind: "options", options: [...type, ...options] }, origin: { from: "default" } },
  ];
}
