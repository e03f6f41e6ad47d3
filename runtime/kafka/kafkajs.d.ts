// The part of kafkajs 2.2.4 that lies under its public client and is used here: its cluster, with brokers,
// connections and their request queues. The package ships no types for it. It has no `exports` map, so the
// files can be imported; the version is pinned exactly.

declare module "kafkajs/src/cluster/index.js" {
  import type { Socket } from "node:net";
  import type { ConnectionOptions } from "node:tls";

  export interface KafkajsLogger {
    namespace(name: string): KafkajsLogger;
    debug(message: string, extra?: object): void;
    info(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
    error(message: string, extra?: object): void;
  }

  export interface KafkajsSasl {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  }

  export interface KafkajsSocketOptions {
    readonly host: string;
    readonly port: number;
    readonly ssl: ConnectionOptions | null | undefined;
    readonly onConnect: () => void;
  }

  export interface KafkajsClusterOptions {
    readonly brokers: readonly string[] | (() => Promise<readonly string[]>);
    readonly clientId: string;
    readonly ssl: ConnectionOptions | undefined;
    readonly sasl: KafkajsSasl | undefined;
    /** ms */
    readonly connectionTimeout: number;
    /** ms */
    readonly authenticationTimeout: number;
    /** ms before the end of a SASL session at which a connection authenticates again. */
    readonly reauthenticationThreshold: number;
    /** ms */
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
    /** ms */
    readonly metadataMaxAge: number;
    readonly allowAutoTopicCreation: boolean;
    readonly maxInFlightRequests: number | null;
    readonly retry: { readonly retries: number };
    readonly logger: KafkajsLogger;
    readonly socketFactory: (options: KafkajsSocketOptions) => Socket;
  }

  export interface KafkajsResponse {
    readonly correlationId: number;
    /** Bytes after the correlation id; null when the request has no response. */
    readonly payload: Buffer | null;
  }

  export interface KafkajsRequestEntry {
    readonly apiKey: number;
    readonly apiName: string;
    readonly apiVersion: number;
    readonly correlationId: number;
    readonly resolve: (response: KafkajsResponse) => void;
    readonly reject: (error: Error) => void;
  }

  export interface KafkajsSocketRequest {
    readonly requestTimeout: number;
    timeoutRequest(): void;
  }

  export interface KafkajsRequestQueue {
    readonly inflight: ReadonlyMap<number, KafkajsSocketRequest>;
    readonly pending: readonly KafkajsSocketRequest[];
    requestTimeoutIntervalId: NodeJS.Timeout | undefined;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    push(request: {
      entry: KafkajsRequestEntry;
      expectResponse: boolean;
      requestTimeout: number | null;
      sendRequest: () => void;
    }): void;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
    scheduleRequestTimeoutCheck(): void;
    maybeThrottle(time: number | null): void;
    fulfillRequest(response: KafkajsResponse & { readonly size: number }): void;
    rejectAll(error: Error): void;
    destroy(): void;
  }

  export interface KafkajsConnection {
    readonly clientId: string;
    readonly requestQueue: KafkajsRequestQueue;
    readonly socket: Socket | undefined;
    socketFactory: (options: KafkajsSocketOptions) => Socket;
    /** While it logs in. */
    readonly authHandlers: object | null;
    connectionStatus: "connected" | "disconnecting" | "disconnected";
    /** process.hrtime() of the last login. */
    authenticatedAt: [seconds: number, nanoseconds: number] | null;
    /** What has come of the next response. */
    chunks: Buffer[];
    bytesBuffered: number;
    bytesNeeded: number;
    processData(chunk: Buffer): void;
    connect(): Promise<unknown>;
    /** Unless it is, and its session lasts. */
    authenticate(): Promise<unknown>;
    isConnected(): boolean;
    nextCorrelationId(): number;
  }

  export interface KafkajsConnectionPool {
    readonly host: string;
    readonly port: number;
    readonly rack: string | null;
    readonly pool: readonly KafkajsConnection[];
    getConnection(index?: number): Promise<KafkajsConnection>;
    send(protocol: KafkajsProtocol): Promise<unknown>;
  }

  export interface KafkajsProtocol {
    readonly request: { readonly apiKey: number };
    readonly response: { readonly parse: (data: unknown) => Promise<unknown> };
  }

  export interface KafkajsConnectionPoolBuilder {
    build(destination?: {
      host?: string;
      port?: number;
      rack?: string | null;
    }): Promise<KafkajsConnectionPool>;
  }

  export interface KafkajsBroker {
    connectionPool: KafkajsConnectionPool;
    /** By API key; null until the first connection. */
    versions: Record<number, { readonly minVersion: number; readonly maxVersion: number }> | null;
    isConnected(): boolean;
  }

  export interface KafkajsPartition {
    readonly partitionId: number;
    readonly partitionErrorCode: number;
    /** Node id, -1 when there is none at the moment. */
    readonly leader: number;
  }

  export interface KafkajsTopic {
    readonly topic: string;
    /** Kafka's error code, 0 for none. */
    readonly topicErrorCode: number;
    readonly isInternal: boolean;
    readonly partitionMetadata: readonly KafkajsPartition[];
  }

  export interface KafkajsBrokerPool {
    readonly metadata: { readonly topicMetadata: readonly KafkajsTopic[] } | null;
    createSeedBroker(): Promise<void>;
    findConnectedBroker(): Promise<KafkajsBroker>;
    seedBroker: KafkajsBroker | undefined;
    brokers: Record<string, KafkajsBroker>;
  }

  export default class Cluster {
    constructor(options: KafkajsClusterOptions);
    readonly connectionPoolBuilder: KafkajsConnectionPoolBuilder;
    readonly brokerPool: KafkajsBrokerPool;
    targetTopics: Set<string>;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    refreshMetadata(): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    findBroker(options: { nodeId: number | string }): Promise<KafkajsBroker>;
  }
}
