import { parseEscapeSequences } from "../../grammar/values/escape-sequence.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type {
  ResolvedAgent,
  ResolvedComponent,
  ResolvedProperty,
  ValuePart,
} from "../resolve/resolved-agent.ts";
import type { CannotPlan, ValueNeededNow } from "./component-reader.ts";
import { VARIABLE_NAME } from "./look-ups.ts";

/**
 * What flafkac cannot compile, though Flume may run it: each with the way out. Empty for what can be planned, once
 * lint has looked at the properties that their definitions refuse.
 */
export function refusals(agent: ResolvedAgent): readonly Diagnostic[] {
  const found = [...ofAgent(agent)];
  for (const component of everyComponent(agent)) {
    found.push(...ofType(agent, component));
    for (const property of component.properties.values())
      found.push(...ofProperty(agent, component, property));
  }
  return found;
}

/** The diagnostic for a look-up in a property that decides what the program looks like. */
export function valueNeededNow(agent: ResolvedAgent, { component, property }: ValueNeededNow): Diagnostic {
  return refusal(
    agent,
    component,
    property,
    `The program's shape depends on ${property.name}, so its value has to be known when it is built, and this one is looked up at run time. Write the value itself, or give it with --set.`,
  );
}

/** The diagnostic for a value that no program can be made with. */
export function cannotPlan(agent: ResolvedAgent, error: CannotPlan): Diagnostic {
  const { component, property, message } = error;
  if (property !== undefined) return refusal(agent, component, property, message);
  return at(agent, component.typeProperty?.valueSpan ?? component.bound.nameSpan, message, component.path);
}

function* everyComponent(agent: ResolvedAgent): Generator<ResolvedComponent> {
  for (const component of [...agent.sources, ...agent.channels, ...agent.sinks]) {
    yield component;
    yield* component.parts;
  }
}

function* ofAgent(agent: ResolvedAgent): Generator<Diagnostic> {
  for (const list of agent.model.lists.values()) {
    if (list.property.value.includes("${")) {
      yield at(
        agent,
        list.property.valueSpan,
        "A reference in a list of names decides which components there are, which has to be known when the program is built. Write the names themselves.",
      );
    }
  }
  for (const group of agent.sinkGroups) {
    yield at(
      agent,
      group.bound.nameSpan,
      "Sink groups cannot be compiled yet. Take the group out of the list sinkgroups: its sinks then drain their channels each on its own.",
      group.path,
    );
  }
  if (agent.sources.length + agent.sinks.length === 0 || agent.channels.length === 0) {
    yield at(
      agent,
      agent.model.nameSpan,
      `There is nothing to run in agent ${agent.name}: it needs a channel, and a source or a sink.`,
    );
  }
}

function* ofType(agent: ResolvedAgent, component: ResolvedComponent): Generator<Diagnostic> {
  const span = component.typeProperty?.valueSpan ?? component.bound.nameSpan;
  if (component.unresolved === "runtime") {
    yield at(
      agent,
      span,
      "A reference in a type decides what the program is, which has to be known when it is built. Write the type itself.",
      component.path,
    );
  } else if (component.definition === undefined || component.unresolved !== undefined) {
    yield at(
      agent,
      span,
      "This component cannot be compiled: flafkac has no run-time part for its type yet. Run this agent with Flume until it has, or leave the component out.",
      component.path,
    );
  } else if (component.definition.plan === undefined) {
    yield at(
      agent,
      span,
      `A ${component.kind} of type ${component.definition.aliases[0] ?? component.definition.className} cannot be compiled yet. Run this agent with Flume until it can, or use another type.`,
      component.path,
    );
  }
}

function* ofProperty(
  agent: ResolvedAgent,
  component: ResolvedComponent,
  property: ResolvedProperty,
): Generator<Diagnostic> {
  const { definition, value } = property;
  if (
    value.kind === "runtime" &&
    (definition.type.kind === "reference" || definition.type.kind === "part-names")
  ) {
    yield refusal(
      agent,
      component,
      property,
      "A reference in a list of names decides what is joined with what, which has to be known when the program is built. Write the names themselves.",
    );
  }
  if (value.kind === "runtime") {
    for (const part of value.parts) {
      const why = lookUpRefused(part);
      if (why !== undefined) yield refusal(agent, component, property, why);
    }
  }
  if (definition.interpolated !== undefined && property.provenance.from !== "default") {
    const escapes = parseEscapeSequences(property.text);
    if (value.kind === "runtime") {
      const texts = value.parts.flatMap((part) => (part.kind === "literal" ? [part.text] : []));
      if (definition.interpolated === "headers" && texts.some((text) => text.includes("%"))) {
        yield refusal(
          agent,
          component,
          property,
          `A look-up and an escape such as %{header} together cannot be compiled in ${property.name} yet. Write the one or the other.`,
        );
      }
    } else if (
      definition.interpolated === "headers" &&
      escapes.some((part) => part.kind === "time" || part.kind === "host")
    ) {
      yield refusal(
        agent,
        component,
        property,
        `Only %{header} can be compiled in ${property.name} yet. Let an interceptor write the rest into a header, and name that header here.`,
      );
    }
  }
}

function lookUpRefused(part: ValuePart): string | undefined {
  if (part.kind === "literal") return undefined;
  if (part.lookup === "filter")
    return "Values of config filters cannot be looked up by the compiled program yet. Use ${env:NAME}.";
  if (part.lookup !== "env") {
    return `The compiled program has no Java machine to ask for \${${part.lookup}:…}. Use \${env:NAME}, or write the value itself.`;
  }
  if (!VARIABLE_NAME.test(part.key))
    return "An environment variable's name is made of letters, digits and _; no shell can set this one.";
  if (part.fallback?.some((inner) => inner.kind === "lookup") === true) {
    return "A look-up cannot stand in for another look-up. Use one variable, with or without a fixed value after :-.";
  }
  return undefined;
}

function refusal(
  agent: ResolvedAgent,
  component: ResolvedComponent,
  property: ResolvedProperty,
  message: string,
): Diagnostic {
  const { provenance } = property;
  const span =
    provenance.from === "default"
      ? (component.typeProperty?.valueSpan ?? component.bound.nameSpan)
      : provenance.property.valueSpan;
  return { ...at(agent, span, message, component.path), property: property.name };
}

function at(agent: ResolvedAgent, span: Diagnostic["span"], message: string, component?: string): Diagnostic {
  return {
    code: "cannot-compile",
    severity: "error",
    message,
    span,
    agent: agent.name,
    ...(component !== undefined && { component }),
  };
}
