import type { BoundComponent, BoundProperty } from "../bind/agent-model.ts";
import type { ComponentDefinition, PartGroup } from "../schema/component.ts";
import type { PropertyDefinition } from "../schema/property.ts";
import { findProperty, isPlain, type PropertyMatch } from "../schema/property-lookup.ts";
import { interpolate, type Lookups, staticText } from "./interpolate.ts";
import type { Provenance, ResolvedProperty } from "./resolved-agent.ts";
import { parseValue } from "./value.ts";

/** Types the values of a component: what is written, what is written under old names, and the defaults. */
export function resolveProperties(
  definition: ComponentDefinition,
  bound: BoundComponent,
  groups: readonly PartGroup[],
  lookups: Lookups,
): {
  readonly properties: ReadonlyMap<string, ResolvedProperty>;
  readonly unknown: readonly BoundProperty[];
} {
  const properties = new Map<string, ResolvedProperty>();
  const unknown: BoundProperty[] = [];
  const old: { readonly property: BoundProperty; readonly match: PropertyMatch }[] = [];
  for (const property of bound.properties.values()) {
    const match = findProperty(definition.properties, property.name);
    if (match === undefined || isNameOfNoPart(property.name, groups)) {
      unknown.push(property);
    } else if (belongsToPart(match, groups)) {
      // The part has it.
    } else if (movesTo(definition, match.definition) !== undefined) {
      old.push({ property, match });
    } else {
      const provenance: Provenance = { from: "written", property };
      properties.set(property.name, resolved(property.name, match, property, provenance, lookups));
    }
  }
  for (const { property, match } of old) {
    const name = movesTo(definition, match.definition)!;
    const oldWins = match.definition.deprecated?.wins === "old";
    if (properties.has(name) && !oldWins) continue;
    const provenance: Provenance = { from: "deprecated-name", property, oldName: property.name };
    const modern = { ...match, definition: definition.properties[name]! };
    const translate = match.definition.deprecated?.translate;
    properties.set(name, resolved(name, modern, property, provenance, lookups, translate));
  }
  for (const [name, each] of Object.entries(definition.properties)) {
    if (each.default === undefined || properties.has(name) || !isPlain(name) || isOld(each)) continue;
    properties.set(name, {
      name,
      definition: each,
      value: parseValue(each, each.default),
      text: each.default,
      provenance: { from: "default" },
      captured: [],
      undefinedReferences: [],
    });
  }
  return { properties, unknown };
}

/** An old name has no default of its own. */
function isOld(definition: PropertyDefinition): boolean {
  return definition.deprecated !== undefined;
}

/** The modern name whose value an old name gives; undefined for other properties and for old ones nobody reads. */
function movesTo(component: ComponentDefinition, property: PropertyDefinition): string | undefined {
  const name = property.deprecated?.replacedBy;
  if (name === undefined || property.noEffect !== undefined || property.removedIn !== undefined)
    return undefined;
  if (property.deprecated?.moves === false) return undefined;
  return Object.hasOwn(component.properties, name) ? name : undefined;
}

function belongsToPart(match: PropertyMatch, groups: readonly PartGroup[]): boolean {
  return groups.some(
    (group) => match.pattern === (group.form === "listed" ? `${group.names}.*` : `${group.prefix}*`),
  );
}

/** `interceptors.i1`: below the list, but no property of a part. */
function isNameOfNoPart(name: string, groups: readonly PartGroup[]): boolean {
  return groups.some(
    (group) =>
      group.form === "listed" &&
      name.startsWith(`${group.names}.`) &&
      !name.slice(group.names.length + 1).includes("."),
  );
}

function resolved(
  name: string,
  { definition, captured }: PropertyMatch,
  property: BoundProperty,
  provenance: Provenance,
  lookups: Lookups,
  translate?: (value: string) => string,
): ResolvedProperty {
  const { parts, undefined: unanswered } = interpolate(property.value, lookups);
  const plain = staticText(parts);
  const text = plain === undefined || translate === undefined ? (plain ?? property.value) : translate(plain);
  return {
    name,
    definition,
    value:
      plain === undefined ? { kind: "runtime", text: property.value, parts } : parseValue(definition, text),
    text,
    provenance,
    captured,
    undefinedReferences: unanswered.map(({ start, end }) => ({
      text: property.value.slice(start, end),
      span: property.rangeOf(start, end),
    })),
  };
}
