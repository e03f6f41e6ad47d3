import { branchesOf } from "../plan/branches.ts";
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
    `  ${commentText(source.name)}   ${source.summary}${channelsOf(source).length === 0 ? ", into no channel" : ""}`,
    ...channelsOf(source).flatMap(({ id, remark }) => channelLines(id, "    ", remark)),
  ]);
  for (const channel of plan.channels) {
    if (!shown.has(channel.id)) {
      lines.push(
        `  ${commentText(channel.name)}   ${channel.summary}, which nothing fills`,
        ...sinkLines(channel.id, "    "),
      );
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
  const fed = new Set(plan.sources.flatMap((source) => channelsOf(source).map(({ id }) => id)));
  const sentences = [
    ...plan.sources.map((source) => admission(plan, source)),
    ...plan.sinks.filter(({ channel }) => fed.has(channel)).map((sink) => onward(plan, sink)),
    ...loss(plan.channels.filter(({ id, durable }) => fed.has(id) && !durable)),
  ];
  if (sentences.length === 0) return ["Delivery: there is no source, so nothing is taken."];
  return sentences.length <= 3 ? [`Delivery: ${sentences.join(" ")}`] : ["Delivery:", ...sentences];
}

function admission(plan: PipelinePlan, source: PlannedSource): string {
  const { unit, selector } = source;
  const name = commentText(source.name);
  const names = requiredNames(plan, source);
  const says = plan.sources.length === 1 ? "OK" : `OK from ${name}`;
  if (channelsOf(source).length === 0) {
    return `No channel takes what ${name} receives: it is dropped${source.acknowledges ? `, in spite of ${says}` : ""}.`;
  }
  if (selector.kind === "replicating" && names.length === 0) {
    return `A ${unit} from ${name} is dropped where its optional channels are full${source.acknowledges ? `, in spite of ${says}` : ""}.`;
  }
  const among = selector.kind === "multiplexing" ? "the channels chosen for it" : list(names);
  const none =
    selector.kind === "multiplexing" && branchesOf(selector).some(({ required }) => required.length === 0)
      ? " Where none is chosen, it is dropped, as in Flume."
      : "";
  if (source.acknowledges) return `${says} means that the ${unit} is in ${among}.${none}`;
  return unit === "datagram"
    ? `${name} answers nothing: a datagram that finds no room in ${among} is lost, and counted.${none}`
    : `${name} says nothing for a line that is in ${among}, and FAILED for one that is not.${none}`;
}

/** The names of the channels that an event of a replicating source is certain to be in. */
function requiredNames(plan: PipelinePlan, { selector }: PlannedSource): string[] {
  if (selector.kind === "multiplexing") return [];
  return selector.branch.required.map((id) =>
    commentText(plan.channels.find((channel) => channel.id === id)!.name),
  );
}

function onward(plan: PipelinePlan, sink: PlannedSink): string {
  const channel = plan.channels.find((candidate) => candidate.id === sink.channel)!;
  const [source, ...others] = plan.sources;
  // "There" is what the sentence before has said: OK means that the line is in channel1
  const there =
    others.length === 0 && source?.acknowledges === true && requiredNames(plan, source).length === 1;
  const oneSink = plan.sinks.length === 1 && plan.channels.length === 1;
  return there && oneSink
    ? `From there it ${sink.promise}.`
    : `From ${commentText(channel.name)} an event ${sink.promise}.`;
}

function loss(channels: readonly PlannedChannel[]): string[] {
  const bounded = channels.flatMap(({ name, capacity }) =>
    capacity === undefined ? [] : [{ name, capacity }],
  );
  const [only, ...others] = bounded;
  if (only === undefined) return [];
  if (others.length === 0) {
    return [
      `kill -9 may lose what ${commentText(only.name)} holds, at most ${describeCount(only.capacity)} events.`,
    ];
  }
  const held = bounded.map(
    ({ name, capacity }) => `${commentText(name)} (${describeCount(capacity)} events)`,
  );
  return [`kill -9 may lose what these channels hold at most: ${held.join(", ")}.`];
}

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[], word: "and" | "or" = "and"): string {
  if (names.length < 2) return names[0] ?? "no channel";
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
