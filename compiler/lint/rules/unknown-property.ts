import type { BoundProperty } from "../../bind/agent-model.ts";
import type { ResolvedComponent } from "../../resolve/resolved-agent.ts";
import type { ComponentDefinition } from "../../schema/component.ts";
import { nearestName } from "../../schema/nearest-name.ts";
import { findProperty, isPlain } from "../../schema/property-lookup.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import type { Finding, Rule } from "../rule.ts";
import { capitalized, type Site, sites, writtenProperties } from "../walk.ts";
import { isChannelsOffset } from "./read-smallest-offset.ts";

/** A property that the component does not have. */
export const rule: Rule = {
  id: "unknown-property",
  severity: "warning",
  reads: "as-meant",
  summary: "A property that its component does not read.",
  flume: "Flume takes it without a word, at no stage does it look for properties that nobody reads.",
  bad: [
    { text: "a1.channels.c1.⟦transactioncapacity⟧ = 50", fixed: "a1.channels.c1.transactionCapacity = 50" },
    { text: "a1.channels.c1.⟦transactitionCapacity⟧ = 50", fixed: "a1.channels.c1.transactionCapacity = 50" },
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.⟦kafka.flumeBatchSize⟧ = 20",
      fixed:
        "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.flumeBatchSize = 20",
    },
    {
      text: "a1.sinks.k1.type = file_roll\na1.sinks.k1.sink.directory = /tmp\na1.sinks.k1.⟦rollInterval⟧ = 0",
      fixed:
        "a1.sinks.k1.type = file_roll\na1.sinks.k1.sink.directory = /tmp\na1.sinks.k1.sink.rollInterval = 0",
    },
    { text: "a1.sources.r1.⟦colour⟧ = blue" },
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.⟦kafka.producer.compresion.type⟧ = gzip",
      fixed:
        "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.compression.type = gzip",
    },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = host\na1.sources.r1.⟦interceptor.i1.hostHeader⟧ = from",
      fixed:
        "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = host\na1.sources.r1.interceptors.i1.hostHeader = from",
    },
    {
      text: "a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.default = c1\na1.sources.r1.selector.⟦mappings.x⟧ = c1",
      fixed:
        "a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.default = c1\na1.sources.r1.selector.mapping.x = c1",
    },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = host\na1.sources.r1.interceptors.i1.⟦useIp⟧ = false",
      fixed:
        "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = host\na1.sources.r1.interceptors.i1.useIP = false",
    },
  ],
  good: [
    { text: "a1.channels.c1.transactionCapacity = 50" },
    {
      text: "a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink\na1.sinks.k1.kafka.bootstrap.servers = localhost:9092\na1.sinks.k1.kafka.producer.linger.ms = 5",
      also: ["not-here"],
    },
  ],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      const { component, name } = site;
      const { definition } = component;
      if (definition === undefined) continue;
      yield* inOpenNameSpace(site);
      for (const property of component.unknown) {
        const place = site.at(property.name);
        if (isReported(place.agent, place.component, place.property ?? "")) continue;
        if (isChannelsOffset(component, property.name)) continue;
        const span = property.nameSpan;
        const meant = meantProperty(component, definition, property.name);
        const what = `${capitalized(name)} reads no property "${property.name}", and Flume does not tell.`;
        if (meant === undefined) {
          yield { span, ...place, message: `${what} ${knownNames(definition)}` };
          continue;
        }
        const written = component.bound.properties.has(meant);
        const fix = meant.toLowerCase() === property.name.toLowerCase() ? safeFix : unsafeFix;
        yield {
          span,
          ...place,
          message: `${what} ${written ? `There is "${meant}", which is written too.` : `Did you mean "${meant}"?`}`,
          fixes: written ? [] : [fix(`Rename to ${meant}`, replace(span, meant))],
        };
      }
    }
  },
};

/**
 * `kafka.producer.*` takes every name; one that is nearly that of a known property is a slip all the same. Kafka's
 * client logs a WARN about it.
 */
function* inOpenNameSpace(site: Site): Generator<Finding> {
  for (const { property, pattern } of writtenProperties(site.component)) {
    const meant = slipInNameSpace(site.component, property.name, pattern);
    if (meant === undefined) continue;
    yield {
      span: property.nameSpan,
      ...site.at(property.name),
      message: `${capitalized(site.name)} hands "${property.name}" on to a client that knows no such property and goes on without it. Did you mean "${meant}"?`,
      fixes: [unsafeFix(`Rename to ${meant}`, replace(property.nameSpan, meant))],
    };
  }
}

/** The known property that a name in an open name space is nearly that of. */
export function slipInNameSpace(
  component: ResolvedComponent,
  name: string,
  pattern: string,
): string | undefined {
  if (!pattern.endsWith("*") || component.definition === undefined) return undefined;
  const prefix = pattern.slice(0, -1);
  const rest = new Map<string, string>();
  for (const known of Object.keys(component.definition.properties)) {
    if (known.startsWith(prefix) && isPlain(known)) rest.set(known.slice(prefix.length), known);
  }
  const near = nearestName(name.slice(prefix.length), rest.keys());
  return near === undefined ? undefined : rest.get(near);
}

/** The property of the schema that a wrong name stands for: by the guide's wrong names, by likeness, by its last words. */
function meantProperty(
  component: ResolvedComponent,
  definition: ComponentDefinition,
  name: string,
): string | undefined {
  const known = Object.entries(definition.properties).filter(([pattern]) => isPlain(pattern));
  for (const [pattern, { guideNames = [], formerNames = [] }] of known) {
    if (guideNames.includes(name) || formerNames.includes(name)) return pattern;
  }
  const names = known.filter(([, { deprecated }]) => deprecated === undefined).map(([pattern]) => pattern);
  const inNameSpace = slipInFirstWord(definition, name);
  if (inNameSpace !== undefined) return inNameSpace;
  const near = nearestName(
    name,
    names.filter((one) => !(component.bound.properties.has(one) && one.toLowerCase() !== name.toLowerCase())),
  );
  if (near !== undefined) return near;
  const lower = name.toLowerCase();
  return names.find(
    (one) => one.toLowerCase().endsWith(`.${lower}`) || lower.endsWith(`.${one.toLowerCase()}`),
  );
}

/** `interceptor.i1.type`, `mappings.A`: the word that a name space begins with, nearly. */
function slipInFirstWord({ properties }: ComponentDefinition, name: string): string | undefined {
  const dot = name.indexOf(".");
  if (dot === -1) return undefined;
  const spaces = Object.keys(properties).flatMap((pattern) => /^([^.<>*]+)\.[<*]/.exec(pattern)?.[1] ?? []);
  const near = nearestName(name.slice(0, dot), spaces);
  const meant = near === undefined ? name : near + name.slice(dot);
  return meant === name || findProperty(properties, meant) === undefined ? undefined : meant;
}

/** What could have been meant, where that is little enough to be said. */
function knownNames({ properties }: ComponentDefinition): string {
  const names = Object.entries(properties).flatMap(([name, { deprecated, noEffect }]) =>
    isPlain(name) && !COMMON.has(name) && deprecated === undefined && noEffect === undefined ? [name] : [],
  );
  if (names.length === 0) return "It has none of its own. Delete it.";
  if (names.length > 12) return "Delete it, or look its name up.";
  return `It has ${names.join(", ")}.`;
}

/** What components of a kind have in common. */
const COMMON: ReadonlySet<string> = new Set([
  "type",
  "config",
  "channel",
  "channels",
  "selector.type",
  "interceptors",
]);

/** The unknown property that was probably meant to be this one. */
export function misspelt(component: ResolvedComponent, name: string): BoundProperty | undefined {
  const known = cache.get(component) ?? unknownByMeaning(component);
  cache.set(component, known);
  return known.get(name);
}

/** A channel may be asked about once for each of its sinks. */
const cache = new WeakMap<ResolvedComponent, ReadonlyMap<string, BoundProperty>>();

function unknownByMeaning(component: ResolvedComponent): ReadonlyMap<string, BoundProperty> {
  const byMeaning = new Map<string, BoundProperty>();
  const { definition, unknown } = component;
  if (definition === undefined) return byMeaning;
  for (const property of unknown) {
    const meant = meantProperty(component, definition, property.name);
    if (meant !== undefined && !byMeaning.has(meant)) byMeaning.set(meant, property);
  }
  return byMeaning;
}
