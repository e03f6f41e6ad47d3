import { readZooKeeper, ZooKeeperContentError } from "./read.ts";

const BROKERS_PATH = "/brokers/ids";

/** Where a broker listens, and what is spoken there. */
interface BrokerEndpoint {
  readonly listener: string;
  readonly protocol: string;
  /** `host:port`. */
  readonly address: string;
}

/**
 * The brokers that have registered in ZooKeeper, as `host:port`: the listener that has the name of the security
 * protocol, as Flume 1.11 takes it, else another one that speaks it.
 *
 * @param connect `host:2181,host2:2181/chroot`.
 * @param protocol Kafka's `security.protocol`.
 * @throws Error when no ZooKeeper answers within seconds, or when no broker with such a listener is registered.
 */
export function brokersFromZooKeeper(connect: string, protocol: string): Promise<string[]> {
  return readZooKeeper(connect, async (zooKeeper) => {
    const ids = (await zooKeeper.getChildren(BROKERS_PATH)) ?? [];
    const registered = await Promise.all(ids.map((id) => zooKeeper.getData(`${BROKERS_PATH}/${id}`)));
    const endpoints = registered.map((data) => (data === undefined ? [] : brokerEndpoints(data.toString())));
    const found = endpoints.flatMap((ofBroker) => {
      const speaking = ofBroker.filter((endpoint) => endpoint.protocol === protocol);
      const chosen = speaking.find(({ listener }) => listener === protocol) ?? speaking[0];
      return chosen === undefined ? [] : [chosen.address];
    });
    if (found.length > 0) return found.sort();
    const all = [...new Set(endpoints.flat().map((endpoint) => endpoint.protocol))].sort();
    throw new ZooKeeperContentError(
      all.length === 0
        ? `no Kafka broker is registered in the ZooKeeper ${connect} (${BROKERS_PATH})`
        : `no Kafka broker in the ZooKeeper ${connect} listens for ${protocol}, only for ${all.join(", ")}`,
    );
  });
}

/** What a broker has registered: JSON, with `endpoints` since version 2, and host and port of PLAINTEXT before. */
function brokerEndpoints(text: string): BrokerEndpoint[] {
  const registration = parsedObject(text);
  const protocols = new Map(Object.entries(Object(registration.get("listener_security_protocol_map"))));
  const urls = registration.get("endpoints");
  const endpoints: BrokerEndpoint[] = [];
  for (const url of Array.isArray(urls) ? urls : []) {
    const [, listener, host, port] = /^([\w.-]+):\/\/(.*):(\d{1,5})$/.exec(String(url)) ?? [];
    if (listener === undefined || host === "") continue;
    const protocol = String(protocols.get(listener) ?? listener);
    endpoints.push({ listener, protocol, address: `${host}:${port}` });
  }
  if (urls !== undefined) return endpoints;
  const host = registration.get("host");
  const port = registration.get("port");
  if (typeof host !== "string" || typeof port !== "number") return [];
  return [{ listener: "PLAINTEXT", protocol: "PLAINTEXT", address: `${host}:${port}` }];
}

function parsedObject(text: string): Map<string, unknown> {
  try {
    return new Map(Object.entries(Object(JSON.parse(text))));
  } catch {
    return new Map();
  }
}
