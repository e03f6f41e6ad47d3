import type {
  Branch,
  PipelinePlan,
  PlannedChannel,
  PlannedSink,
  PlannedSource,
} from "../plan/pipeline-plan.ts";
import { lineComment } from "./comments.ts";
import { commentText } from "./literal.ts";
import { describeCount } from "./values.ts";

/** The comment at the top: what it was compiled from, the flow, and what delivery it promises. */
export function headerComment(plan: PipelinePlan, version: string): string {
  const file = commentText(plan.file);
  return lineComment([
    `${commentText(plan.agent)}, compiled by flafkac ${version} from ${file}. Edits here are lost: change ${file} and build again.`,
    "",
    ...flow(plan),
    "",
    ...delivery(plan),
  ]);
}

/** Each source with the channels below it, and below each channel its sinks; a channel's sinks are shown once. */
function flow(plan: PipelinePlan): string[] {
  const shown = new Set<string>();

  function channelLines(id: string, indent: string, remark: string): string[] {
    const channel = plan.channels.find((candidate) => candidate.id === id)!;
    const head = `${indent}└▶ ${commentText(channel.name)}   ${channel.summary}${remark}`;
    if (shown.has(id)) return [`${indent}└▶ ${commentText(channel.name)}${remark}, as above`];
    shown.add(id);
    return [head, ...sinkLines(id, `${indent}     `)];
  }

  function sinkLines(channel: string, indent: string): string[] {
    return plan.sinks
      .filter((sink) => sink.channel === channel)
      .map((sink) => `${indent}└▶ ${commentText(sink.name)}   ${sink.summary}`);
  }

  const lines = plan.sources.flatMap((source) => [
    `  ${commentText(source.name)}   ${source.summary}`,
    ...channelsOf(source).flatMap(({ id, remark }) => channelLines(id, "    ", remark)),
  ]);
  for (const channel of plan.channels) {
    if (!shown.has(channel.id)) {
      lines.push(`  ${commentText(channel.name)}   ${channel.summary}`, ...sinkLines(channel.id, "    "));
    }
  }
  return lines;
}

/** The channels of a source in order, each with the condition under which an event goes there. */
export function channelsOf(source: PlannedSource): { readonly id: string; readonly remark: string }[] {
  const { selector } = source;
  if (selector.kind === "replicating") {
    return ofBranch(selector.branch).map(({ id, optional }) => ({
      id,
      remark: optional ? ", optional" : "",
    }));
  }
  const header = commentText(selector.header);
  const conditions = new Map<string, string[]>();
  function note(branch: Branch, condition: string): void {
    for (const { id, optional } of ofBranch(branch)) {
      const list = conditions.get(id) ?? [];
      conditions.set(id, [...list, optional ? `${condition} (optional)` : condition]);
    }
  }
  for (const { values, branch } of selector.cases) {
    for (const value of values) note(branch, commentText(value));
  }
  note(selector.otherwise, "anything else");
  return [...conditions].map(([id, values]) => ({
    id,
    remark: `, where ${header} is ${list(values, "or")}`,
  }));
}

function ofBranch(branch: Branch): { id: string; optional: boolean }[] {
  return [
    ...branch.required.map((id) => ({ id, optional: false })),
    ...branch.optional.map((id) => ({ id, optional: true })),
  ];
}

/** What a sender and an operator may rely on: one paragraph where it is short, else a line a component. */
function delivery(plan: PipelinePlan): string[] {
  const sentences = [
    ...plan.sources.map((source) => admission(plan, source)),
    ...plan.sinks.map((sink) => onward(plan, sink)),
    ...loss(plan.channels.filter((channel) => !channel.durable)),
  ];
  return sentences.length <= 3 ? [`Delivery: ${sentences.join(" ")}`] : ["Delivery:", ...sentences];
}

function admission(plan: PipelinePlan, source: PlannedSource): string {
  const names = channelsOf(source)
    .filter(({ remark }) => !remark.includes("optional"))
    .map(({ id }) => commentText(plan.channels.find((channel) => channel.id === id)!.name));
  const one = source.unit;
  const among = source.selector.kind === "multiplexing" ? "the channels chosen for it" : list(names);
  if (source.acknowledges) {
    const who = plan.sources.length === 1 ? "OK means" : `OK from ${commentText(source.name)} means`;
    return `${who} that the ${one} is in ${among}.`;
  }
  return one === "datagram"
    ? `${commentText(source.name)} answers nothing: a datagram that finds no room in ${among} is lost, and counted.`
    : `${commentText(source.name)} says nothing for a line that is in ${among}, and FAILED for one that is not.`;
}

function onward(plan: PipelinePlan, sink: PlannedSink): string {
  const channel = plan.channels.find((candidate) => candidate.id === sink.channel)!;
  const from = plan.channels.length === 1 ? "From there" : `From ${commentText(channel.name)}`;
  return `${from} it ${sink.promise}.`;
}

function loss(channels: readonly PlannedChannel[]): string[] {
  const [only, ...others] = channels;
  if (only === undefined) return [];
  if (others.length === 0) {
    return [
      `kill -9 may lose what ${commentText(only.name)} holds, at most ${describeCount(only.capacity)} events.`,
    ];
  }
  const held = channels.map(
    ({ name, capacity }) => `${commentText(name)} (${describeCount(capacity)} events)`,
  );
  return [`kill -9 may lose what these channels hold at most: ${held.join(", ")}.`];
}

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[], word: "and" | "or" = "and"): string {
  if (names.length < 2) return names[0] ?? "no channel";
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
