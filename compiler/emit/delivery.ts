import { branchesOf, feeds, isFused } from "../plan/branches.ts";
import type {
  PipelinePlan,
  PlannedChannel,
  PlannedFetch,
  PlannedSink,
  PlannedSource,
  PlannedTopic,
} from "../plan/pipeline-plan.ts";
import { channelsOf } from "./channels-of.ts";
import { list } from "./list.ts";
import { commentText } from "./literal.ts";
import { describeCount, describeValue } from "./values.ts";

/** What a sender and an operator may rely on: one paragraph where it is short, else a line a component. */
export function delivery(plan: PipelinePlan): string[] {
  const filled = plan.channels.filter(
    ({ id, topic }) => topic !== undefined || plan.sources.some((source) => feeds(source, id)),
  );
  const ids = new Set(filled.map(({ id }) => id));
  const sentences = [
    ...plan.sources.map((source) => admission(plan, source)),
    ...plan.sinks.filter(({ channel }) => ids.has(channel)).map((sink) => onward(plan, sink)),
    ...offsets(plan),
    ...loss(
      plan,
      filled.filter((channel) => losesOnKill(plan, channel)),
    ),
  ];
  if (sentences.length === 0) return ["Delivery: there is no source, so nothing is taken."];
  return sentences.length <= 4 ? [`Delivery: ${sentences.join(" ")}`] : ["Delivery:", ...sentences];
}

/** Where an event is when its source lets go of it. */
function admission(plan: PipelinePlan, source: PlannedSource): string {
  const { unit, selector } = source;
  const name = commentText(source.name);
  const says = plan.sources.length === 1 ? "OK" : `OK from ${name}`;
  if (channelsOf(source).length === 0) {
    return `No channel takes what ${name} receives: it is dropped${source.acknowledges ? `, in spite of ${says}` : ""}.`;
  }
  const required = selector.kind === "multiplexing" ? [] : selector.branch.required;
  if (selector.kind === "replicating" && required.length === 0) {
    return `A ${unit} from ${name} is dropped where its optional channels are full${source.acknowledges ? `, in spite of ${says}` : ""}.`;
  }
  const where = selector.kind === "multiplexing" ? "in the channels chosen for it" : wherePut(plan, required);
  const none =
    selector.kind === "multiplexing" && branchesOf(selector).some((branch) => branch.required.length === 0)
      ? " Where none is chosen, it is dropped, as in Flume."
      : "";
  if (unit === "record") return `${ofRecords(plan, source)}${none}`;
  if (source.acknowledges) return `${says} means that the ${unit} is ${where}.${none}`;
  return unit === "datagram"
    ? `${name} answers nothing: a datagram that finds no room in ${namesOf(plan, source)} is lost, and counted.${none}`
    : `${name} says nothing for a line that is ${where}, and FAILED for one that is not.${none}`;
}

/** `in channel1`, or for a Kafka channel whose acknowledgement it has. */
function wherePut(plan: PipelinePlan, required: readonly string[]): string {
  const channels = required.map((id) => channelOf(plan, id));
  return list(
    channels.map((channel) =>
      channel.topic === undefined ? `in ${commentText(channel.name)}` : acknowledged(channel.topic),
    ),
  );
}

function acknowledged({ acks, topic }: PlannedTopic): string {
  const name = describeValue(topic);
  if (acks === 0) return `on its way to ${name}, which no broker confirms (acks=0)`;
  return acks === 1
    ? `acknowledged by the leader of a partition of ${name} (acks=1)`
    : `acknowledged by all in-sync replicas of a partition of ${name} (acks=all)`;
}

function ofRecords(plan: PipelinePlan, source: PlannedSource): string {
  const name = commentText(source.name);
  const [sink] = plan.sinks.filter(({ takes }) => takes.kind === "fetched" && takes.from === source.id);
  if (sink !== undefined) {
    return `${name} commits the offset of an event after ${commentText(sink.name)} has delivered it: kill -9 loses nothing, and repeats at most what was read and not yet committed.`;
  }
  return `${name} commits the offset of an event after it is delivered from every channel that has to have it: kill -9 loses nothing, whatever they hold, and repeats at most what was read and not yet committed.`;
}

function onward(plan: PipelinePlan, sink: PlannedSink): string {
  const channel = channelOf(plan, sink.channel);
  const fused = plan.sources.find((source) => isFused(plan, source) && feeds(source, channel.id));
  if (fused !== undefined) return `From ${commentText(fused.name)} an event ${sink.promise}.`;
  const [source, ...others] = plan.sources;
  // "There" is what the sentence before has said: OK means that the line is in channel1
  const there = others.length === 0 && source?.acknowledges === true && namesOfRequired(source).length === 1;
  const oneSink = plan.sinks.length === 1 && plan.channels.length === 1;
  return there && oneSink
    ? `From there it ${sink.promise}.`
    : `From ${commentText(channel.name)} an event ${sink.promise}.`;
}

/** When the sinks of Kafka channels commit, and what becomes of records that cannot be read. */
function offsets(plan: PipelinePlan): string[] {
  const ofChannels = plan.channels.flatMap(({ id, topic }) => {
    const sinks = plan.sinks.filter(({ channel }) => channel === id).map(({ name }) => commentText(name));
    if (topic === undefined || sinks.length === 0) return [];
    return [
      `The offsets of the group ${topic.fetch.group} are committed after ${list(sinks, "or")} has delivered: kill -9 loses nothing, and repeats at most what was read and not yet committed.`,
    ];
  });
  const fetches = [
    ...plan.sources.flatMap(({ fetch }) => fetch ?? []),
    ...plan.channels.flatMap(({ id, topic }) =>
      topic !== undefined && plan.sinks.some(({ channel }) => channel === id) ? [topic.fetch] : [],
    ),
  ];
  return [...ofChannels, ...poisoned(fetches)];
}

/** Only what has to be Avro can fail to be. */
function poisoned(fetches: readonly PlannedFetch[]): string[] {
  const [fetch] = fetches.filter(({ valueFormat }) => valueFormat === "flumeEvent");
  if (fetch === undefined) return [];
  const what = "A record that is no AvroFlumeEvent";
  if (fetch.poison === "stop") return [`${what} stops the program, until it is built with --on-poison.`];
  return fetch.poison === "skip"
    ? [`${what} is left out, counted and logged.`]
    : [`${what} goes to the topic ${commentText(fetch.poison.deadLetterTopic)}, and is counted and logged.`];
}

/** A memory channel holds the only copy of what its sources have let go of; a Kafka source lets go of nothing. */
function losesOnKill(plan: PipelinePlan, channel: PlannedChannel): boolean {
  if (channel.durable || channel.form === "passed") return false;
  return plan.sources.some((source) => source.unit !== "record" && feeds(source, channel.id));
}

function loss(plan: PipelinePlan, channels: readonly PlannedChannel[]): string[] {
  const held = channels.flatMap((channel) => {
    const { name, capacity } = channel;
    if (capacity === undefined) return [];
    return [{ what: `${commentText(name)}`, from: ofOthers(plan, channel), most: describeCount(capacity) }];
  });
  const [only, ...others] = held;
  if (only === undefined) return [];
  if (others.length === 0) {
    return [`kill -9 may lose what ${only.what} holds${only.from}, at most ${only.most} events.`];
  }
  const each = held.map(({ what, from, most }) => `${what}${from} (${most} events)`);
  return [`kill -9 may lose what these channels hold at most: ${each.join(", ")}.`];
}

/** Where a channel has events of Kafka sources too, which are not lost: the names of the other sources. */
function ofOthers(plan: PipelinePlan, { id }: PlannedChannel): string {
  const sources = plan.sources.filter((source) => feeds(source, id));
  const others = sources.filter(({ unit }) => unit !== "record").map(({ name }) => commentText(name));
  return others.length === sources.length ? "" : ` from ${list(others)}`;
}

function namesOf(plan: PipelinePlan, source: PlannedSource): string {
  const { selector } = source;
  if (selector.kind === "multiplexing") return "the channels chosen for it";
  return list(namesOfRequired(source).map((id) => commentText(channelOf(plan, id).name)));
}

/** The channels that an event of a replicating source is certain to be in. */
function namesOfRequired({ selector }: PlannedSource): readonly string[] {
  return selector.kind === "multiplexing" ? [] : selector.branch.required;
}

function channelOf(plan: PipelinePlan, id: string): PlannedChannel {
  return plan.channels.find((channel) => channel.id === id)!;
}
