import type {
  AgentModel,
  BoundComponent,
  BoundDocument,
  BoundProperty,
  ComponentKind,
  ListedName,
} from "../bind/agent-model.ts";
import { listOfKind, trim } from "../bind/key.ts";
import { splitNames } from "../bind/names.ts";
import type { DefinitionKind } from "../schema/component.ts";
import { interpolate, type Lookups, staticText } from "./interpolate.ts";
import { resolveComponent } from "./resolve-component.ts";
import type { ResolvedAgent, ResolvedComponent, ResolvedReference } from "./resolved-agent.ts";

/** What resolve makes of a document: every agent of it, in the order of their first keys. */
export interface ResolvedDocument {
  readonly agents: readonly ResolvedAgent[];
}

const definitionKinds: Readonly<Record<ComponentKind, DefinitionKind>> = {
  source: "source",
  channel: "channel",
  sink: "sink",
  sinkgroup: "sink-group",
  configfilter: "config-filter",
};

/**
 * Gives every listed and configured component its schema, its values their types, and links what refers to what.
 * Never throws: what cannot be made out stays marked in the result.
 */
export function resolve(bound: BoundDocument): ResolvedDocument {
  return { agents: bound.agents.map((agent) => resolveAgent(agent, bound)) };
}

function resolveAgent(model: AgentModel, document: BoundDocument): ResolvedAgent {
  const filters = new Set(model.lists.get("configfilter")?.names.map(({ name }) => name));
  const lookups: Lookups = {
    property: (key) => {
      const entry = document.winners.get(key);
      return entry === undefined ? undefined : trim(entry.value.flumeText);
    },
    hasFilter: (name) => filters.has(name),
  };
  const ofKind = (kind: ComponentKind): ResolvedComponent[] =>
    listedComponents(model, kind).map((component) =>
      resolveComponent(definitionKinds[kind], component, `${listOfKind[kind]}.${component.name}`, lookups),
    );
  const channels = ofKind("channel");
  const channelsByName = new Map(channels.map((channel) => [channel.name, channel]));
  const references = new Map<ResolvedComponent, readonly ResolvedReference[]>();
  return {
    model,
    document,
    name: model.name,
    sources: ofKind("source"),
    channels,
    sinks: ofKind("sink"),
    sinkGroups: ofKind("sinkgroup"),
    channelsOf: (component) => {
      const found = references.get(component) ?? channelReferences(component, lookups, channelsByName);
      references.set(component, found);
      return found;
    },
  };
}

/** The components that an agent both lists and configures, in list order; a name counts once. */
function listedComponents(model: AgentModel, kind: ComponentKind): BoundComponent[] {
  const names = new Set(model.lists.get(kind)?.names.map(({ name }) => name));
  const configured = model.components.get(kind);
  return [...names].flatMap((name) => configured?.get(name) ?? []);
}

function channelReferences(
  component: ResolvedComponent,
  lookups: Lookups,
  channels: ReadonlyMap<string, ResolvedComponent>,
): readonly ResolvedReference[] {
  const many = component.kind === "source";
  const property = component.bound.properties.get(many ? "channels" : "channel");
  if (property === undefined) return [];
  return namesIn(property, many, lookups).map((written) => ({ written, target: channels.get(written.name) }));
}

/** The names in a value; those that come out of a `${…}` stand where that stands: in the whole value. */
function namesIn(property: BoundProperty, many: boolean, lookups: Lookups): readonly ListedName[] {
  const value = staticText(interpolate(property.value, lookups).parts) ?? property.value;
  const piece = {
    text: value,
    rangeOf: value === property.value ? property.rangeOf : () => property.valueSpan,
  };
  if (many) return splitNames(piece, "whitespace");
  return [{ name: trim(value), span: property.valueSpan }];
}
