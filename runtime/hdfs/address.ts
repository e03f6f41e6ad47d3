/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, an IPv6 address in brackets. */
export function nameOfAddress({ host, port }: HostAndPort): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
