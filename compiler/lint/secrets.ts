import type { PropertiesDocument, PropertyEntry } from "../../grammar/properties/ast.ts";
import type { Span } from "../../grammar/text/span.ts";
import type { ResolvedAgent, ResolvedComponent } from "../resolve/resolved-agent.ts";
import { nearestName } from "../schema/nearest-name.ts";

/**
 * The entries whose values must never be shown: by schema, by nearness to a name that the schema calls a secret, and by
 * what the name says where there is no schema to ask.
 */
export function secretEntries(
  document: PropertiesDocument,
  agents: readonly ResolvedAgent[],
): ReadonlySet<PropertyEntry> {
  const secrets = new Set<PropertyEntry>();
  for (const entry of document.entries) {
    if (hasSecretName(entry.key.text)) secrets.add(entry);
  }
  for (const agent of agents) {
    for (const list of [agent.sources, agent.channels, agent.sinks, agent.sinkGroups]) {
      for (const component of list) addSecretsOf(component, secrets);
    }
  }
  for (const entry of secrets) {
    if (isReference(entry.value.text)) secrets.delete(entry);
  }
  return secrets;
}

/** The ranges of those values, for whoever prints the file. */
export function secretSpans(entries: Iterable<PropertyEntry>): readonly Span[] {
  return Array.from(entries, (entry) => entry.value.span).filter((span) => span.end > span.start);
}

/** True for a value that is nothing but a look-up such as `${env:KEYSTORE_PASSWORD}`: it gives nothing away. */
export function isReference(value: string): boolean {
  const text = value.trim();
  return text === "" || /^\$\{[^{}]*\}$/.test(text);
}

/** True for a key that by its last words holds a password, a token or the like (not the path of a file of them). */
function hasSecretName(key: string): boolean {
  const words = key.slice(key.lastIndexOf(".", key.length - 1) + 1);
  if (/(file|path|alias|type|provider|class|location|url|algorithm)$/i.test(words)) return false;
  return SECRET_NAME.test(words) || /\.jaas\.config$/i.test(key);
}

const SECRET_NAME =
  /passw(or)?d|passphrase|secret|token|credential|(api|access|consumer|private|account|storage)[-_]?key$/i;

function addSecretsOf(component: ResolvedComponent, secrets: Set<PropertyEntry>): void {
  for (const { definition, provenance } of component.properties.values()) {
    if (definition.secret !== true || provenance.from === "default") continue;
    secrets.add(provenance.property.entry);
    for (const forgotten of provenance.property.overridden) secrets.add(forgotten);
  }
  const names = Object.entries(component.definition?.properties ?? {}).flatMap(([name, { secret }]) =>
    secret === true ? [name] : [],
  );
  for (const property of component.bound.properties.values()) {
    if (component.definition === undefined || nearestName(property.name, names) === undefined) continue;
    secrets.add(property.entry);
    for (const forgotten of property.overridden) secrets.add(forgotten);
  }
  for (const part of component.parts) addSecretsOf(part, secrets);
}
