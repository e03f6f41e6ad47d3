/**
 * Counters under the names that Flume's monitoring has for them. Plain fields: components add to them,
 * the monitoring server reads them. `StartTime` and `StopTime` are ms since 1970, 0 for not yet.
 */
export class SourceCounter {
  readonly Type = "SOURCE";
  /** Events that arrived whole. */
  EventReceivedCount = 0;
  /** Events stored in every required channel. */
  EventAcceptedCount = 0;
  AppendReceivedCount = 0;
  AppendAcceptedCount = 0;
  AppendBatchReceivedCount = 0;
  AppendBatchAcceptedCount = 0;
  /** Connections open now. */
  OpenConnectionCount = 0;
  /** Input that is no event: bytes invalid in the encoding, lines too long. */
  EventReadFail = 0;
  /** Events that no channel had room for within keep-alive. */
  ChannelWriteFail = 0;
  GenericProcessingFail = 0;
  /** ms spent waiting for records; this one and the next two for Kafka sources only. */
  KafkaEventGetTimer = 0;
  /** ms spent committing offsets. */
  KafkaCommitTimer = 0;
  /** Times that Kafka had nothing to give. */
  KafkaEmptyCount = 0;
  StartTime = 0;
  StopTime = 0;
}

/** A channel's counters; Flume's `ChannelCounter`. */
export class ChannelCounter {
  readonly Type = "CHANNEL";
  /** Events in the channel, those taken but not yet committed included. */
  ChannelSize = 0;
  ChannelCapacity = 0;
  EventPutAttemptCount = 0;
  EventPutSuccessCount = 0;
  EventTakeAttemptCount = 0;
  EventTakeSuccessCount = 0;
  /** Batches that went back to the head of the channel; Flume has it for Kafka channels only. */
  RollbackCount = 0;
  /** ms spent waiting for records; this one and the next two for Kafka channels only. */
  KafkaEventGetTimer = 0;
  /** ms spent waiting for acknowledgements. */
  KafkaEventSendTimer = 0;
  /** ms spent committing offsets. */
  KafkaCommitTimer = 0;
  StartTime = 0;
  StopTime = 0;

  /** 0 to 100. */
  get ChannelFillPercentage(): number {
    return this.ChannelCapacity === 0 ? Number.MAX_VALUE : (100 * this.ChannelSize) / this.ChannelCapacity;
  }
}

/** A sink's counters; Flume's `SinkCounter`. */
export class SinkCounter {
  readonly Type = "SINK";
  ConnectionCreatedCount = 0;
  ConnectionClosedCount = 0;
  ConnectionFailedCount = 0;
  BatchEmptyCount = 0;
  /** Batches smaller than the batch size. */
  BatchUnderflowCount = 0;
  BatchCompleteCount = 0;
  EventDrainAttemptCount = 0;
  EventDrainSuccessCount = 0;
  /** Batches that could not be written and went back to the channel. */
  EventWriteFail = 0;
  ChannelReadFail = 0;
  /** ms spent waiting for acknowledgements; Kafka sinks only. */
  KafkaEventSendTimer = 0;
  RollbackCount = 0;
  StartTime = 0;
  StopTime = 0;
}

/** Any component's counters. */
export type Counter = SourceCounter | ChannelCounter | SinkCounter;

/** Which of Flume's counters are readings of now, not sums since the start. */
const GAUGES: readonly string[] = [
  "OpenConnectionCount",
  "ChannelSize",
  "ChannelCapacity",
  "ChannelFillPercentage",
  "StartTime",
  "StopTime",
];

/** Names and values, `Type` excluded, sorted by name. */
export function readings(counter: Counter): [name: string, value: number][] {
  const all: [string, number][] = [];
  for (const [name, value] of Object.entries(counter)) if (typeof value === "number") all.push([name, value]);
  if (counter.Type === "CHANNEL") all.push(["ChannelFillPercentage", counter.ChannelFillPercentage]);
  return all.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether a counter can go down. */
export function isGauge(name: string): boolean {
  return GAUGES.includes(name);
}
