import { feeds } from "../branches.ts";
import type { PipelinePlan, PlannedChannel, PlannedSink } from "../pipeline-plan.ts";

/**
 * Joins sources, a memory channel and the one sink on it where the sink can encode an event the moment it arrives:
 * the channel then keeps the sink's own records, and no event object is ever made. Sources may feed nothing else,
 * and none of their headers may be one that the sink looks at.
 */
export function fuseRecords(plan: PipelinePlan): PipelinePlan {
  return plan.channels.reduce(fuseChannel, plan);
}

function fuseChannel(plan: PipelinePlan, channel: PlannedChannel): PipelinePlan {
  const [sink, ...others] = plan.sinks.filter((candidate) => candidate.channel === channel.id);
  if (sink?.recordForm === undefined || others.length > 0 || channel.durable) return plan;
  const sources = plan.sources.filter((source) => feeds(source, channel.id));
  const fitting = sources.every(
    ({ unit, selector, headers, interceptors }) =>
      unit !== "record" &&
      selector.kind === "replicating" &&
      selector.branch.required.length === 1 &&
      selector.branch.optional.length === 0 &&
      ![...headers, ...interceptors].some(
        ({ header }) => sink.readsHeaders === "all" || sink.readsHeaders.includes(header),
      ),
  );
  if (sources.length === 0 || !fitting) return plan;
  return {
    ...plan,
    channels: plan.channels.map((other) => (other === channel ? asRecords(channel, sink) : other)),
    sinks: plan.sinks.map((other) =>
      other === sink
        ? {
            ...sink,
            construction: sink.recordForm!.sink,
            takes: { kind: "encoded", topic: sink.recordForm!.topic },
          }
        : other,
    ),
    notes: [...plan.notes, `${channel.id} keeps the records that ${sink.id} sends`],
  };
}

function asRecords(channel: PlannedChannel, sink: PlannedSink): PlannedChannel {
  const { construction } = channel;
  const form = sink.recordForm!;
  return {
    ...channel,
    form: "records",
    summary: `${channel.summary}, kept as the Kafka records that ${form.sinkName} sends`,
    construction: {
      ...construction,
      symbol: form.channel,
      role: "records",
      options: [...construction.options, ...form.channelOptions],
      says: `${construction.says.replace(/, in memory\.$/, "")}, held as the record batches that ${form.sinkName} sends.`,
    },
  };
}
