import type { Certificates } from "./certificates.ts";

/** The listeners that a broker can have beside its plain-text one. */
export type SecureListener = "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";

/** A user that the broker's SASL listeners know, for PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
export interface SaslUser {
  readonly username: string;
  readonly password: string;
}

/** What one node's server.properties is made from. */
export interface NodeConfig {
  readonly nodeId: number;
  /** Node id → port of its controller listener, for every node of the cluster. */
  readonly controllers: ReadonlyMap<number, number>;
  /** `host:port[/chroot]` of the ZooKeeper that stands in for controllers (Kafka 3). */
  readonly zooKeeper: string | undefined;
  /** Listener name → port. */
  readonly ports: ReadonlyMap<"PLAINTEXT" | SecureListener, number>;
  readonly dataDirectory: string;
  readonly partitions: number;
  readonly users: readonly SaslUser[];
  readonly certificates: Certificates | undefined;
  /** Clients must show a certificate on the TLS listeners. */
  readonly clientCertificates: boolean;
  /** Overrides, by the broker's own names. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** The text of server.properties. */
export function serverProperties(node: NodeConfig): string {
  const replicas = Math.min(3, node.controllers.size);
  const properties: Record<string, string | number | boolean> = {
    ...(node.zooKeeper === undefined ? withControllers(node) : withZooKeeper(node, node.zooKeeper)),
    "inter.broker.listener.name": "PLAINTEXT",
    "advertised.listeners": [...node.ports].map(([name, port]) => `${name}://localhost:${port}`).join(","),
    "log.dirs": node.dataDirectory,
    "num.partitions": node.partitions,
    "default.replication.factor": replicas,
    // One partition and one copy of everything internal: quick to make, quick to recover.
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": replicas,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    // The default buffer of 128 MB would not fit into the small heap.
    "log.cleaner.dedupe.buffer.size": 4 * 1024 * 1024,
    ...saslProperties(node),
    ...tlsProperties(node),
    ...node.properties,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

const protocols = "PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL";

function withControllers(node: NodeConfig): Record<string, string | number> {
  const controllerPort = node.controllers.get(node.nodeId);
  return {
    "process.roles": "broker,controller",
    "node.id": node.nodeId,
    "controller.quorum.voters": [...node.controllers]
      .map(([id, port]) => `${id}@127.0.0.1:${port}`)
      .join(","),
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": `CONTROLLER:PLAINTEXT,${protocols}`,
    listeners: `${listeners(node)},CONTROLLER://127.0.0.1:${controllerPort}`,
    // A broker that was killed may register again only when the session of its last life is over.
    "broker.session.timeout.ms": 3_000,
    "broker.heartbeat.interval.ms": 500,
  };
}

function withZooKeeper(node: NodeConfig, zooKeeper: string): Record<string, string | number> {
  return {
    "broker.id": node.nodeId,
    "zookeeper.connect": zooKeeper,
    "listener.security.protocol.map": protocols,
    listeners: listeners(node),
    // As short as ZooKeeper allows: a broker that was killed may register again only afterwards.
    "zookeeper.session.timeout.ms": 1_000,
  };
}

function listeners({ ports }: NodeConfig): string {
  return [...ports].map(([name, port]) => `${name}://127.0.0.1:${port}`).join(",");
}

function saslProperties(node: NodeConfig): Record<string, string> {
  const properties: Record<string, string> = {};
  const users = node.users.map(({ username, password }) => ` user_${username}="${password}"`).join("");
  for (const listener of node.ports.keys()) {
    if (!listener.startsWith("SASL_")) continue;
    const prefix = `listener.name.${listener.toLowerCase()}`;
    properties["sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512";
    properties[`${prefix}.plain.sasl.jaas.config`] =
      `org.apache.kafka.common.security.plain.PlainLoginModule required${users};`;
    for (const mechanism of ["scram-sha-256", "scram-sha-512"]) {
      properties[`${prefix}.${mechanism}.sasl.jaas.config`] =
        "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    }
  }
  return properties;
}

function tlsProperties({ certificates, clientCertificates }: NodeConfig): Record<string, string> {
  if (certificates === undefined) return {};
  return {
    "ssl.keystore.type": "PKCS12",
    "ssl.keystore.location": certificates.brokerKeyStore,
    "ssl.keystore.password": certificates.password,
    "ssl.key.password": certificates.password,
    "ssl.truststore.type": "PKCS12",
    "ssl.truststore.location": certificates.trustStore,
    "ssl.truststore.password": certificates.password,
    "ssl.client.auth": clientCertificates ? "required" : "none",
  };
}
