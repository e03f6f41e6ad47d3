import type { KafkajsConnection, KafkajsResponse } from "kafkajs/src/cluster/index.js";
import type { KafkaApi } from "./broker-call.ts";
import { FrameWriter } from "./frame-writer.ts";

/** Version 3 brought record batches, 7 is kafkajs's newest. */
export const PRODUCE_API: KafkaApi = { name: "Produce", key: 0, oldest: 3, newest: 7 };

/** How many acknowledgements the leader waits for: none, its own, or those of all in-sync replicas. */
export type Acks = 0 | 1 | -1;

/** One finished record batch and the partition that it goes to. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  /** A sealed batch; must not change until the request is over or the connection is destroyed. */
  readonly bytes: Buffer;
}

/** What the leader said of one partition. */
export interface PartitionResult {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
}

/** What all requests of one producer have in common. */
export interface ProduceOptions {
  readonly version: number;
  readonly acks: Acks;
  /** ms that the leader may wait for replicas, and the client for the leader. */
  readonly requestTimeout: number;
}

/**
 * Sends finished record batches to the leader of their partitions in one request, without copying them: the
 * frame is written piece by piece, and the corked socket hands all pieces to one `writev`. kafkajs's own encoder
 * would copy the batches two to three times. Correlation, throttling and time-outs stay with the connection's
 * request queue.
 *
 * @returns one result a partition; an empty list when `acks` is 0, as soon as the bytes are with the kernel.
 * @throws the connection's error; the caller has to destroy the connection before it uses the buffers again.
 */
export async function produce(
  connection: KafkajsConnection,
  batches: readonly PartitionBatch[],
  options: ProduceOptions,
): Promise<PartitionResult[]> {
  const correlationId = connection.nextCorrelationId();
  const pieces = produceRequestPieces(connection.clientId, correlationId, batches, options);
  const expectResponse = options.acks !== 0;
  let written: () => void = ignore;
  let failed: (error: Error) => void = ignore;
  const flushed = new Promise<void>((resolve, reject) => {
    written = resolve;
    failed = reject;
  });

  const response = new Promise<KafkajsResponse>((resolve, reject) => {
    connection.requestQueue.push({
      entry: {
        apiKey: PRODUCE_API.key,
        apiName: PRODUCE_API.name,
        apiVersion: options.version,
        correlationId,
        resolve,
        reject,
      },
      expectResponse,
      requestTimeout: options.requestTimeout,
      sendRequest: () => {
        const { socket } = connection;
        if (socket === undefined || socket.destroyed) throw new Error("the connection is closed");
        socket.cork();
        const last = pieces.length - 1;
        for (let piece = 0; piece < last; piece++) socket.write(pieces[piece]!);
        socket.write(pieces[last]!, (error) => (error ? failed(error) : written()));
        socket.uncork();
      },
    });
  });
  if (expectResponse) {
    flushed.catch(ignore); // the connection's own error ends the request
    const { payload } = await response;
    const { results, throttleTime } = decodeProduceResponse(payload!, options.version);
    connection.requestQueue.maybeThrottle(throttleTime);
    return results;
  }
  await Promise.all([response, flushed]);
  return [];
}

function ignore(): void {}

/** The frame of a produce request: what comes before each batch, and the batches themselves. */
export function produceRequestPieces(
  clientId: string,
  correlationId: number,
  batches: readonly PartitionBatch[],
  { version, acks, requestTimeout }: ProduceOptions,
): Buffer[] {
  const topics = new Map<string, PartitionBatch[]>();
  for (const batch of batches) {
    const ofTopic = topics.get(batch.topic);
    if (ofTopic === undefined) topics.set(batch.topic, [batch]);
    else ofTopic.push(batch);
  }

  const head = new FrameWriter();
  head.int32(0); // the size, known at the end
  head.int16(PRODUCE_API.key);
  head.int16(version);
  head.int32(correlationId);
  head.text(clientId);
  head.int16(-1); // no transactional id
  head.int16(acks);
  head.int32(requestTimeout);
  head.int32(topics.size);
  const pieces: Buffer[] = [];
  let size = -4; // the size field does not count itself
  let from = 0;
  for (const [topic, ofTopic] of topics) {
    head.text(topic);
    head.int32(ofTopic.length);
    for (const { partition, bytes } of ofTopic) {
      head.int32(partition);
      head.int32(bytes.length);
      pieces.push(head.slice(from), bytes);
      size += head.end - from + bytes.length;
      from = head.end;
    }
  }
  pieces[0]!.writeInt32BE(size, 0);
  return pieces;
}

/** Reads a Produce response, versions 3 to 7, from after its correlation id. */
export function decodeProduceResponse(
  payload: Buffer,
  version: number,
): { results: PartitionResult[]; throttleTime: number } {
  const results: PartitionResult[] = [];
  const partitionTail = version >= 5 ? 24 : 16; // base offset, log append time, and the log start offset since 5
  let at = 4;
  for (let topics = payload.readInt32BE(0); topics > 0; topics--) {
    const nameLength = payload.readInt16BE(at);
    const topic = payload.toString("utf8", at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    const partitions = payload.readInt32BE(at);
    at += 4;
    for (let index = 0; index < partitions; index++) {
      results.push({ topic, partition: payload.readInt32BE(at), errorCode: payload.readInt16BE(at + 4) });
      at += 6 + partitionTail;
    }
  }
  // Before version 6 the broker has held the response back itself.
  return { results, throttleTime: version >= 6 ? payload.readInt32BE(at) : 0 };
}
