import { printLiteral } from "../emit/literal.ts";
import { describeValue } from "../emit/values.ts";
import type {
  Branch,
  Construction,
  Origin,
  PipelinePlan,
  Place,
  PlannedComponent,
  PlannedFetch,
  PlannedHeader,
  PlannedSelector,
  PlannedSink,
  PlanOption,
  PlanValue,
} from "./pipeline-plan.ts";

/** The intermediate representation for people: the same plan prints the same text. Never shows a secret. */
export function printPlan(plan: PipelinePlan): string {
  const lines = [
    `agent ${printLiteral(plan.agent)} from ${printLiteral(plan.file)}`,
    ...plan.notes.map((note) => `  note: ${note}`),
  ];
  for (const source of plan.sources) {
    lines.push("", ...component(source));
    lines.push(`  event: a ${source.unit}${source.acknowledges ? ", acknowledged" : ""}`);
    if (source.fetch !== undefined) lines.push(...fetch(source.fetch));
    lines.push(...headers(source.headers));
    for (const { header, value, keepExisting, line } of source.interceptors) {
      const shown = value.kind === "fixed" ? describe(value.value) : value.kind;
      lines.push(
        `  intercept ${printLiteral(header)} ${keepExisting ? "?=" : "="} ${shown} (${place(line)})`,
      );
    }
    lines.push(...selector(source.selector));
  }
  for (const channel of plan.channels) {
    lines.push("", ...component(channel), `  holds ${channel.form}${channel.durable ? ", durable" : ""}`);
    const { topic } = channel;
    if (topic === undefined) continue;
    const puts =
      topic.readsHeaders === "all" ? "all headers" : topic.readsHeaders.map(printLiteral).join(" ");
    lines.push(`  is put into topic ${describe(topic.topic)}, acks ${topic.acks}, with ${puts}, by`);
    lines.push(...construction(topic.producer), ...fetch(topic.fetch), ...headers(topic.headers));
  }
  for (const sink of plan.sinks) {
    const reads = sink.readsHeaders === "all" ? "all headers" : sink.readsHeaders.map(printLiteral).join(" ");
    lines.push("", ...component(sink));
    lines.push(`  takes from ${taken(sink)}`);
    lines.push(`  reads ${reads === "" ? "no header" : reads}`, `  an event ${sink.promise}`);
  }
  return `${lines.join("\n")}\n`;
}

function taken({ takes, channel, batchSize }: PlannedSink): string {
  switch (takes.kind) {
    case "events":
      return `${channel}, at most ${describe(batchSize)}`;
    case "encoded":
      return `${channel}, records as they are`;
    case "fetched":
      return `the consumer of ${takes.from}, ${takes.as === "records" ? "records as they were fetched" : "made into events"}`;
  }
}

function fetch(one: PlannedFetch): string[] {
  const poison =
    typeof one.poison === "string" ? one.poison : `to topic ${printLiteral(one.poison.deadLetterTopic)}`;
  const starts = one.keepsFlumeHeaders ? ", whose headers events start with" : "";
  return [
    `  is fetched as ${one.valueFormat}${starts}, poison: ${poison}, by`,
    ...construction(one.construction),
  ];
}

function headers(all: readonly PlannedHeader[]): string[] {
  return all.map(({ header, value, keepExisting, by }) => {
    const equals = keepExisting === true ? "?=" : "=";
    return `  header ${printLiteral(header)} ${equals} ${headerValue(value)}${by === undefined ? "" : ` (${place(by.line)})`}`;
  });
}

function headerValue(value: PlannedHeader["value"]): string {
  if (value.kind === "fixed") return describe(value.value);
  if (value.kind !== "record") return value.kind;
  return typeof value.of === "string"
    ? `record's ${value.of}`
    : `record's header ${printLiteral(value.of.recordHeader)}`;
}

function component(one: PlannedComponent & { readonly kind: string }): string[] {
  return [
    `${one.kind} ${one.id} ${printLiteral(one.name)} of type ${printLiteral(one.type)} (${place(one.line)})`,
    ...construction(one.construction),
  ];
}

function construction({ symbol, helpers = [], options, more = [] }: Construction): string[] {
  return [
    `  ${symbol.name} from lib/${symbol.module}`,
    ...helpers.map(({ role, value }) => `    ${role} = ${describe(value)}`),
    ...options.flatMap((one) => option(one, 4)),
    ...more.map((value) => `    ${describe(value)}`),
  ];
}

function option({ name, value, origin }: PlanOption, indent: number): string[] {
  const pad = " ".repeat(indent);
  if (value.kind === "options")
    return [`${pad}${name}`, ...value.options.flatMap((one) => option(one, indent + 2))];
  return [`${pad}${name} = ${describe(value)} (${originText(origin)})`];
}

function selector(selected: PlannedSelector): string[] {
  if (selected.kind === "replicating") return [`  to ${branch(selected.branch)}`];
  return [
    `  by header ${printLiteral(selected.header)} (${place(selected.line)})`,
    ...selected.cases.map((one) => `    ${one.values.map(printLiteral).join(" ")} to ${branch(one.branch)}`),
    `    otherwise to ${branch(selected.otherwise)}`,
  ];
}

function branch({ required, optional }: Branch): string {
  return [...required, ...optional.map((id) => `${id}?`)].join(" ") || "nowhere";
}

function describe(value: PlanValue): string {
  switch (value.kind) {
    case "literal":
      return printLiteral(value.value);
    case "runtime":
      return value.use === "symbol"
        ? value.symbol.name
        : `${value.use} ${value.symbol.name}(${value.args.map(describe).join(", ")})`;
    case "options":
      return `{ ${value.options.map((one) => `${one.name} = ${describe(one.value)}`).join(", ")} }`;
    default:
      return describeValue(value);
  }
}

function originText(origin: Origin): string {
  return origin.from === "written" ? place(origin.place) : origin.from;
}

function place(at: Place): string {
  return typeof at === "number" ? `line ${at}` : at;
}
