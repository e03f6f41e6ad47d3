import type { PipelinePlan, PlannedChannel, PlannedSink, PlanValue } from "../pipeline-plan.ts";

/**
 * A time escape needs the header `timestamp`. What comes out of a topic that others write has none, and Flume then
 * fails with each event for ever. The record knows when it was made: where a sink of a Kafka channel has a time escape,
 * that stands in for a header that is missing, and gives the same folder when an event is delivered again.
 */
export function timeOfRecords(plan: PipelinePlan): PipelinePlan {
  return { ...plan, channels: plan.channels.map((channel) => withTime(plan, channel)) };
}

function withTime(plan: PipelinePlan, channel: PlannedChannel): PlannedChannel {
  const { topic } = channel;
  if (topic === undefined) return channel;
  const asked = plan.sinks.some((sink) => sink.channel === channel.id && hasTime(sink));
  if (!asked || topic.headers.some(({ header }) => header === "timestamp")) return channel;
  const keep = topic.fetch.keepsFlumeHeaders ? ({ keepExisting: true } as const) : {};
  const time = { header: "timestamp", value: { kind: "record", of: "timestamp" }, ...keep } as const;
  return { ...channel, topic: { ...topic, headers: [time, ...topic.headers] } };
}

/** Whether a path or name of a sink's has a time in it that comes from the event. */
export function hasTime({ construction }: PlannedSink): boolean {
  return construction.options.some(({ value }) => isOfEventTime(value));
}

function isOfEventTime(value: PlanValue): boolean {
  return (
    value.kind === "template" &&
    value.parts.some((part) => typeof part === "object" && "time" in part && part.of === "event")
  );
}
