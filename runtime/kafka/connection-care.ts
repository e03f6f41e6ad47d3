import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type {
  KafkajsConnection,
  KafkajsConnectionPool,
  KafkajsRequestQueue,
  KafkajsSocketOptions,
} from "kafkajs/src/cluster/index.js";

const KEEP_ALIVE_DELAY = 60_000; // ms
const REQUEST_CLOCK_INTERVAL = 250; // ms
const METADATA_API = 3;

/**
 * The sockets of kafkajs's connections: as its own, but without Nagle's delay, and with IPv6 addresses, which
 * kafkajs cannot read from `host:port` (see `kafkajsBrokerAddress`).
 */
export function kafkaSocket({ host: name, port, ssl, onConnect }: KafkajsSocketOptions): Socket {
  const host = name.replaceAll(";", ":");
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
    : connectTcp({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_DELAY);
  return socket;
}

/** Writes `[::1]:9092` so that kafkajs, which splits at the first colon, still finds host and port. */
export function kafkajsBrokerAddress(address: string): string {
  const ipv6 = /^\[([^\]]+)\]:(\d+)$/.exec(address);
  return ipv6 === null ? address : `${ipv6[1]!.replaceAll(":", ";")}:${ipv6[2]}`;
}

/**
 * Puts right what kafkajs 2.2.4 gets wrong in a new connection pool:
 * - its request queue arms a timer of negative length again and again (a `TimeoutNegativeWarning`, and 6 % of a
 *   core when idle): here only when something is pending;
 * - its request time-outs are looked for ten times a second for ever: here only while a request is out;
 * - one faulty topic or leaderless partition fails the metadata of all: here each topic's error is its own.
 */
export function mendConnectionPool(pool: KafkajsConnectionPool): void {
  for (const { requestQueue } of pool.pool) {
    requestQueue.scheduleCheckPendingRequests = () => armPendingCheck(requestQueue);
    // Called when the connection is up; nothing is out yet.
    requestQueue.scheduleRequestTimeoutCheck = () => {
      requestQueue.destroy();
      requestQueue.requestTimeoutIntervalId = undefined;
    };
    const push = requestQueue.push.bind(requestQueue);
    requestQueue.push = (request) => {
      push(request);
      armRequestClock(requestQueue);
    };
  }
  const send = pool.send.bind(pool);
  pool.send = (protocol) =>
    send(
      protocol.request.apiKey === METADATA_API
        ? { ...protocol, response: { ...protocol.response, parse: async (data: unknown) => data } }
        : protocol,
    );
}

function armPendingCheck(queue: KafkajsRequestQueue): void {
  if (queue.throttleCheckTimeoutId !== null || queue.pending.length === 0) return;
  const wait = queue.throttledUntil - Date.now();
  queue.throttleCheckTimeoutId = setTimeout(
    () => {
      queue.throttleCheckTimeoutId = null;
      queue.checkPendingRequests();
    },
    wait > 0 ? wait : 10,
  );
}

function armRequestClock(queue: KafkajsRequestQueue): void {
  if (queue.requestTimeoutIntervalId !== undefined) return;
  queue.requestTimeoutIntervalId = setInterval(() => {
    const now = Date.now();
    for (const request of queue.inflight.values()) {
      if (now - request.sentAt > request.requestTimeout) request.timeoutRequest();
    }
    if (queue.inflight.size === 0 && queue.pending.length === 0) {
      clearInterval(queue.requestTimeoutIntervalId);
      queue.requestTimeoutIntervalId = undefined;
    }
  }, REQUEST_CLOCK_INTERVAL);
}

/** Closes a connection at once: what is out fails with `error`, and no byte of its buffers is read any more. */
export function destroyConnection(connection: KafkajsConnection, error: Error): void {
  connection.socket?.destroy();
  connection.requestQueue.rejectAll(error);
  connection.requestQueue.destroy();
}
