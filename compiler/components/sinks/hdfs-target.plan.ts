import { parseEscapeSequences } from "../../../grammar/values/escape-sequence.ts";
import { CannotPlan, type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { LookUp, PlanOption, PlanValue, TemplatePart } from "../../plan/pipeline-plan.ts";
import { type TemplateTime, templateParts } from "../../plan/templates.ts";

/** `hdfs://host:port`, `file:`, `webhdfs://host`: what stands before a path. */
const FILE_SYSTEM = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/[^/]*)?/;

/** A text as it is written, with what is looked up at the program's start. */
type Pieces = readonly (string | LookUp)[];

/** The file system and the path in it, out of `hdfs.path`. */
export function targetOf(sink: ComponentReader): { readonly uri: PlanOption[]; readonly path: PlanValue } {
  const pieces = piecesOf(sink, "hdfs.path", "");
  const [scheme, path] = cut(pieces);
  const [first] = path;
  if (scheme.some((piece) => typeof piece === "string" && piece.includes("%"))) {
    throw new CannotPlan(
      sink,
      "hdfs.path",
      "The file system has to be known before there are events: escapes can only stand in the path behind it.",
    );
  }
  if (typeof first === "object") {
    throw new CannotPlan(
      sink,
      "hdfs.path",
      "Where a look-up begins the path, nobody knows now whether it names a file system. Write the beginning: a / or, as in hdfs://${env:NAMENODE}/logs, the file system.",
    );
  }
  if (first === undefined ? scheme.length === 0 : !first.startsWith("/")) {
    throw new CannotPlan(
      sink,
      "hdfs.path",
      "The path has to be absolute: Flume would put a relative one below the home folder of whoever runs it. Write it out, as in /user/flume/events.",
    );
  }
  const uri = scheme.length === 0 ? [] : [option(sink, scheme)];
  return { uri, path: templateOf(sink, "hdfs.path", first === undefined ? ["/"] : path) };
}

/** `hdfs.filePrefix`. */
export function prefixOf(sink: ComponentReader): PlanValue {
  return templateOf(sink, "hdfs.filePrefix", piecesOf(sink, "hdfs.filePrefix", "FlumeData"));
}

function piecesOf(sink: ComponentReader, property: string, otherwise: string): Pieces {
  const value = sink.value(property);
  if (value?.kind === "look-up") return value.parts;
  return [String(sink.known(property) ?? otherwise)];
}

/** Cuts what names the file system from the path behind it. */
function cut(pieces: Pieces): readonly [Pieces, Pieces] {
  const [first, ...rest] = pieces;
  const found = typeof first === "string" ? FILE_SYSTEM.exec(first)?.[0] : undefined;
  if (found === undefined || typeof first !== "string") return [[], pieces];
  const behind = first.slice(found.length);
  if (behind !== "") return [[found], [behind, ...rest]];
  // The host goes on: up to the slash that begins the path
  const end = rest.findIndex((piece) => typeof piece === "string" && piece.includes("/"));
  if (end === -1) return [pieces, []];
  const last = rest[end] as string;
  const slash = last.indexOf("/");
  const host = [found, ...rest.slice(0, end), ...(slash === 0 ? [] : [last.slice(0, slash)])];
  return [host, [last.slice(slash), ...rest.slice(end + 1)]];
}

function option(sink: ComponentReader, pieces: Pieces): PlanOption {
  return { name: "uri", value: textOf(pieces), origin: sink.origin("hdfs.path") };
}

/** What is the same for every event. */
function textOf(pieces: Pieces): PlanValue {
  return pieces.every((piece) => typeof piece === "string")
    ? literal(pieces.join(""))
    : { kind: "look-up", parts: pieces, as: "string" };
}

/** A text where nothing in it hangs on the event, else a function of the event. */
function templateOf(sink: ComponentReader, property: string, pieces: Pieces): PlanValue {
  const time = timeOf(sink);
  const parts = pieces.flatMap((piece): readonly TemplatePart[] => {
    if (typeof piece === "object") return [{ lookUp: textOf([piece]) }];
    if (pieces.length > 1) refuseHalves(sink, property, piece);
    return templateParts(piece, time);
  });
  const isFixed = parts.every((part) => typeof part === "string" || "lookUp" in part);
  return isFixed ? textOf(pieces) : { kind: "template", parts, path: true };
}

/** `%{${env:NAME}}` would be an escape once it is put together; nobody can see which now. */
function refuseHalves(sink: ComponentReader, property: string, piece: string): void {
  const texts = parseEscapeSequences(piece).filter((part) => part.kind === "literal");
  if (!texts.some(({ text }) => /%(?:[{[]|$)/.test(text))) return;
  throw new CannotPlan(
    sink,
    property,
    "A look-up inside an escape cannot be compiled: which header it names has to be known when the program is built.",
  );
}

function timeOf(sink: ComponentReader): TemplateTime {
  const rounds = sink.known("hdfs.round") === true;
  const written = String(sink.known("hdfs.roundUnit") ?? "second").toLowerCase();
  const unit = ROUND_UNITS.find((one) => one === written);
  return {
    of: sink.known("hdfs.useLocalTimeStamp") === true ? "clock" : "event",
    options: [
      ...(sink.isWritten("hdfs.timeZone") ? sink.option("timeZone", "hdfs.timeZone") : []),
      ...(rounds && unit !== undefined ? [rounding(sink, unit)] : []),
    ],
  };
}

/** Units that Flume rounds to; with another word it does not round. */
const ROUND_UNITS = ["second", "minute", "hour"] as const;

function rounding(sink: ComponentReader, unit: (typeof ROUND_UNITS)[number]): PlanOption {
  const options: PlanOption[] = [
    { name: "unit", value: literal(unit), origin: sink.origin("hdfs.roundUnit") },
    {
      name: "value",
      value: sink.integer("hdfs.roundValue") ?? literal(1),
      origin: sink.origin("hdfs.roundValue"),
    },
  ];
  return { name: "round", value: { kind: "options", options }, origin: sink.origin("hdfs.round") };
}
