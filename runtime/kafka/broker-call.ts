import type { KafkajsConnection, KafkajsResponse } from "kafkajs/src/cluster/index.js";
import { KafkaError } from "./errors.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";

/** One kind of request, and the versions of it that are spoken here. None of them is a flexible one (KIP-482). */
export interface KafkaApi {
  readonly name: string;
  /** The protocol's number. */
  readonly key: number;
  readonly oldest: number;
  readonly newest: number;
}

/** A connection to a broker, authenticated, and what the broker speaks. */
export interface BrokerConnection {
  readonly connection: KafkajsConnection;
  /** By API key. */
  readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;
}

/**
 * The newest version of a request that both sides speak.
 *
 * @throws KafkaError UNSUPPORTED_VERSION
 */
export function versionSpoken(api: KafkaApi, versions: BrokerConnection["versions"]): number {
  const spoken = versions[api.key];
  if (spoken === undefined) return api.oldest;
  if (spoken.maxVersion < api.oldest || spoken.minVersion > api.newest) throw new KafkaError(35);
  return Math.min(spoken.maxVersion, api.newest);
}

/**
 * One request and its answer, over the request queue of kafkajs's connection: it matches answers to requests, and
 * keeps throttling and time-outs.
 *
 * @param requestTimeout ms; the connection is closed when no answer comes in time.
 * @returns the answer from after its correlation id. The buffer is the caller's.
 * @throws the connection's error.
 */
export async function callBroker(
  { connection, versions }: BrokerConnection,
  api: KafkaApi,
  requestTimeout: number,
  write: (frame: FrameWriter, version: number) => void,
): Promise<{ readonly answer: FrameReader; readonly version: number }> {
  const version = versionSpoken(api, versions);
  const correlationId = connection.nextCorrelationId();
  const frame = new FrameWriter();
  frame.int32(0); // the size, known at the end
  frame.int16(api.key);
  frame.int16(version);
  frame.int32(correlationId);
  frame.text(connection.clientId);
  write(frame, version);
  const request = frame.slice(0);
  request.writeInt32BE(request.length - 4, 0);
  const { payload } = await new Promise<KafkajsResponse>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey: api.key, apiName: api.name, apiVersion: version, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout,
      sendRequest: () => {
        const { socket } = connection;
        if (socket === undefined || socket.destroyed) throw new Error("the connection is closed");
        socket.write(request);
      },
    });
  });
  return { answer: new FrameReader(payload!), version };
}

/** Keeps later requests back for as long as the broker asks for; ms. */
export function obeyThrottle({ connection }: BrokerConnection, throttleTime: number): void {
  connection.requestQueue.maybeThrottle(throttleTime);
}
