import type { PropertyCondition, PropertyDefinition } from "../schema/property.ts";
import { isPlain } from "../schema/property-lookup.ts";
import type { ResolvedComponent, ResolvedProperty } from "./resolved-agent.ts";

/** Whether a value hangs on what is known at run time only, or on a value that Flume does not get. */
export type Certainty = "yes" | "no" | "unknown";

/** A property without which Flume drops the component. */
export interface MissingProperty {
  readonly name: string;
  readonly definition: PropertyDefinition;
  /** The property that makes it a must; absent where it always is. */
  readonly because?: ResolvedProperty;
}

/** A property that Flume does not take together with another one. */
export interface Forbidden {
  readonly property: ResolvedProperty;
  readonly other: ResolvedProperty;
  readonly why: string;
}

/** Whether the other property is written, or (its default counts) has one of the values. */
export function holds(component: ResolvedComponent, { property, values }: PropertyCondition): Certainty {
  const other = component.properties.get(property);
  if (values === undefined) return isWritten(other) ? "yes" : "no";
  if (other === undefined) return "no";
  if (other.value.kind === "runtime") return "unknown";
  return values.includes(asSchemaSpells(other)) ? "yes" : "no";
}

/** Whether Flume looks at a property at all, given the others. */
export function isRead(component: ResolvedComponent, { definition }: ResolvedProperty): Certainty {
  const { readWhen, readUnless } = definition;
  if (readUnless !== undefined && isWritten(component.properties.get(readUnless))) return "no";
  return readWhen === undefined ? "yes" : holds(component, readWhen);
}

/** What a component lacks that Flume would drop it for, in the order of its schema. */
export function missingProperties(component: ResolvedComponent): readonly MissingProperty[] {
  const missing: MissingProperty[] = [];
  for (const [name, definition] of Object.entries(component.definition?.properties ?? {})) {
    if (!isPlain(name) || definition.deprecated !== undefined || component.properties.has(name)) continue;
    const { required, requiredUnless, requiredWith } = definition;
    const others = requiredUnless?.some((other) => isWritten(component.properties.get(other))) === true;
    if ((required === true || requiredUnless !== undefined) && !others) missing.push({ name, definition });
    if (requiredWith === undefined || holds(component, requiredWith) !== "yes") continue;
    missing.push({ name, definition, because: component.properties.get(requiredWith.property)! });
  }
  return missing;
}

/** Written properties that Flume does not take beside others of the component. */
export function forbiddenProperties(component: ResolvedComponent): readonly Forbidden[] {
  const found: Forbidden[] = [];
  for (const property of component.properties.values()) {
    const { forbiddenWith } = property.definition;
    if (forbiddenWith === undefined || !isWritten(property)) continue;
    if (holds(component, forbiddenWith) !== "yes") continue;
    const other = component.properties.get(forbiddenWith.property)!;
    found.push({ property, other, why: forbiddenWith.why });
  }
  return found;
}

/** The greatest value that a number may have beside the others, where it has a greater one. */
export function exceededMaximum(
  component: ResolvedComponent,
  { definition, value }: ResolvedProperty,
): number | undefined {
  const { maxWhen } = definition;
  if (maxWhen === undefined || value.kind !== "number" || value.value <= maxWhen.max) return undefined;
  return holds(component, maxWhen) === "yes" ? maxWhen.max : undefined;
}

/** The value as the schema spells it (`PKCS12` for `pkcs12`, `true` for `TRUE`), or as written. */
export function asSchemaSpells({ value, text }: ResolvedProperty): string {
  return value.kind === "string" || value.kind === "boolean" ? String(value.value) : text;
}

function isWritten(property: ResolvedProperty | undefined): boolean {
  return property !== undefined && property.provenance.from !== "default";
}
