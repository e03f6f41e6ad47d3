import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { Origin, PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";
import { codecExtension } from "./hdfs-format.plan.ts";

/** `Integer.MAX_VALUE`, Flume's word for as often as it takes. */
const ENDLESS = 2_147_483_647;

/** `hdfs.*` properties as the run-time sink takes them, in ms where Flume has seconds. */
export function hdfsOptions(sink: ComponentReader): PlanOption[] {
  return [
    option(sink, "inUsePrefix", "hdfs.inUsePrefix", literal("")),
    inUseSuffix(sink),
    fileSuffix(sink),
    { ...seconds(sink, "rollInterval", "hdfs.rollInterval", 30), note: "ms, 0: never" },
    { ...count(sink, "rollSize", "hdfs.rollSize", 1024), note: "bytes, 0: never" },
    { ...count(sink, "rollCount", "hdfs.rollCount", 10), note: "events, 0: never" },
    { ...seconds(sink, "idleTimeout", "hdfs.idleTimeout", 0), note: "ms, 0: never" },
    {
      ...count(sink, "maxOpenFiles", "hdfs.maxOpenFiles", 5000),
      note: "then the one least recently used is closed",
    },
    {
      ...count(sink, "callTimeout", "hdfs.callTimeout", 30_000),
      note: "ms for each step; then the file is given up, and its events go to another",
    },
    closeTries(sink),
    {
      ...seconds(sink, "retryInterval", "hdfs.retryInterval", 180),
      note: "ms, at most, from one of them to the next",
    },
    ...sink.option("minBlockReplicas", "hdfs.minBlockReplicas"),
  ];
}

function option(sink: ComponentReader, name: string, property: string, otherwise: PlanValue): PlanOption {
  return { name, value: sink.value(property) ?? otherwise, origin: sink.origin(property) };
}

/** Flume lets a codec name its files where the configuration does not. */
function fileSuffix(sink: ComponentReader): PlanOption {
  const suffix = option(sink, "fileSuffix", "hdfs.fileSuffix", literal(""));
  const { value } = suffix;
  const isEmpty = value.kind === "literal" && value.value === "";
  return isEmpty ? { ...suffix, value: literal(codecExtension(sink)) } : suffix;
}

/** A whole number; less than none is none. */
function count(sink: ComponentReader, name: string, property: string, otherwise: number): PlanOption {
  return {
    name,
    value: atLeastZero(sink.integer(property) ?? literal(otherwise)),
    origin: sink.origin(property),
  };
}

function seconds(sink: ComponentReader, name: string, property: string, otherwise: number): PlanOption {
  return {
    name,
    value: atLeastZero(sink.integer(property, 1000) ?? literal(otherwise * 1000)),
    origin: sink.origin(property),
  };
}

function atLeastZero(value: PlanValue): PlanValue {
  return value.kind === "literal" && Number(value.value) < 0 ? literal(0) : value;
}

/** Without a pause between them, Flume makes one attempt; with 0 or less it makes as many as it takes. */
function closeTries(sink: ComponentReader): PlanOption {
  const origin: Origin = sink.origin("hdfs.closeTries");
  const interval = sink.integer("hdfs.retryInterval");
  const once = interval?.kind === "literal" && Number(interval.value) <= 0;
  const tries = sink.integer("hdfs.closeTries") ?? literal(ENDLESS);
  const value = once
    ? literal(1)
    : tries.kind === "literal" && Number(tries.value) <= 0
      ? literal(ENDLESS)
      : tries;
  const endless = value.kind === "literal" && value.value === ENDLESS;
  const note = `attempts to close and rename a file: ${endless ? "until it works" : "then it keeps its in-use name until the next start"}`;
  return { name: "closeTries", value, origin, note };
}

function inUseSuffix(sink: ComponentReader): PlanOption {
  if (sink.known("hdfs.emptyInUseSuffix") !== true) {
    return option(sink, "inUseSuffix", "hdfs.inUseSuffix", literal(".tmp"));
  }
  return { name: "inUseSuffix", value: literal(""), origin: sink.origin("hdfs.emptyInUseSuffix") };
}
