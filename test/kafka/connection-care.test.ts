import { createRequire } from "node:module";
import type {
  KafkajsConnection,
  KafkajsConnectionPool,
  KafkajsRequestQueue,
} from "kafkajs/src/cluster/index.js";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { mendConnectionPool } from "../../runtime/kafka/connection-care.ts";

const RequestQueue: new (options: object) => KafkajsRequestQueue = createRequire(import.meta.url)(
  "kafkajs/src/network/requestQueue",
);

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** kafkajs's own queue of a connection over which nothing goes, mended. */
function queueOf(requestTimeout: number) {
  const logger = { debug: () => undefined };
  const connection = {
    requestQueue: new RequestQueue({ requestTimeout, maxInFlightRequests: null, logger }),
    connect: async () => undefined,
    processData: () => undefined,
  };
  const pool = { pool: [connection as unknown as KafkajsConnection], send: async () => undefined };
  mendConnectionPool(pool as unknown as KafkajsConnectionPool);
  const sent: number[] = [];
  const failed: Error[] = [];
  const push = (correlationId: number) =>
    connection.requestQueue.push({
      entry: {
        ...{ apiKey: 3, apiName: "Metadata", apiVersion: 5, correlationId },
        resolve: () => undefined,
        reject: (error) => failed.push(error),
      },
      expectResponse: true,
      requestTimeout,
      sendRequest: () => sent.push(correlationId),
    });
  return { queue: connection.requestQueue, push, sent, failed };
}

const setBackAnHour = () => vi.setSystemTime(Date.now() - 3_600_000);

test("a request times out when its time is up, also where the clock is set back", () => {
  const { push, failed } = queueOf(1_000);
  push(1);
  vi.advanceTimersByTime(500);
  setBackAnHour();
  vi.advanceTimersByTime(400);
  expect(failed).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(failed.map(({ message }) => message)).toEqual([expect.stringContaining("timed out")]);
});

test("a request does not time out where the clock is set forward", () => {
  const { push, failed } = queueOf(1_000);
  push(1);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(900);
  expect(failed).toEqual([]);
});

test("a broker throttles for as long as it says, also where the clock is set back", () => {
  const { queue, push, sent } = queueOf(10_000);
  queue.maybeThrottle(1_000);
  push(1);
  setBackAnHour();
  vi.advanceTimersByTime(900);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(200);
  push(2);
  expect(sent).toEqual([1, 2]);
});
