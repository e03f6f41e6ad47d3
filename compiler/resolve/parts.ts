import type { BoundComponent, BoundProperty, ListedName } from "../bind/agent-model.ts";
import { trimmed } from "../bind/key.ts";
import { splitNames } from "../bind/names.ts";
import type { PartGroup } from "../schema/component.ts";
import { interpolate, type Lookups, staticText } from "./interpolate.ts";
import type { TypeOfPart } from "./resolve-component.ts";
import type { OrphanPart } from "./resolved-agent.ts";

/** A part as it is written: its properties under their names below the part. */
export interface BoundPart {
  readonly group: PartGroup;
  /** Below the owner: `interceptors.i1`, `selector`, `sink.serializer`. */
  readonly key: string;
  readonly bound: BoundComponent;
  readonly type: TypeOfPart;
}

/** Cuts the parts out of a component's properties, and what is written below a list but not named in it. */
export function partsOf(
  owner: BoundComponent,
  groups: readonly PartGroup[],
  lookups: Lookups,
): { readonly parts: readonly BoundPart[]; readonly orphans: readonly OrphanPart[] } {
  const parts: BoundPart[] = [];
  const orphans: OrphanPart[] = [];
  for (const group of groups) {
    if (group.form === "single") {
      const part = singlePart(owner, group);
      if (part !== undefined) parts.push(part);
      continue;
    }
    const names = partNames(owner, group, lookups);
    const byName = propertiesOfParts(owner, group, new Set(names.map(({ name }) => name)));
    for (const listed of names) parts.push(listedPart(owner, group, listed, byName.listed.get(listed.name)));
    for (const [name, properties] of byName.others) orphans.push({ kind: group.kind, name, properties });
  }
  return { parts, orphans };
}

/** The property below a prefix, with the name and the place of what follows the prefix. */
function below(property: BoundProperty, prefix: string): BoundProperty {
  const name = property.name.slice(prefix.length);
  const key = trimmed(property.entry.key);
  return { ...property, name, nameSpan: key.rangeOf(key.text.length - name.length, key.text.length) };
}

function propertiesBelow(owner: BoundComponent, prefix: string): Map<string, BoundProperty> {
  const properties = new Map<string, BoundProperty>();
  for (const property of owner.properties.values()) {
    if (!property.name.startsWith(prefix) || property.name.length === prefix.length) continue;
    const narrowed = below(property, prefix);
    properties.set(narrowed.name, narrowed);
  }
  return properties;
}

function singlePart(
  owner: BoundComponent,
  group: Extract<PartGroup, { form: "single" }>,
): BoundPart | undefined {
  const property = owner.properties.get(group.type);
  const properties = propertiesBelow(owner, group.prefix);
  if (property === undefined && group.defaultType === undefined && properties.size === 0) return undefined;
  const key = group.prefix.slice(0, -1);
  return {
    group,
    key,
    bound: {
      kind: owner.kind,
      name: key,
      nameSpan: property?.nameSpan ?? firstSpan(properties) ?? owner.nameSpan,
      listed: undefined,
      properties,
    },
    type: { property, default: group.defaultType },
  };
}

function firstSpan(properties: ReadonlyMap<string, BoundProperty>) {
  for (const property of properties.values()) return property.nameSpan;
  return undefined;
}

type ListedGroup = Extract<PartGroup, { form: "listed" }>;
type Properties = Map<string, BoundProperty>;

/** Names that come out of a `${…}` stand where that stands: in the whole value. */
function partNames(owner: BoundComponent, group: ListedGroup, lookups: Lookups): readonly ListedName[] {
  const property = owner.properties.get(group.names);
  if (property === undefined) return [];
  const text = staticText(interpolate(property.value, lookups).parts) ?? property.value;
  const rangeOf = text === property.value ? property.rangeOf : () => property.valueSpan;
  return splitNames({ text, rangeOf }, "whitespace");
}

/** The properties below a list, by the part that they belong to, in one pass over the owner's properties. */
function propertiesOfParts(
  owner: BoundComponent,
  group: ListedGroup,
  names: ReadonlySet<string>,
): { readonly listed: ReadonlyMap<string, Properties>; readonly others: ReadonlyMap<string, Properties> } {
  const listed = new Map<string, Properties>();
  const others = new Map<string, Properties>();
  const prefix = `${group.names}.`;
  for (const property of owner.properties.values()) {
    if (!property.name.startsWith(prefix)) continue;
    const rest = property.name.slice(prefix.length);
    const claimants = namesBefore(rest).filter((name) => names.has(name));
    const firstName = rest.slice(0, rest.indexOf("."));
    const orphaned = claimants.length === 0 && firstName !== "" && rest.includes(".") ? [firstName] : [];
    for (const name of [...claimants, ...orphaned]) {
      const map = claimants.length > 0 ? listed : others;
      const properties = map.get(name) ?? new Map<string, BoundProperty>();
      map.set(name, properties);
      const narrowed = below(property, `${prefix}${name}.`);
      if (narrowed.name !== "") properties.set(narrowed.name, narrowed);
    }
  }
  return { listed, others };
}

/** More dots than this no key has that means anything. */
const mostDots = 32;

/** The names that a key below a list can belong to: a part's name may hold dots itself. */
function namesBefore(rest: string): readonly string[] {
  const names: string[] = [];
  for (let dot = rest.indexOf("."); dot !== -1 && names.length < mostDots; dot = rest.indexOf(".", dot + 1)) {
    names.push(rest.slice(0, dot));
  }
  return names;
}

function listedPart(
  owner: BoundComponent,
  group: ListedGroup,
  listed: ListedName,
  properties: Properties = new Map(),
): BoundPart {
  return {
    group,
    key: `${group.names}.${listed.name}`,
    bound: {
      kind: owner.kind,
      name: listed.name,
      nameSpan: firstSpan(properties) ?? listed.span,
      listed,
      properties,
    },
    type: { property: properties.get("type"), default: group.defaultType },
  };
}
