import { lookup, lookupService } from "node:dns/promises";
import { hostname } from "node:os";
import type { Event } from "../events/event.ts";

/** Flume's `StaticInterceptor`: the same header for every event; `preserveExisting` (Flume's default) keeps one that is there. */
export function addHeader(event: Event, key: string, value: string, preserveExisting: boolean): void {
  if (preserveExisting && event.headers.has(key)) return;
  event.headers.set(key, value);
}

/** Sets a header where there is something to set it to: the key of a record that has one. */
export function addIfPresent(headers: Map<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined) headers.set(name, value);
}

/** Flume's `TimestampInterceptor`: ms since 1970, as text; replaces one that is there unless `preserveExisting`. */
export function addTimestamp(event: Event, headerName: string, preserveExisting: boolean): void {
  if (preserveExisting && event.headers.has(headerName)) return;
  event.headers.set(headerName, String(Date.now()));
}

/** Flume's `HostInterceptor`; `host` comes from `localHost`, undefined (nothing is set) where that found none. */
export function addHost(
  event: Event,
  hostHeader: string,
  host: string | undefined,
  preserveExisting: boolean,
): void {
  if (host === undefined || (preserveExisting && event.headers.has(hostHeader))) return;
  event.headers.set(hostHeader, host);
}

/**
 * This machine as Java's `InetAddress.getLocalHost` sees it: the address that its name resolves to, or with
 * `useIP` false its canonical name. Undefined where the name does not resolve. Asked once, at the start, as in Flume.
 */
export async function localHost(useIP: boolean): Promise<string | undefined> {
  try {
    const { address } = await lookup(hostname());
    if (useIP) return address;
    return await lookupService(address, 0).then(
      (found) => found.hostname,
      () => address,
    );
  } catch {
    return undefined;
  }
}
