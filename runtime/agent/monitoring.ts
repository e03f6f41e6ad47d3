import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Component } from "./component.ts";
import { readings } from "./counters.ts";
import { prometheusText } from "./prometheus.ts";

/** Flume's `/metrics`: `{"SOURCE.source1":{"EventReceivedCount":"12",…,"Type":"SOURCE"}}`, all values strings. */
export function flumeMetrics(components: readonly Component[]): string {
  const all = new Map<string, Record<string, string>>();
  for (const { counters, name } of components) {
    const values: Record<string, string> = {};
    for (const [counter, value] of readings(counters)) {
      values[counter] =
        counter === "ChannelFillPercentage" && Number.isInteger(value) ? value.toFixed(1) : String(value);
    }
    values.Type = counters.Type;
    all.set(`${counters.Type}.${name}`, values);
  }
  return JSON.stringify(Object.fromEntries(all));
}

/** What goes back to a scraper. */
interface MonitoringReply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/**
 * Counters over HTTP, as Flume's `HTTPMetricsServer`, on paths of its own for what Flume has not:
 *
 * - `/metrics`: Flume's JSON, where Flume has it; Prometheus text for a scraper that asks for it (`Accept`).
 * - `/metrics/prometheus`: Prometheus text for anyone.
 * - `/healthz`: 200 as long as the program answers. `/readyz`: 200 once every source takes events, until the stop.
 */
export class MonitoringServer {
  readonly #agent: string;
  readonly #components: readonly Component[];
  readonly #isReady: () => boolean;
  #server: Server | undefined;

  constructor(agent: string, components: readonly Component[], isReady: () => boolean) {
    this.#agent = agent;
    this.#components = components;
    this.#isReady = isReady;
  }

  /** Listens; resolves to the port, which matters when 0 was asked for. Rejects with the system's error. */
  async start(host: string, port: number): Promise<number> {
    // Only who asks for monitoring pays for loading HTTP.
    const { createServer } = await import("node:http");
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  /** Closes the port and every connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, type, text } = this.#reply(request);
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
    response.end(text);
  }

  #reply(request: IncomingMessage): MonitoringReply {
    const method = request.method ?? "";
    if (method === "TRACE" || method === "OPTIONS") return plain(403, "forbidden");
    if (method !== "GET" && method !== "HEAD") return plain(405, "only GET");
    switch ((request.url ?? "/").split("?", 1)[0]) {
      case "/metrics":
        if (asksForPrometheus(request.headers.accept ?? "")) return this.#prometheus();
        return { status: 200, type: "application/json;charset=utf-8", text: flumeMetrics(this.#components) };
      case "/metrics/prometheus":
        return this.#prometheus();
      case "/healthz":
        return plain(200, "ok");
      case "/readyz":
        return this.#isReady() ? plain(200, "ready") : plain(503, "not ready");
      case "/":
        return plain(200, "/metrics\n/metrics/prometheus\n/healthz\n/readyz");
      default:
        return plain(404, "not found");
    }
  }

  #prometheus(): MonitoringReply {
    const text = prometheusText(this.#agent, this.#components);
    return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", text };
  }
}

/** What Prometheus sends; a browser or curl does not. */
function asksForPrometheus(accept: string): boolean {
  return accept.includes("openmetrics-text") || accept.includes("version=0.0.4");
}

function plain(status: number, text: string): MonitoringReply {
  return { status, type: "text/plain; charset=utf-8", text: `${text}\n` };
}
