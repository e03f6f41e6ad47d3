import type { PropertyDefinitions, Refusal } from "../../schema/property.ts";
import { decimal, list, long, oneOf, path, short, text } from "../../schema/property-types.ts";

const javaOnly = "It names Java code, which does not run here; the program goes on without it.";
const noKerberos = "It belongs to Kerberos, which the program does not speak.";
const nodeTls = "Node's own TLS decides this.";

/** Keys and certificates in Java's own format, which Node cannot read. */
function notJks(kind: "keystore" | "truststore"): Refusal {
  return {
    except: ["PKCS12", "PEM"],
    when: { property: `ssl.${kind}.location` },
    why: `The compiled program reads PEM and PKCS12 stores, not Java's JKS. Convert it (keytool -importkeystore -srckeystore old.jks -destkeystore new.p12 -deststoretype PKCS12), and set ssl.${kind}.type to PKCS12.`,
  };
}

function storeType(kind: "keystore" | "truststore", holds: string) {
  return oneOf({
    values: { JKS: "Java's own format", PKCS12: "a .p12 or .pfx file", PEM: "text with BEGIN and END lines" },
    open: true,
    ignoreCase: true,
    default: "JKS",
    description: `The format of the file with ${holds}.`,
    refusedByBuild: notJks(kind),
  });
}

/** TLS properties that Kafka's producer, consumer and admin clients share, without a prefix. */
export const tlsProperties = {
  "security.protocol": oneOf({
    values: {
      PLAINTEXT: "neither TLS nor a login",
      SSL: "TLS",
      SASL_PLAINTEXT: "a login without TLS",
      SASL_SSL: "TLS and a login",
    },
    ignoreCase: true,
    default: "PLAINTEXT",
    description: "How brokers are talked to.",
  }),
  "ssl.cipher.suites": list({
    separator: "comma",
    description: "The ciphers to choose from.",
    notHere: nodeTls,
  }),
  "ssl.enabled.protocols": list({
    separator: "comma",
    default: "TLSv1.2,TLSv1.3",
    description: "The TLS versions to choose from.",
    notHere: nodeTls,
  }),
  "ssl.endpoint.identification.algorithm": text({
    default: "https",
    description: "https compares the broker's name with its certificate.",
    notHere: "Always https. To switch the comparison off, set ssl.disableTLSHostnameVerification.",
  }),
  "ssl.engine.factory.class": text({
    since: "1.10",
    description: "A Java class that makes TLS connections.",
    notHere: javaOnly,
  }),
  "ssl.key.password": text({ secret: true, description: "The password of the private key." }),
  "ssl.keymanager.algorithm": text({
    default: "SunX509",
    description: "Java's key manager.",
    notHere: nodeTls,
  }),
  "ssl.keystore.certificate.chain": text({
    since: "1.10",
    description: "The client's certificates themselves, as PEM.",
  }),
  "ssl.keystore.key": text({
    secret: true,
    since: "1.10",
    description: "The client's private key itself, as PEM.",
  }),
  "ssl.keystore.location": path({ description: "The file with the client's key and certificates." }),
  "ssl.keystore.password": text({ secret: true, description: "The password of that file." }),
  "ssl.keystore.type": storeType("keystore", "the client's key"),
  "ssl.protocol": text({
    default: "TLSv1.3",
    description: "The TLS version to start from.",
    notHere: nodeTls,
  }),
  "ssl.provider": text({ description: "Java's TLS provider.", notHere: nodeTls }),
  "ssl.secure.random.implementation": text({ description: "Java's random numbers.", notHere: nodeTls }),
  "ssl.trustmanager.algorithm": text({
    default: "PKIX",
    description: "Java's trust manager.",
    notHere: nodeTls,
  }),
  "ssl.truststore.certificates": text({
    since: "1.10",
    description: "The certificates to trust themselves, as PEM.",
  }),
  "ssl.truststore.location": path({ description: "The file with the certificates to trust." }),
  "ssl.truststore.password": text({ secret: true, description: "The password of that file." }),
  "ssl.truststore.type": storeType("truststore", "the certificates to trust"),
} satisfies PropertyDefinitions;

const withLogin = { property: "security.protocol", values: ["SASL_PLAINTEXT", "SASL_SSL"] };

/** Login properties that Kafka's producer, consumer and admin clients share, without a prefix. */
export const saslProperties = {
  "sasl.client.callback.handler.class": text({
    since: "1.9",
    description: "A Java class that answers the server's questions.",
    notHere: javaOnly,
  }),
  "sasl.jaas.config": text({
    secret: true,
    since: "1.9",
    description:
      'Who logs in, as a line of a JAAS file: org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…";',
    refusedByBuild: {
      absent: true,
      when: withLogin,
      why: "The compiled program knows no JAAS file of a JVM (java.security.auth.login.config): write the login into sasl.jaas.config.",
    },
  }),
  "sasl.kerberos.kinit.cmd": text({
    default: "/usr/bin/kinit",
    description: "Kerberos' login program.",
    notHere: noKerberos,
  }),
  "sasl.kerberos.min.time.before.relogin": long({
    default: "60000",
    unit: "ms",
    description: "The pause between two Kerberos logins.",
    notHere: noKerberos,
  }),
  "sasl.kerberos.service.name": text({ description: "The brokers' Kerberos name.", notHere: noKerberos }),
  "sasl.kerberos.ticket.renew.jitter": decimal({
    default: "0.05",
    description: "Chance in the renewal time.",
    notHere: noKerberos,
  }),
  "sasl.kerberos.ticket.renew.window.factor": decimal({
    default: "0.8",
    description: "When a ticket is renewed.",
    notHere: noKerberos,
  }),
  "sasl.login.callback.handler.class": text({
    since: "1.9",
    description: "A Java class that provides the login.",
    notHere: javaOnly,
  }),
  "sasl.login.class": text({ since: "1.9", description: "A Java class that logs in.", notHere: javaOnly }),
  "sasl.login.refresh.buffer.seconds": short({
    min: 0,
    max: 3600,
    default: "300",
    unit: "s",
    since: "1.9",
    description: "How long before its end a token is renewed.",
    notHere: "Only OAUTHBEARER has tokens to renew.",
  }),
  "sasl.login.refresh.min.period.seconds": short({
    min: 0,
    max: 900,
    default: "60",
    unit: "s",
    since: "1.9",
    description: "The shortest pause between two renewals of a token.",
    notHere: "Only OAUTHBEARER has tokens to renew.",
  }),
  "sasl.login.refresh.window.factor": decimal({
    min: 0.5,
    max: 1,
    default: "0.8",
    since: "1.9",
    description: "When in its life a token is renewed.",
    notHere: "Only OAUTHBEARER has tokens to renew.",
  }),
  "sasl.login.refresh.window.jitter": decimal({
    min: 0,
    max: 0.25,
    default: "0.05",
    since: "1.9",
    description: "Chance in the renewal time of a token.",
    notHere: "Only OAUTHBEARER has tokens to renew.",
  }),
  "sasl.mechanism": oneOf({
    values: {
      GSSAPI: "Kerberos",
      PLAIN: "user and password",
      "SCRAM-SHA-256": "user and password, never sent in clear",
      "SCRAM-SHA-512": "user and password, never sent in clear",
      OAUTHBEARER: "a token",
    },
    open: true,
    default: "GSSAPI",
    description: "How the login goes.",
    refusedByBuild: {
      except: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
      when: withLogin,
      why: "The compiled program logs in with PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, not with Kerberos or tokens. Set sasl.mechanism to one of them, with a user that the brokers know.",
    },
  }),
} satisfies PropertyDefinitions;
