import type { PropertiesDocument, PropertyEntry } from "../../grammar/properties/ast.ts";

/**
 * True for a property that another value looks up as `${its.key}`: it is there for that, and that Flume finds no place
 * for it in an agent does no harm.
 */
export function isLookedUp(document: PropertiesDocument, entry: PropertyEntry): boolean {
  return lookedUpKeys(document).has(entry.key.text);
}

/** The names in `${…}` of all values, without a prefix such as `env:` and without a default. */
function lookedUpKeys(document: PropertiesDocument): ReadonlySet<string> {
  const known = cache.get(document);
  if (known !== undefined) return known;
  const keys = new Set<string>();
  for (const { value } of document.entries) {
    if (!value.text.includes("${")) continue;
    for (const { 1: name } of value.text.matchAll(/\$\{([^${}:]+)(?::-[^${}]*)?\}/g)) keys.add(name ?? "");
  }
  cache.set(document, keys);
  return keys;
}

const cache = new WeakMap<PropertiesDocument, ReadonlySet<string>>();
