import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type {
  KafkajsConnection,
  KafkajsConnectionPool,
  KafkajsRequestQueue,
  KafkajsSocketOptions,
  KafkajsSocketRequest,
} from "kafkajs/src/cluster/index.js";
import { readFetchAnswers } from "./fetch-connection.ts";

const KEEP_ALIVE_DELAY = 60_000; // ms
const REQUEST_CLOCK_INTERVAL = 250; // ms
const METADATA_API = 3;
/** Far more than any answer to what is asked here; a server that is no broker seems to announce gigabytes. */
const MOST_RESPONSE_BYTES = 16_777_216;

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
 * - a connection that does not answer in time is asked again: here it is closed, as Java's client does, so that the
 *   next request goes over another one;
 * - it measures time-outs and throttling on the clock of the day: here neither lasts longer when that is set back;
 * - an answer that is none of Kafka's throws out of the socket's event, or is gathered until memory is full;
 * - one faulty topic or leaderless partition fails the metadata of all: here each topic's error is its own.
 */
export function mendConnectionPool(pool: KafkajsConnectionPool, largestFetch?: number): void {
  for (const [index, connection] of pool.pool.entries()) {
    if (index === 0 || largestFetch === undefined) mendReading(connection);
    else readFetchAnswers(connection, largestFetch, () => destroyConnection(connection, notKafka()));
    const { requestQueue } = connection;
    mendThrottling(requestQueue);
    // Called when the connection is up; nothing is out yet.
    requestQueue.scheduleRequestTimeoutCheck = () => {
      requestQueue.destroy();
      requestQueue.requestTimeoutIntervalId = undefined;
    };
    const push = requestQueue.push.bind(requestQueue);
    requestQueue.push = (request) => {
      push(request);
      armRequestClock(connection);
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

function mendThrottling(queue: KafkajsRequestQueue): void {
  let until = 0; // of performance.now()
  queue.maybeThrottle = (time) => {
    until = Math.max(until, performance.now() + (time ?? 0));
  };
  // Compared with the clock of the day.
  Object.defineProperty(queue, "throttledUntil", {
    get: () => (performance.now() < until ? Number.POSITIVE_INFINITY : -1),
  });
  queue.scheduleCheckPendingRequests = () => {
    if (queue.throttleCheckTimeoutId !== null || queue.pending.length === 0) return;
    const wait = until - performance.now();
    queue.throttleCheckTimeoutId = setTimeout(
      () => {
        queue.throttleCheckTimeoutId = null;
        queue.checkPendingRequests();
      },
      wait > 0 ? wait : 10,
    );
  };
}

function armRequestClock(connection: KafkajsConnection): void {
  const queue = connection.requestQueue;
  if (queue.requestTimeoutIntervalId !== undefined) return;
  const firstSeen = new WeakMap<KafkajsSocketRequest, number>();
  // Looked at after the sockets had their turn: a process that was stopped for a while finds its answers there.
  queue.requestTimeoutIntervalId = setInterval(
    () => setImmediate(closeIfLate, connection, firstSeen),
    REQUEST_CLOCK_INTERVAL,
  );
}

/** @param firstSeen when requests were first found to be out, by performance.now(). */
function closeIfLate(connection: KafkajsConnection, firstSeen: WeakMap<KafkajsSocketRequest, number>): void {
  const queue = connection.requestQueue;
  const now = performance.now();
  for (const request of queue.inflight.values()) {
    const since = firstSeen.get(request) ?? now;
    firstSeen.set(request, since);
    if (now - since <= request.requestTimeout) continue;
    request.timeoutRequest();
    destroyConnection(connection, new Error("a request before this one timed out"));
  }
  if (queue.inflight.size === 0 && queue.pending.length === 0) {
    clearInterval(queue.requestTimeoutIntervalId);
    queue.requestTimeoutIntervalId = undefined;
  }
}

/** Each connection reads from a clean start, and only what can be Kafka's. */
function mendReading(connection: KafkajsConnection): void {
  const connect = connection.connect.bind(connection);
  connection.connect = () => {
    if (!connection.isConnected()) {
      connection.chunks = [];
      connection.bytesBuffered = 0;
      connection.bytesNeeded = 4; // the size of a response
    }
    return connect();
  };
  const read = connection.processData.bind(connection);
  connection.processData = (chunk) => {
    try {
      read(chunk);
      if (connection.bytesNeeded <= MOST_RESPONSE_BYTES) return;
    } catch {
      // What there is to say follows.
    }
    destroyConnection(connection, notKafka());
  };
}

function notKafka(): Error {
  return new Error("what answers there does not speak Kafka's protocol, or speaks it over TLS");
}

/** Closes a connection at once: what is out fails with `error`, and no byte of its buffers is read any more. */
export function destroyConnection(connection: KafkajsConnection, error: Error): void {
  connection.socket?.destroy();
  connection.connectionStatus = "disconnected";
  connection.authenticatedAt = null;
  connection.requestQueue.rejectAll(error);
  connection.requestQueue.destroy();
}
