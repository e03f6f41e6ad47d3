import type { PropertyEntry } from "../../grammar/properties/ast.ts";
import { listOfKind } from "../bind/key.ts";
import type { ResolvedAgent } from "../resolve/resolved-agent.ts";
import type { PropertyType } from "../schema/property.ts";
import { placeOfKey } from "./key-parts.ts";
import { sites, writtenAs } from "./walk.ts";

/** The types of the values, by where their entries begin. */
export function typesByStart(agents: readonly ResolvedAgent[]): Map<number, PropertyType> {
  const types = new Map<number, PropertyType>();
  for (const { component } of sites(agents)) {
    if (component.typeProperty !== undefined) {
      types.set(component.typeProperty.entry.span.start, { kind: "part-type" });
    }
    for (const property of component.properties.values()) {
      const start = writtenAs(property)?.entry.span.start;
      if (start !== undefined && !types.has(start)) types.set(start, property.definition.type);
    }
  }
  return types;
}

/** True for a value that holds a name, a number or the like: nothing stands there that is not meant for Flume. */
export function isStrict(entry: PropertyEntry, type: PropertyType | undefined): boolean {
  return isList(entry) || (type !== undefined && STRICT.has(type.kind));
}

/** The types of names, numbers and fixed words. */
const STRICT: ReadonlySet<PropertyType["kind"]> = new Set([
  "boolean",
  "integer",
  "number",
  "enum",
  "host",
  "port",
  "host-port-list",
  "charset",
  "class-name",
  "reference",
  "part-names",
  "part-type",
]);

/** True for `a1.sources = …` and its like. */
export function isList({ key }: PropertyEntry): boolean {
  const { component, property } = placeOfKey(key.text);
  return component === undefined && property !== undefined && Object.values(listOfKind).includes(property);
}
