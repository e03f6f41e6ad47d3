import { isFused } from "../plan/branches.ts";
import type {
  Branch,
  PipelinePlan,
  PlannedHeader,
  PlannedSelector,
  PlannedSource,
} from "../plan/pipeline-plan.ts";
import { channelsOf } from "./channels-of.ts";
import { docComment } from "./comments.ts";
import { headerValue, interceptorLine, interceptorNote } from "./headers.ts";
import type { ImportList } from "./import-list.ts";
import { arrayOf, type Code, call, layOut, objectOf } from "./layout.ts";
import { list } from "./list.ts";
import { commentText, printLiteral } from "./literal.ts";
import type { Names } from "./names.ts";
import { printEventOf, supplyOf } from "./records.ts";
import type { ValuePrinter } from "./values.ts";

const FULL_CHANNEL = { name: "FullChannel", module: "channels/full-channel.ts" };
const REMOTE_INFO = { name: "RemoteInfo", module: "node:dgram" };
const EVENT = { name: "Event", module: "events/event.ts" };

/** The `put` function of each source by its id, and the text of all of them; sources that do the same share one. */
export interface PutFunctions {
  readonly nameOf: ReadonlyMap<string, string>;
  /** The function that makes an event of a record, by the id of its Kafka source. */
  readonly eventOf: ReadonlyMap<string, string>;
  readonly text: readonly string[];
}

/** What happens to an event between its source and its channels, as straight code. */
export function printPutFunctions(
  plan: PipelinePlan,
  names: Names,
  values: ValuePrinter,
  imports: ImportList,
): PutFunctions {
  const putting = plan.sources.filter((source) => !isFused(plan, source));
  const alike = Map.groupBy(putting, (source) =>
    JSON.stringify([parameters(source, imports), body(plan, source, names, values, imports)]),
  );
  const nameOf = new Map<string, string>();
  const text: string[] = [];
  for (const sources of alike.values()) {
    const source = sources[0]!;
    const name = names.functionOf("put", "From", source, alike.size === 1);
    for (const one of sources) nameOf.set(one.id, name);
    const result = `: ${imports.useType(FULL_CHANNEL)} | undefined {`;
    text.push(
      [
        docComment(describe(plan, sources)),
        layOut("function ", call(name, ...parameters(source, imports)), result),
        body(plan, source, names, values, imports),
        "}",
      ].join("\n"),
    );
  }
  const eventOf = new Map<string, string>();
  const readers = putting.filter(({ fetch }) => fetch !== undefined);
  for (const source of readers) {
    const name = names.functionOf("receivedEvent", "Of", source, readers.length === 1);
    eventOf.set(source.id, name);
    text.push(printEventOf(name, supplyOf(plan, source.id), true, values, imports));
  }
  return { nameOf, eventOf, text };
}

/** The parameters of `put`: an event, or the part of a chunk that is one. */
function parameters(source: PlannedSource, imports: ImportList): string[] {
  if (source.unit === "record") return [`event: ${imports.useType(EVENT)}`];
  const chunk = source.unit === "line" ? "chunk: Buffer" : "datagram: Buffer";
  const hasSender = source.headers.some((header) => header.value.kind === "sender");
  const sender = hasSender ? [`sender: ${imports.useType(REMOTE_INFO)}`] : [];
  return [chunk, "start: number", "end: number", ...sender];
}

function body(
  plan: PipelinePlan,
  source: PlannedSource,
  names: Names,
  values: ValuePrinter,
  imports: ImportList,
): string {
  const chunk = source.unit === "line" ? "chunk" : "datagram";
  const { selector } = source;
  const only = onlyChannel(selector);
  if (source.unit === "record") return branchStatements(selector, [], names);
  if (appendsTo(plan, source, only)) {
    const records = names.objectOf(only!);
    return `  return ${records}.append(${chunk}, start, end) ? undefined : ${records};`;
  }
  if (selector.kind === "replicating" && channelsOf(source).length === 0) {
    return branchLines(selector.branch, names, 2).join("\n");
  }
  const event = objectOf([
    { key: "headers", value: headers(source.headers, values, imports) },
    // A copy: a slice would keep the whole chunk alive for as long as the event is in a channel
    { key: "body", value: `Buffer.from(${chunk}.subarray(start, end))` },
  ]);
  const eventLine = [
    layOut(`const event: ${imports.useType(EVENT)} = `, event, ";", 2),
    ...source.interceptors.map((interceptor) => interceptorLine(interceptor, values, imports)),
  ].join("\n");
  return branchStatements(selector, [eventLine], names);
}

/** The one channel that every event goes into, where there is one. */
function onlyChannel(selector: PlannedSelector): string | undefined {
  if (selector.kind === "multiplexing") return undefined;
  const { required, optional } = selector.branch;
  return required.length === 1 && optional.length === 0 ? required[0] : undefined;
}

/** Whether an event is encoded the moment it arrives: nothing but its body matters then. */
function appendsTo(plan: PipelinePlan, source: PlannedSource, only: string | undefined): boolean {
  const channel = plan.channels.find(({ id }) => id === only);
  if (channel?.form === "records") return true;
  return channel?.form === "topic" && source.headers.length === 0 && source.interceptors.length === 0;
}

/** The statements that decide where an event goes. */
function branchStatements(selector: PlannedSelector, before: readonly string[], names: Names): string {
  if (selector.kind === "replicating") {
    return [...before, ...branchLines(selector.branch, names, 2)].join("\n");
  }
  return [
    ...before,
    `  switch (event.headers.get(${printLiteral(selector.header)})) {`,
    ...selector.cases.flatMap(({ values: matched, branch }) => [
      ...matched.map((value) => `    case ${printLiteral(value)}:`),
      ...branchLines(branch, names, 6),
    ]),
    "    default:",
    ...branchLines(selector.otherwise, names, 6),
    "  }",
  ].join("\n");
}

function headers(planned: readonly PlannedHeader[], values: ValuePrinter, imports: ImportList): Code {
  if (planned.length === 0) return call("new Map");
  return call(
    "new Map",
    arrayOf(
      planned.map((header) => {
        const pair = arrayOf([printLiteral(header.header), headerValue(header, values, imports)]);
        if (header.by === undefined) return { value: pair };
        return { value: pair, note: interceptorNote(header.by) };
      }),
    ),
  );
}

/** Statements that put `event` into the channels of a branch and return what `put` returns. */
function branchLines(branch: Branch, names: Names, indent: number): string[] {
  const pad = " ".repeat(indent);
  const required = branch.required.map((id) => names.objectOf(id));
  const optional = branch.optional.map((id) => names.objectOf(id));
  const [first] = required;
  if (first === undefined && optional.length === 0) {
    return [`${pad}return undefined; // no channel is mapped: as in Flume, the event is dropped`];
  }
  if (required.length === 1 && optional.length === 0) {
    return [`${pad}return ${first}.put(event) ? undefined : ${first};`];
  }
  return [
    ...(required.length === 1
      ? [`${pad}if (!${first}.put(event)) return ${first};`]
      : [
          ...required.map((channel) => `${pad}if (!${channel}.hasRoom(event)) return ${channel};`),
          ...required.map((channel) => `${pad}${channel}.put(event);`),
        ]),
    ...optional.map((channel) => `${pad}${channel}.putIfRoom(event); // optional`),
    `${pad}return undefined;`,
  ];
}

function describe(plan: PipelinePlan, sources: readonly PlannedSource[]): string {
  const source = sources[0]!;
  const channelName = (id: string) => commentText(plan.channels.find((channel) => channel.id === id)!.name);
  const from =
    sources.length === plan.sources.length && sources.length === 1
      ? ""
      : ` of ${list(sources.map((one) => commentText(one.name)))}`;
  const what = `One ${source.unit}${from}`;
  const waits = source.unit === "line" ? "the socket waits." : `the ${source.unit} waits.`;
  if (source.selector.kind === "multiplexing") {
    const header = commentText(source.selector.header);
    return `${what} goes where its header ${header} says. A full channel is returned: ${waits}`;
  }
  const { required, optional } = source.selector.branch;
  if (required.length === 0) {
    return optional.length === 0
      ? `${what} goes nowhere: no channel is mapped.`
      : `${what} becomes an event in ${list(optional.map(channelName))} where there is room, and else is dropped.`;
  }
  const channels = list(
    channelsOf(source)
      .filter(({ id }) => required.includes(id))
      .map(({ id }) => channelName(id)),
  );
  const extra =
    optional.length === 0 ? "" : `, and into ${list(optional.map(channelName))} where there is room`;
  const fused = source.unit !== "record" && appendsTo(plan, source, onlyChannel(source.selector));
  const how = fused
    ? `goes straight into ${channels} as a record`
    : `becomes an event in ${channels}${extra}`;
  const all = required.length > 1 ? ", or into none" : "";
  return `${what} ${how}${all}. A full channel is returned: ${waits}`;
}
