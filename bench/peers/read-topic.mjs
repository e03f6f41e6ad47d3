// What the hand-written programs share: fetch, decode in place, and commits of offsets. No group, no rebalance, no retry,
// no compression, no keys and headers: just this one job, as fast as it goes over kafkajs's connections.
import Cluster from "kafkajs/src/cluster/index.js";
import apiKeys from "kafkajs/src/protocol/requests/apiKeys.js";
import protocol from "kafkajs/src/protocol/requests/index.js";
import { crc32c } from "../../runtime/kafka/crc32c.ts";

const {
  BENCH_BROKERS = "",
  BENCH_TOPIC: topic = "",
  BENCH_GROUP: groupId = "",
  BENCH_PROCESS = "0/1",
} = process.env;
const checkCrcs = process.env.BENCH_CHECK_CRCS !== "0";
const COMMIT_EVERY = 200; // ms
const PARTITION_BYTES = 1024 * 1024;
const NEWLINE = 10;

process.removeAllListeners("warning"); // kafkajs arms timers in the past

const log = { namespace: () => log, debug() {}, info() {}, warn() {}, error() {} };
const cluster = new Cluster({
  brokers: BENCH_BROKERS.split(","),
  clientId: "hand-written",
  connectionTimeout: 10_000,
  authenticationTimeout: 10_000,
  requestTimeout: 30_000,
  enforceRequestTimeout: true,
  metadataMaxAge: 300_000,
  maxInFlightRequests: null,
  retry: { retries: 5 },
  logger: log,
  socketFactory: (await import("kafkajs/src/network/socketFactory.js")).default(),
});

/**
 * Calls `write(lines)` with the values of all records in order, each with a newline, until `stop` is called. The next
 * fetch is under way meanwhile. Offsets are committed after their lines are written.
 */
export async function readTopic(write) {
  await cluster.connect();
  await cluster.addTargetTopic(topic);
  const [process_, processes] = BENCH_PROCESS.split("/").map(Number);
  const metadata = cluster.findTopicPartitionMetadata(topic);
  const offsets = new Map();
  for (const { partitionId } of metadata) {
    if (partitionId % processes === process_) offsets.set(partitionId, 0);
  }
  const broker = await cluster.findBroker({ nodeId: metadata[0].leader });
  const coordinator = await cluster.findGroupCoordinator({ groupId });
  const fetchRequest = broker.lookupRequest(apiKeys.Fetch, protocol.requests.Fetch);
  let stopping = false;
  process.on("SIGTERM", () => {
    stopping = true;
  });

  const fetch = () => {
    const partitions = [...offsets].map(([partition, fetchOffset]) => ({
      partition,
      fetchOffset,
      maxBytes: PARTITION_BYTES,
    }));
    const { request } = fetchRequest({
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: 50 * 1024 * 1024,
      isolationLevel: 0,
      topics: [{ topic, partitions }],
    });
    const response = { decode: async (payload) => ({ payload }), parse: async ({ payload }) => payload };
    return broker.connectionPool.send({ request, response });
  };
  const commit = () =>
    coordinator.offsetCommit({
      groupId,
      groupGenerationId: -1,
      memberId: "",
      topics: [
        {
          topic,
          partitions: [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) })),
        },
      ],
    });

  let committed = performance.now();
  let next = fetch();
  while (!stopping) {
    const payload = await next;
    const pieces = linesOf(payload, offsets); // moves the offsets on
    next = fetch();
    for (const lines of pieces) await write(lines);
    if (performance.now() - committed >= COMMIT_EVERY) {
      await commit();
      committed = performance.now();
    }
  }
  await next;
  await commit();
  await cluster.disconnect();
}

/** Fetch response, version 11, after the correlation id: the lines of each partition. */
function linesOf(bytes, offsets) {
  const pieces = [];
  let at = 4 + 2 + 4; // throttle time, error code, session id
  let topics = bytes.readInt32BE(at);
  at += 4;
  for (; topics > 0; topics--) {
    at += 2 + bytes.readInt16BE(at);
    let partitions = bytes.readInt32BE(at);
    at += 4;
    for (; partitions > 0; partitions--) {
      const partition = bytes.readInt32BE(at);
      const errorCode = bytes.readInt16BE(at + 4);
      if (errorCode !== 0) throw new Error(`fetch: error ${errorCode}`);
      at += 4 + 2 + 8 + 8 + 8;
      at += 4 + Math.max(0, bytes.readInt32BE(at)) * 16; // aborted transactions
      const size = bytes.readInt32BE(at + 4); // behind the preferred replica
      at += 8;
      const lines = linesOfBatches(bytes, at, at + size, partition, offsets);
      if (lines.length > 0) pieces.push(lines);
      at += size;
    }
  }
  return pieces;
}

/** The values, each with a newline, moved together at the front: what Kafka has around a value is longer than that. */
function linesOfBatches(bytes, start, end, partition, offsets) {
  let wanted = offsets.get(partition);
  let to = start;
  let at = start;
  while (at + 61 <= end) {
    const batchEnd = at + 12 + bytes.readInt32BE(at + 8);
    if (batchEnd > end) break; // cut off: it comes again
    const baseOffset = Number(bytes.readBigInt64BE(at));
    if (checkCrcs && crc32c(bytes, at + 21, batchEnd) !== bytes.readUInt32BE(at + 17)) {
      throw new Error(`the checksum of the batch at offset ${baseOffset} is wrong`);
    }
    const attributes = bytes.readInt16BE(at + 21);
    if ((attributes & 0x07) !== 0) throw new Error("compressed batches are not this program's job");
    const lastOffset = baseOffset + bytes.readInt32BE(at + 23);
    let skip = wanted - baseOffset; // a fetch begins with the batch that holds the offset
    let from = at + 61;
    const isControl = (attributes & 0x20) !== 0;
    for (let left = isControl ? 0 : bytes.readInt32BE(at + 57); left > 0; left--, skip--) {
      let byte = bytes[from++];
      let length = byte & 0x7f;
      for (let shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[from++];
        length |= (byte & 0x7f) << shift;
      }
      const recordEnd = from + (length >>> 1);
      from++; // attributes
      while (bytes[from++] > 0x7f); // timestamp
      while (bytes[from++] > 0x7f); // offset
      byte = bytes[from++];
      let keyLength = byte & 0x7f;
      for (let shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[from++];
        keyLength |= (byte & 0x7f) << shift;
      }
      if ((keyLength & 1) === 0) from += keyLength >>> 1;
      byte = bytes[from++];
      let valueLength = byte & 0x7f;
      for (let shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[from++];
        valueLength |= (byte & 0x7f) << shift;
      }
      if (skip <= 0 && (valueLength & 1) === 0) {
        const valueEnd = from + (valueLength >>> 1);
        bytes.copyWithin(to, from, valueEnd);
        to += valueEnd - from;
        bytes[to++] = NEWLINE;
      }
      from = recordEnd;
    }
    wanted = Math.max(wanted, lastOffset + 1);
    at = batchEnd;
  }
  offsets.set(partition, wanted);
  return bytes.subarray(start, to);
}
