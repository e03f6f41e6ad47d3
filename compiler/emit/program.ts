import type { LookUp, PipelinePlan, PlannedComponent, PlannedSink } from "../plan/pipeline-plan.ts";
import { docComment } from "./comments.ts";
import { HOST_VARIABLES, printPutFunctions } from "./events.ts";
import { headerComment } from "./header-comment.ts";
import { ImportList, type RuntimeSymbol } from "./import-list.ts";
import { arrayOf, type Code, call, layOut, type ObjectEntry, objectOf } from "./layout.ts";
import { commentText, printLiteral } from "./literal.ts";
import { type Names, nameObjects } from "./names.ts";
import { describeCount, ValuePrinter } from "./values.ts";

const AGENT = { name: "Agent", module: "agent/agent.ts" };
const DRAIN = { name: "drain", module: "sinks/drain.ts" };
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
  const contexts = printContexts(plan, imports);
  const hosts = printHosts(plan, imports);
  const channels = plan.channels.map((channel) => printObject(channel, names, values, imports, []));
  const sinks = plan.sinks.map((sink) => printObject(sink, names, values, imports, []));
  const puts = printPutFunctions(plan, names, values, imports);
  const drains = plan.sinks.map((sink) => printDrain(plan, sink, names, values, imports));
  const sources = plan.sources.map((source) =>
    printObject(source, names, values, imports, [puts.nameOf.get(source.id)!]),
  );
  const blocks = [
    headerComment(plan, version),
    imports.print(),
    contexts,
    ...hosts,
    ...channels,
    ...sinks,
    ...puts.text,
    ...drains.map((drain) => drain.text),
    ...sources,
    printRun(plan, names, drains),
  ];
  return { text: `${blocks.join("\n\n")}\n`, symbols: imports.symbols, lookUps: values.lookUps };
}

/** The agent and the contexts of its components. */
function printContexts(plan: PipelinePlan, imports: ImportList): string {
  const agent = `const agent = new ${imports.use(AGENT)}(${printLiteral(plan.agent)}, ${printLiteral(plan.file)});`;
  const components = [...plan.sources, ...plan.channels, ...plan.sinks].map((component) =>
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

/** `const listener = new NetcatSource(source1, { … }, put);` with its doc comment. */
function printObject(
  component: PlannedComponent,
  names: Names,
  values: ValuePrinter,
  imports: ImportList,
  after: readonly string[],
): string {
  const { symbol, options, more, says } = component.construction;
  const args: Code[] = [
    component.id,
    ...(options.length > 0 ? [values.options(options)] : []),
    ...(more ?? []).map((value) => values.value(value)),
    ...after,
  ];
  const statement = layOut(
    `const ${names.objectOf(component.id)} = `,
    call(`new ${imports.use(symbol)}`, ...args),
    ";",
  );
  return `${docComment(says)}\n${statement}`;
}

interface PrintedDrain {
  readonly name: string;
  readonly text: string;
}

/** How events get from a channel to a sink. */
function printDrain(
  plan: PipelinePlan,
  sink: PlannedSink,
  names: Names,
  values: ValuePrinter,
  imports: ImportList,
): PrintedDrain {
  const channel = names.objectOf(sink.channel);
  const object = names.objectOf(sink.id);
  const channelName = commentText(plan.channels.find((candidate) => candidate.id === sink.channel)!.name);
  const who = commentText(sink.name);
  if (sink.takes.kind === "encoded") {
    const name = names.functionOf("drain", "To", sink, plan.sinks.length === 1);
    const { topic } = sink.takes;
    const known = topic.kind === "literal";
    // Looked up at the start, where a missing variable still keeps the program from taking lines
    const variable = names.functionOf("topic", "Of", sink, plan.sinks.length === 1);
    return {
      name,
      text: [
        ...(known
          ? []
          : [
              docComment(`Where the events of ${who} go.`),
              layOut(`const ${variable} = `, values.value(topic), ";"),
              "",
            ]),
        docComment(
          `${who} sends all that has gathered in ${channelName} as one request, while the next events gather.`,
        ),
        `async function ${name}(): Promise<void> {`,
        `  for (let batch = await ${channel}.take(); batch !== undefined; batch = await ${channel}.take()) {`,
        `    await ${object}.sendToAnyPartition(${known ? printLiteral(topic.value) : variable}, batch); // tries again until it succeeds`,
        `    ${channel}.commit(batch);`,
        "  }",
        "}",
      ].join("\n"),
    };
  }
  const name = names.functionOf("drain", "To", sink, false);
  const deliver = `(batch) => ${object}.deliver(batch)`;
  const size = values.value(sink.batchSize);
  return {
    name,
    text: [
      docComment(
        `${who} takes what is in ${channelName}, at most ${describeCount(sink.batchSize)} events at a time; what it cannot deliver goes back.`,
      ),
      `function ${name}(): Promise<void> {`,
      layOut("return ", call(imports.use(DRAIN), sink.id, channel, size, deliver), ";", 2),
      "}",
    ].join("\n"),
  };
}

function printRun(plan: PipelinePlan, names: Names, drains: readonly PrintedDrain[]): string {
  const objects = (components: readonly PlannedComponent[]) =>
    arrayOf(components.map((component) => names.objectOf(component.id)));
  const entries: ObjectEntry[] = [
    { key: "sources", value: objects(plan.sources) },
    { key: "channels", value: objects(plan.channels) },
    { key: "drains", value: arrayOf(drains.map((drain) => drain.name)) },
    { key: "sinks", value: objects(plan.sinks) },
  ];
  return layOut("await ", call("agent.run", objectOf(entries)), ";");
}
