import { putInto } from "../plan/branches.ts";
import type { PipelinePlan, PlannedChannel, PlannedSink, PlanValue } from "../plan/pipeline-plan.ts";
import { docComment } from "./comments.ts";
import type { ImportList } from "./import-list.ts";
import { call, layOut } from "./layout.ts";
import { list } from "./list.ts";
import { commentText, printLiteral } from "./literal.ts";
import type { Names } from "./names.ts";
import { eventOfName, printEventOf, supplyOf } from "./records.ts";
import { describeCount, type ValuePrinter } from "./values.ts";

const DRAIN = { name: "drain", module: "sinks/drain.ts" };
const DRAIN_RECORDS = { name: "drainRecords", module: "sinks/drain.ts" };
const EVENTS_OF = { name: "eventsOf", module: "sinks/drain.ts" };

/** A function that moves events for as long as the program runs. */
export interface PrintedDrain {
  readonly name: string;
  readonly text: string;
}

/** What drains are printed with. */
export interface DrainPrinter {
  readonly plan: PipelinePlan;
  readonly names: Names;
  readonly values: ValuePrinter;
  readonly imports: ImportList;
}

/** How events get to a sink. */
export function printDrain(sink: PlannedSink, printer: DrainPrinter): PrintedDrain {
  switch (sink.takes.kind) {
    case "encoded":
      return encodedDrain(sink, sink.takes.topic, printer);
    case "fetched":
      return fetchedDrain(sink, sink.takes, printer);
    case "events":
      return eventDrain(sink, printer);
  }
}

/** How what is put into a Kafka channel gets to Kafka; none for a channel that nothing is put into. */
export function printStore(channel: PlannedChannel, printer: DrainPrinter): PrintedDrain[] {
  const { plan, names } = printer;
  if (channel.topic === undefined || !putInto(plan, channel.id)) return [];
  const alone =
    plan.channels.filter(({ id, topic }) => topic !== undefined && putInto(plan, id)).length === 1;
  const records = names.objectOf(channel.id);
  const name = names.functionOf("store", "In", channel, alone);
  const { text, expression } = topicOf(channel, channel.topic.topic, printer);
  return [
    {
      name,
      text: [
        ...text,
        docComment(
          `${commentText(channel.name)} sends all that has gathered as one request, while the next events gather.`,
        ),
        `function ${name}(): Promise<void> {`,
        `  return ${records}.store(${expression}, ${names.producerOf(channel.id)});`,
        "}",
      ].join("\n"),
    },
  ];
}

/** The functions that make events of records for the drains; sinks that take from the same consumer share one. */
export function printEventFunctions(printer: DrainPrinter): string[] {
  const { plan, names, values, imports } = printer;
  const supplies = suppliesOfEvents(plan);
  return supplies.map((id) => {
    const supply = supplyOf(plan, id);
    return printEventOf(eventOfName(names, supply, supplies.length === 1), supply, false, values, imports);
  });
}

/** Sources and channels of whose records events are made for a sink. */
function suppliesOfEvents(plan: PipelinePlan): string[] {
  return [
    ...new Set(
      plan.sinks.flatMap(({ takes }) =>
        takes.kind === "fetched" && takes.as === "events" ? [takes.from] : [],
      ),
    ),
  ];
}

function encodedDrain(sink: PlannedSink, topic: PlanValue, printer: DrainPrinter): PrintedDrain {
  const { plan, names } = printer;
  const channel = names.objectOf(sink.channel);
  const name = names.functionOf("drain", "To", sink, plan.sinks.length === 1);
  const { text, expression } = topicOf(sink, topic, printer);
  return {
    name,
    text: [
      ...text,
      docComment(
        `${commentText(sink.name)} sends all that has gathered in ${channelName(sink, plan)} as one request, while the next events gather.`,
      ),
      `async function ${name}(): Promise<void> {`,
      `  for (let batch = await ${channel}.take(); batch !== undefined; batch = await ${channel}.take()) {`,
      `    await ${names.objectOf(sink.id)}.sendToAnyPartition(${expression}, batch); // tries again until it succeeds`,
      `    ${channel}.commit(batch);`,
      "  }",
      "}",
    ].join("\n"),
  };
}

/** The expression of a topic. Looked up at the start, where a missing variable still keeps the program from taking lines. */
function topicOf(
  component: PlannedSink | PlannedChannel,
  topic: PlanValue,
  { plan, names, values }: DrainPrinter,
): { readonly text: string[]; readonly expression: string } {
  if (topic.kind === "literal") return { text: [], expression: printLiteral(topic.value) };
  const variable = names.functionOf(
    "topic",
    "Of",
    component,
    component.kind === "sink" && plan.sinks.length === 1,
  );
  const where = `Where the events of ${commentText(component.name)} go.`;
  return {
    text: [docComment(where), layOut(`const ${variable} = `, values.value(topic), ";"), ""],
    expression: variable,
  };
}

function fetchedDrain(
  sink: PlannedSink,
  takes: Extract<PlannedSink["takes"], { kind: "fetched" }>,
  { plan, names, imports }: DrainPrinter,
): PrintedDrain {
  const name = names.functionOf("drain", "To", sink, false);
  const supply = supplyOf(plan, takes.from);
  const object = names.objectOf(sink.id);
  const consumer = names.consumerOf(takes.from);
  const supplies = suppliesOfEvents(plan);
  const batches =
    takes.as === "records"
      ? "batches"
      : `${imports.use(EVENTS_OF)}(batches, ${eventOfName(names, supply, supplies.length === 1)})`;
  const from = commentText(supply.component.name);
  return {
    name,
    text: [
      docComment(
        `${commentText(sink.name)} takes all that has gathered from ${from}, and tries until it is delivered; then the offsets are committed.`,
      ),
      `function ${name}(): Promise<void> {`,
      layOut(
        "return ",
        call(imports.use(DRAIN_RECORDS), sink.id, consumer, `(batches) => ${object}.deliver(${batches})`),
        ";",
        2,
      ),
      "}",
    ].join("\n"),
  };
}

function eventDrain(sink: PlannedSink, { plan, names, values, imports }: DrainPrinter): PrintedDrain {
  const name = names.functionOf("drain", "To", sink, false);
  const deliver = `(batch) => ${names.objectOf(sink.id)}.deliver(batch)`;
  const size = values.value(sink.batchSize);
  return {
    name,
    text: [
      docComment(
        `${commentText(sink.name)} takes what is in ${channelName(sink, plan)}, at most ${describeCount(sink.batchSize)} events at a time, and tries until they are delivered.`,
      ),
      `function ${name}(): Promise<void> {`,
      layOut(
        "return ",
        call(imports.use(DRAIN), sink.id, names.objectOf(sink.channel), size, deliver),
        ";",
        2,
      ),
      "}",
    ].join("\n"),
  };
}

function channelName(sink: PlannedSink, plan: PipelinePlan): string {
  return list([commentText(plan.channels.find(({ id }) => id === sink.channel)!.name)]);
}
