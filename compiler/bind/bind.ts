import type { LogicalText, PropertiesDocument, PropertyEntry } from "../../grammar/properties/ast.ts";
import type { Span } from "../../grammar/text/span.ts";
import type {
  AgentModel,
  BoundComponent,
  BoundDocument,
  BoundProperty,
  ComponentKind,
  ComponentList,
  RejectedEntry,
} from "./agent-model.ts";
import { type Piece, spanOf, splitKey, trim, trimmed } from "./key.ts";
import { splitNames } from "./names.ts";

/** A property given on the command line (`--set KEY=VALUE`): it counts as if it were the last of the file. */
export interface Override {
  readonly key: string;
  readonly value: string;
}

/** An agent while its keys come in. */
interface AgentUnderWay {
  readonly nameSpan: Span;
  readonly lists: Map<ComponentKind, ComponentList>;
  readonly components: Map<ComponentKind, Map<string, ComponentUnderWay>>;
  readonly unbound: PropertyEntry[];
}

interface ComponentUnderWay {
  readonly nameSpan: Span;
  readonly properties: Map<string, PropertyUnderWay>;
}

type PropertyUnderWay = BoundProperty & { readonly overridden: PropertyEntry[] };

/** The entries of one key: the last one counts, `java.util.Properties` has forgotten the others. */
interface EntriesOfKey {
  winner: PropertyEntry;
  readonly overridden: PropertyEntry[];
}

/**
 * Sorts the pairs of a document by agent, kind, component and property, as Flume does
 * (`FlumeConfiguration#addRawProperty`). Nothing is lost: every entry of the document is in exactly one place of the
 * result, if only among what Flume refuses. Names and values are what Flume reads, spans are the editor's.
 */
export function bind(document: PropertiesDocument, overrides: readonly Override[] = []): BoundDocument {
  const synthetic = new Set<PropertyEntry>();
  const byKey = new Map<string, EntriesOfKey>();
  for (const entry of document.entries) addEntry(byKey, entry);
  for (const override of overrides) {
    const entry = syntheticEntry(override, document.text.length);
    synthetic.add(entry);
    addEntry(byKey, entry);
  }

  const agents = new Map<string, AgentUnderWay>();
  const rejected: RejectedEntry[] = [];
  for (const { winner: entry, overridden } of byKey.values()) {
    const value = trimmed(entry.value);
    if (value.text === "") {
      rejected.push({ entry, reason: "empty-value", overridden });
      continue;
    }
    const key = splitKey(trimmed(entry.key));
    if (key.form === "no-agent" || key.form === "no-property") {
      rejected.push({ entry, reason: key.form, overridden });
      continue;
    }
    const agent = agentCalled(agents, key.agent);
    if (key.form === "unbound") {
      for (const each of overridden) agent.unbound.push(each);
      agent.unbound.push(entry);
      continue;
    }
    const property = boundProperty(key.property, value, entry, overridden, synthetic.has(entry));
    if (key.form === "list") {
      if (agent.lists.has(key.kind)) {
        rejected.push({ entry, reason: "second-list", overridden });
        continue;
      }
      const names = splitNames(value, key.kind === "sinkgroup" ? "space" : "whitespace");
      agent.lists.set(key.kind, { names, property });
      continue;
    }
    addProperty(componentCalled(agent, key.kind, key.component), property);
  }
  const winners = new Map([...byKey].map(([key, { winner }]) => [key, winner] as const));
  return { agents: [...agents].map(([name, agent]) => finished(name, agent)), rejected, winners };
}

function addEntry(byKey: Map<string, EntriesOfKey>, entry: PropertyEntry): void {
  const known = byKey.get(entry.key.flumeText);
  if (known === undefined) {
    byKey.set(entry.key.flumeText, { winner: entry, overridden: [] });
    return;
  }
  known.overridden.push(known.winner);
  known.winner = entry;
}

/** Keys that differ only in blanks around the component's name or the whole key meet in one property. */
function addProperty(component: ComponentUnderWay, property: PropertyUnderWay): void {
  const earlier = component.properties.get(property.name);
  if (earlier === undefined) {
    component.properties.set(property.name, property);
    return;
  }
  earlier.overridden.push(earlier.entry);
  for (const each of property.overridden) earlier.overridden.push(each);
  component.properties.set(property.name, { ...property, overridden: earlier.overridden });
}

function boundProperty(
  name: Piece,
  value: Piece,
  entry: PropertyEntry,
  overridden: PropertyEntry[],
  fromCommandLine: boolean,
): PropertyUnderWay {
  return {
    name: name.text,
    nameSpan: spanOf(name),
    value: value.text,
    editorValue: trim(entry.value.text),
    valueSpan: spanOf(value),
    rangeOf: value.rangeOf,
    entry,
    overridden,
    fromCommandLine,
  };
}

function agentCalled(agents: Map<string, AgentUnderWay>, name: Piece): AgentUnderWay {
  const known = agents.get(name.text);
  if (known !== undefined) return known;
  const agent: AgentUnderWay = {
    nameSpan: spanOf(name),
    lists: new Map(),
    components: new Map(),
    unbound: [],
  };
  agents.set(name.text, agent);
  return agent;
}

function componentCalled(agent: AgentUnderWay, kind: ComponentKind, name: Piece): ComponentUnderWay {
  const ofKind = agent.components.get(kind) ?? new Map<string, ComponentUnderWay>();
  agent.components.set(kind, ofKind);
  const known = ofKind.get(name.text);
  if (known !== undefined) return known;
  const component: ComponentUnderWay = { nameSpan: spanOf(name), properties: new Map() };
  ofKind.set(name.text, component);
  return component;
}

function finished(name: string, { nameSpan, lists, components, unbound }: AgentUnderWay): AgentModel {
  const bound = new Map<ComponentKind, ReadonlyMap<string, BoundComponent>>();
  for (const [kind, ofKind] of components) {
    const listed = new Map((lists.get(kind)?.names ?? []).map((each) => [each.name, each]));
    const finishedKind = new Map<string, BoundComponent>();
    for (const [componentName, component] of ofKind) {
      finishedKind.set(componentName, {
        kind,
        name: componentName,
        listed: listed.get(componentName),
        ...component,
      });
    }
    bound.set(kind, finishedKind);
  }
  return { name, nameSpan, lists, components: bound, unbound };
}

function syntheticEntry({ key, value }: Override, end: number): PropertyEntry {
  const nowhere: Span = { start: end, end };
  const piece = (text: string): LogicalText => ({
    text,
    flumeText: text,
    span: nowhere,
    rangeOf: () => nowhere,
    rangeOfFlumeText: () => nowhere,
  });
  return { kind: "property", key: piece(key), value: piece(value), separator: nowhere, span: nowhere };
}
