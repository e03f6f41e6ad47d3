/** What `zookeeperConnect` says. */
export interface ZooKeeperConnect {
  readonly hosts: readonly ZooKeeperHost[];
  /** What stands before every path: `/kafka`; empty for none. */
  readonly chroot: string;
}

/** A member of an ensemble. */
export interface ZooKeeperHost {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 2181;

/**
 * Reads `host1:2181,host2:2181/chroot`, as ZooKeeper's own client does.
 *
 * @throws Error when it names no host, or a port that is none.
 */
export function zooKeeperConnect(text: string): ZooKeeperConnect {
  const slash = text.indexOf("/");
  const chroot = slash === -1 ? "" : text.slice(slash).trim().replace(/\/+$/, "");
  const hosts: ZooKeeperHost[] = [];
  for (const part of text.slice(0, slash === -1 ? text.length : slash).split(",")) {
    const address = part.trim();
    if (address === "") continue;
    const found = /^(?:\[([^[\]]+)\]|([^[\]:]+))(?::(\d{1,5}))?$/.exec(address);
    const port = Number(found?.[3] ?? DEFAULT_PORT);
    if (found === null || port < 1 || port > 65_535) {
      throw new Error(`${JSON.stringify(address)} is no address of a ZooKeeper (host:port)`);
    }
    hosts.push({ host: found[1] ?? found[2]!, port });
  }
  if (hosts.length === 0) throw new Error(`${JSON.stringify(text)} names no ZooKeeper (host:port)`);
  return { hosts, chroot };
}
