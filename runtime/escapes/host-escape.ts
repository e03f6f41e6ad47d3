import { lookup, lookupService } from "node:dns/promises";
import { hostname } from "node:os";

/**
 * What Flume's `%[localhost]`, `%[IP]` and `%[FQDN]` stand for: this machine's name, its address, and its fully
 * qualified name, as Java's `InetAddress.getLocalHost` sees them. Asked once, at the start. Flume fails where the
 * name does not resolve; here it stands for all three.
 */
export async function hostEscape(host: "localhost" | "ip" | "fqdn"): Promise<string> {
  const name = hostname();
  if (host === "localhost") return name;
  try {
    const { address } = await lookup(name, { family: 4 }).catch(() => lookup(name));
    if (host === "ip") return address;
    return await lookupService(address, 0).then(
      (found) => found.hostname,
      () => address,
    );
  } catch {
    return name;
  }
}
