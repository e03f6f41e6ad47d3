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
    const names = partNames(owner, group.names, group, lookups);
    for (const listed of names) parts.push(listedPart(owner, group, listed));
    orphans.push(...orphansOf(owner, group, new Set(names.map(({ name }) => name))));
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

/** Names that come out of a `${…}` stand where that stands: in the whole value. */
function partNames(
  owner: BoundComponent,
  key: string,
  group: PartGroup,
  lookups: Lookups,
): readonly ListedName[] {
  const property = owner.properties.get(key);
  if (property === undefined || group.form !== "listed") return [];
  const text = staticText(interpolate(property.value, lookups).parts) ?? property.value;
  const rangeOf = text === property.value ? property.rangeOf : () => property.valueSpan;
  return splitNames({ text, rangeOf }, "whitespace");
}

function listedPart(
  owner: BoundComponent,
  group: Extract<PartGroup, { form: "listed" }>,
  listed: ListedName,
): BoundPart {
  const key = `${group.names}.${listed.name}`;
  const properties = propertiesBelow(owner, `${key}.`);
  return {
    group,
    key,
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

function orphansOf(
  owner: BoundComponent,
  group: Extract<PartGroup, { form: "listed" }>,
  listed: ReadonlySet<string>,
): OrphanPart[] {
  const prefix = `${group.names}.`;
  const orphans = new Map<string, Map<string, BoundProperty>>();
  for (const property of owner.properties.values()) {
    if (!property.name.startsWith(prefix)) continue;
    const rest = property.name.slice(prefix.length);
    const dot = rest.indexOf(".");
    if (dot <= 0 || isBelowListed(rest, listed)) continue;
    const name = rest.slice(0, dot);
    const properties = orphans.get(name) ?? new Map<string, BoundProperty>();
    orphans.set(name, properties);
    const narrowed = below(property, `${prefix}${name}.`);
    properties.set(narrowed.name, narrowed);
  }
  return [...orphans].map(([name, properties]) => ({ kind: group.kind, name, properties }));
}

/** A part's name may hold dots. */
function isBelowListed(rest: string, listed: ReadonlySet<string>): boolean {
  for (let dot = rest.indexOf("."); dot !== -1; dot = rest.indexOf(".", dot + 1)) {
    if (listed.has(rest.slice(0, dot))) return true;
  }
  return false;
}
