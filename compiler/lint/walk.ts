import type { Span } from "../../grammar/text/span.ts";
import type { AgentModel, BoundComponent, BoundProperty, ComponentKind } from "../bind/agent-model.ts";
import { listOfKind } from "../bind/key.ts";
import type { ResolvedAgent, ResolvedComponent, ResolvedProperty } from "../resolve/resolved-agent.ts";
import type { PropertyDefinition } from "../schema/property.ts";
import { findProperty } from "../schema/property-lookup.ts";

/** Where in an agent a finding belongs. */
export interface Place {
  readonly agent: string;
  /** `sources.source1`. */
  readonly component: string;
  /** The key below the component, for example `interceptors.i1.type`. */
  readonly property?: string;
}

/** A component or a part of one, and what findings about it have in common. */
export interface Site {
  readonly agent: ResolvedAgent;
  readonly component: ResolvedComponent;
  /** The source, channel, sink or sink group that it is a part of; the component itself where it is no part. */
  readonly owner: ResolvedComponent;
  /** `source r1`, `interceptor i1 of source r1`. */
  readonly name: string;
  /** What the keys of a part begin with below its owner, with the dot; empty for a component itself. */
  readonly prefix: string;
  /** The place of a property, by its name below the part. */
  at(property?: string): Place;
  /** The place of its type, which for some parts stands in a property of the owner (`sink.serializer`). */
  atType(): Place;
}

/** Every component that Flume looks at, each followed by its parts. */
export function* sites(agents: readonly ResolvedAgent[]): Generator<Site> {
  for (const agent of agents) {
    for (const component of [...agent.channels, ...agent.sources, ...agent.sinks, ...agent.sinkGroups]) {
      yield* withParts(agent, component, component);
    }
  }
}

function* withParts(
  agent: ResolvedAgent,
  component: ResolvedComponent,
  owner: ResolvedComponent,
): Generator<Site> {
  const prefix = component === owner ? "" : `${component.path.slice(owner.path.length + 1)}.`;
  const place = { agent: agent.name, component: owner.path };
  yield {
    agent,
    component,
    owner,
    name: nameOf(component, owner),
    prefix,
    at: (property) => (property === undefined ? place : { ...place, property: prefix + property }),
    atType: () => ({ ...place, property: typeKey(component, prefix) }),
  };
  for (const part of component.parts) yield* withParts(agent, part, owner);
}

function typeKey({ typeProperty }: ResolvedComponent, prefix: string): string {
  if (typeProperty === undefined || typeProperty.name === "type") return `${prefix}type`;
  return typeProperty.name;
}

function nameOf(component: ResolvedComponent, owner: ResolvedComponent): string {
  const ownerName = `${kindName(owner.bound.kind)} ${owner.name}`;
  if (component === owner) return ownerName;
  const kind = component.kind.replaceAll("-", " ");
  return component.kind === "interceptor"
    ? `${kind} ${component.name} of ${ownerName}`
    : `the ${kind} of ${ownerName}`;
}

/** A name at the beginning of a sentence. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * What Flume does with a component or part that it cannot configure, after a sentence whose subject is that component;
 * a part takes its owner with it.
 */
export function dropped(site: Site): string {
  return site.component === site.owner ? `Flume drops it ${without(site)}` : droppedByName(site);
}

/** The same after any other sentence. */
export function droppedByName(site: Site): string {
  const { owner } = site;
  return `Flume drops ${kindName(owner.bound.kind)} ${owner.name} ${without(site)}`;
}

/** A channel takes its sinks with it, and the sources that have no other. */
function without({ owner }: Site): string {
  return owner.bound.kind === "channel"
    ? "and what is connected to no other channel"
    : "and starts without it";
}

/** `agent`, `component` and `property` of a diagnostic about a bound component. */
export function placeIn(agent: AgentModel, component: BoundComponent, property?: string): Place {
  const place = { agent: agent.name, component: `${listOfKind[component.kind]}.${component.name}` };
  return property === undefined ? place : { ...place, property };
}

/** What was written for a property, or undefined where it is a default. */
export function writtenAs(property: ResolvedProperty | undefined): BoundProperty | undefined {
  return property === undefined || property.provenance.from === "default"
    ? undefined
    : property.provenance.property;
}

/** The name of a kind in a sentence. */
export function kindName(kind: ComponentKind): string {
  return kind === "sinkgroup" ? "sink group" : kind === "configfilter" ? "config filter" : kind;
}

/** A property that the file has for a component or part, with what the schema says about it. */
export interface WrittenProperty {
  readonly property: BoundProperty;
  /** The name in the schema (`kafka.producer.*`). */
  readonly pattern: string;
  readonly definition: PropertyDefinition;
}

/** The properties that are written for a component or part and that its schema knows, old names too. */
export function* writtenProperties({ definition, bound }: ResolvedComponent): Generator<WrittenProperty> {
  if (definition === undefined) return;
  for (const property of bound.properties.values()) {
    const match = findProperty(definition.properties, property.name);
    if (match !== undefined) yield { property, pattern: match.pattern, definition: match.definition };
  }
}

/** Where to point for something that is missing: the type where there is one, else the component's name. */
export function headOf({ component, owner }: Site): Span {
  if (component.typeProperty !== undefined) return component.typeProperty.valueSpan;
  return component === owner
    ? owner.bound.nameSpan
    : (component.bound.listed?.span ?? component.bound.nameSpan);
}
