import { branchesOf, isFused, putInto } from "../plan/branches.ts";
import type {
  Construction,
  LookUp,
  PipelinePlan,
  PlannedChannel,
  PlannedComponent,
  PlannedSource,
} from "../plan/pipeline-plan.ts";
import { docComment } from "./comments.ts";
import {
  type DrainPrinter,
  type PrintedDrain,
  printDrain,
  printEventFunctions,
  printStore,
} from "./drains.ts";
import { type PutFunctions, printPutFunctions } from "./events.ts";
import { headerComment } from "./header-comment.ts";
import { HOST_VARIABLES } from "./headers.ts";
import { ImportList, type RuntimeSymbol } from "./import-list.ts";
import { arrayOf, type Code, call, layOut, type ObjectEntry, objectOf } from "./layout.ts";
import { commentText, printLiteral } from "./literal.ts";
import { type Names, nameObjects } from "./names.ts";
import { type RecordSupply, supplyOf } from "./records.ts";
import { ValuePrinter } from "./values.ts";

const AGENT = { name: "Agent", module: "agent/agent.ts" };
const STORED_IN_ALL = { name: "storedInAll", module: "channels/stored-lines.ts" };
const LOCAL_HOST = { name: "localHost", module: "interceptors/headers.ts" };

/** The text of the program, and what it needs around it. */
export interface PrintedProgram {
  readonly text: string;
  /** What it imports from `lib/`. */
  readonly symbols: readonly RuntimeSymbol[];
  readonly lookUps: readonly LookUp[];
}

/** Prints `<agent>.ts`: constants, the functions an event goes through, the wiring. */
export function printProgram(plan: PipelinePlan, version: string): PrintedProgram {
  const imports = new ImportList();
  const values = new ValuePrinter(imports);
  const names = nameObjects(plan);
  const printer = { plan, names, values, imports };
  const contexts = printContexts(plan, imports);
  const hosts = printHosts(plan, imports);
  const channels = plan.channels.flatMap((channel) => printChannel(channel, printer));
  const sinks = plan.sinks.map((sink) => {
    const supply = sink.takes.kind === "fetched" ? supplyOf(plan, sink.takes.from) : undefined;
    const asRecords = sink.takes.kind === "fetched" && sink.takes.as === "records";
    return printObject(sink, names, values, imports, [], asRecords ? supply : undefined);
  });
  const puts = printPutFunctions(plan, names, values, imports);
  const events = printEventFunctions(printer);
  const stores = plan.channels.flatMap((channel) => printStore(channel, printer));
  const drains = plan.sinks.map((sink) => printDrain(sink, printer));
  const consumers = plan.sources.flatMap((source) =>
    source.fetch === undefined
      ? []
      : [printPart(source, source.fetch.construction, names.consumerOf(source.id), values, imports)],
  );
  const sources = plan.sources
    .filter((source) => !isFused(plan, source))
    .map((source) => printObject(source, names, values, imports, sourceArguments(source, puts, printer)));
  const blocks = [
    headerComment(plan, version),
    imports.print(),
    contexts,
    ...hosts,
    ...values.templates.constants,
    ...consumers,
    ...channels,
    ...sinks,
    ...puts.text,
    ...events,
    ...[...stores, ...drains].map((drain) => drain.text),
    ...sources,
    printRun(plan, names, [...stores, ...drains]),
  ];
  return { text: `${blocks.join("\n\n")}\n`, symbols: imports.symbols, lookUps: values.lookUps };
}

/** A memory channel; or of a Kafka channel the producer and the side that is put into, and the consumer. */
function printChannel(channel: PlannedChannel, { plan, names, values, imports }: DrainPrinter): string[] {
  const { topic, form, id } = channel;
  if (form === "passed") return [];
  if (topic === undefined) return [printObject(channel, names, values, imports, [])];
  const put = putInto(plan, id)
    ? [
        printObject(channel, names, values, imports, []),
        printPart(channel, topic.producer, names.producerOf(id), values, imports),
      ]
    : [];
  const taken = plan.sinks.some((sink) => sink.channel === id)
    ? [printPart(channel, topic.fetch.construction, names.consumerOf(id), values, imports)]
    : [];
  return [...put, ...taken];
}

/** What a source is constructed with after its options: the functions that its events go through. */
function sourceArguments(
  source: PlannedSource,
  puts: PutFunctions,
  { plan, names, imports }: DrainPrinter,
): string[] {
  const put = puts.nameOf.get(source.id)!;
  if (source.fetch !== undefined) {
    return [names.consumerOf(source.id), puts.eventOf.get(source.id)!, put];
  }
  const topics = plan.channels.filter(
    ({ id, topic }) =>
      topic !== undefined && branchesOf(source.selector).some(({ required }) => required.includes(id)),
  );
  if (source.unit !== "line" || topics.length === 0) return [put];
  const [first, ...others] = topics.map(({ id }) => `${names.objectOf(id)}.stored(lines)`);
  if (others.length === 0) return [put, `(lines) => ${first}`];
  return [put, `(lines) => ${imports.use(STORED_IN_ALL)}([${[first, ...others].join(", ")}])`];
}

/** The agent and the contexts of its components. */
function printContexts(plan: PipelinePlan, imports: ImportList): string {
  const agent = `const agent = new ${imports.use(AGENT)}(${printLiteral(plan.agent)}, ${printLiteral(plan.file)});`;
  const held = plan.channels.filter(({ form }) => form !== "passed");
  const components = [...plan.sources, ...held, ...plan.sinks].map((component) =>
    layOut(
      `const ${component.id} = `,
      call(
        `agent.${component.kind}`,
        printLiteral(component.name),
        objectOf([
          { key: "type", value: printLiteral(component.type) },
          { key: "line", value: printLiteral(component.line) },
          {
            key: "lines",
            value: objectOf(
              component.lines.map(([name, line]) => ({ key: propertyKey(name), value: printLiteral(line) })),
            ),
          },
        ]),
      ),
      ";",
    ),
  );
  const comment = `// The components of ${commentText(plan.file)}, with the lines that log and errors name`;
  return [agent, "", comment, ...components].join("\n");
}

/** A key of an object literal; only names of the schema get here. */
function propertyKey(name: string): string {
  return /^[A-Za-z]\w*$/.test(name) ? name : printLiteral(name);
}

/** What this machine is called, where a host interceptor asks for it. */
function printHosts(plan: PipelinePlan, imports: ImportList): string[] {
  const asked = new Set(
    plan.sources.flatMap(({ interceptors }) =>
      interceptors.map(({ value }) => (value.kind === "host" ? value.as : undefined)),
    ),
  );
  return (["name", "address"] as const)
    .filter((as) => asked.has(as))
    .map((as) =>
      [
        `/** The ${as} of this machine; undefined, and no header then, where its name does not resolve. */`,
        `const ${HOST_VARIABLES[as]} = await ${imports.use(LOCAL_HOST)}(${as === "address"});`,
      ].join("\n"),
    );
}

/** `const listener = new NetcatSource(source1, { … }, put);` with its doc comment, and before it what it needs. */
function printObject(
  component: PlannedComponent,
  names: Names,
  values: ValuePrinter,
  imports: ImportList,
  after: readonly string[],
  supply?: RecordSupply,
): string {
  const { symbol, helpers = [], options, more, says } = component.construction;
  const scope = { context: component.id, ...(supply !== undefined && { supply }) };
  const before = helpers.map((helper) => {
    const name = names.helperOf(component.id, helper.role);
    return `${docComment(helper.says)}\n${layOut(`const ${name} = `, values.value(helper.value, scope), ";")}\n\n`;
  });
  const args: Code[] = [
    component.id,
    ...helpers.map(({ role }) => names.helperOf(component.id, role)),
    ...(options.length > 0 ? [values.options(options, scope)] : []),
    ...(more ?? []).map((value) => values.value(value, scope)),
    ...after,
  ];
  const statement = layOut(
    `const ${names.objectOf(component.id)} = `,
    call(`new ${imports.use(symbol)}`, ...args),
    ";",
  );
  return `${before.join("")}${docComment(says)}\n${statement}`;
}

/** The consumer, or the producer, of a Kafka source or channel. */
function printPart(
  component: PlannedComponent,
  construction: Construction,
  name: string,
  values: ValuePrinter,
  imports: ImportList,
): string {
  const scope = { context: component.id };
  const args = call(
    `new ${imports.use(construction.symbol)}`,
    component.id,
    values.options(construction.options, scope),
  );
  return `${docComment(construction.says)}\n${layOut(`const ${name} = `, args, ";")}`;
}

function printRun(plan: PipelinePlan, names: Names, drains: readonly PrintedDrain[]): string {
  const objects = (components: readonly PlannedComponent[]) =>
    components.map((component) => names.objectOf(component.id));
  const channels = plan.channels.filter(
    ({ id, form }) => form !== "passed" && (form !== "topic" || putInto(plan, id)),
  );
  const producers = channels.flatMap(({ id, topic }) => (topic === undefined ? [] : [names.producerOf(id)]));
  const consumers = [
    ...plan.sources.filter(({ fetch }) => fetch !== undefined),
    ...plan.channels.filter(
      ({ id, topic }) => topic !== undefined && plan.sinks.some(({ channel }) => channel === id),
    ),
  ].map(({ id }) => names.consumerOf(id));
  const sources = plan.sources.filter((source) => !isFused(plan, source));
  const entries: ObjectEntry[] = [
    { key: "sources", value: arrayOf(objects(sources)) },
    { key: "channels", value: arrayOf(objects(channels)) },
    { key: "drains", value: arrayOf(drains.map((drain) => drain.name)) },
    { key: "sinks", value: arrayOf([...producers, ...objects(plan.sinks)]) },
    ...(consumers.length === 0 ? [] : [{ key: "consumers", value: arrayOf(consumers) }]),
  ];
  return layOut("await ", call("agent.run", objectOf(entries)), ";");
}
