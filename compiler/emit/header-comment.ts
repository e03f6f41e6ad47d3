import type { PipelinePlan } from "../plan/pipeline-plan.ts";
import { channelsOf } from "./channels-of.ts";
import { lineComment } from "./comments.ts";
import { delivery } from "./delivery.ts";
import { commentText } from "./literal.ts";

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
        `  ${commentText(channel.name)}   ${channel.summary}, ${channel.topic === undefined ? "which nothing fills" : "which others fill"}`,
        ...sinkLines(channel.id, "    "),
      );
    }
  }
  return lines;
}
