import type { BoundProperty } from "../bind/agent-model.ts";
import type { Refusal } from "../schema/property.ts";
import { asSchemaSpells, isRead } from "./conditions.ts";
import type { ResolvedComponent, ResolvedProperty } from "./resolved-agent.ts";

/** Something that Flume can do and a compiled program cannot. */
export interface BuildRefusal {
  /** The refused property, under its modern name; it may be absent, or at a default. */
  readonly name: string;
  readonly why: string;
  /** What is written and brings it about: the property itself, or the one that puts a default in force. */
  readonly blamed: BoundProperty;
}

/** What `build` refuses of a component, defaults included: a trust store without a type is a JKS store. */
export function refusalsOf(component: ResolvedComponent): readonly BuildRefusal[] {
  const refusals: BuildRefusal[] = [];
  for (const [name, definition] of Object.entries(component.definition?.properties ?? {})) {
    const refusal = definition.refusedByBuild;
    if (refusal === undefined) continue;
    const property = component.properties.get(name);
    const condition =
      refusal.when === undefined ? undefined : component.properties.get(refusal.when.property);
    if (refusal.when !== undefined && !isInForce(refusal.when, condition)) continue;
    if (!isRefused(refusal, property)) continue;
    if (property !== undefined && isRead(component, property) === "no") continue;
    const blamed = writtenProperty(property) ?? writtenProperty(condition);
    if (blamed !== undefined) refusals.push({ name, why: refusal.why, blamed });
  }
  return refusals;
}

function isInForce(
  { values }: NonNullable<Refusal["when"]>,
  property: ResolvedProperty | undefined,
): boolean {
  if (values === undefined) return writtenProperty(property) !== undefined;
  return property !== undefined && values.includes(asSchemaSpells(property));
}

/** A value that is known at run time only is not refused: the program says so itself when it starts. */
function isRefused(refusal: Refusal, property: ResolvedProperty | undefined): boolean {
  if (refusal.absent === true) return property === undefined;
  if (property === undefined || property.value.kind === "runtime") return false;
  const { except } = refusal;
  if (except === undefined) return writtenProperty(property) !== undefined;
  const { value } = property;
  // Of a list each element is looked at
  return value.kind === "list"
    ? value.value.some((element) => !except.includes(element))
    : !except.includes(asSchemaSpells(property));
}

function writtenProperty(property: ResolvedProperty | undefined): BoundProperty | undefined {
  return property === undefined || property.provenance.from === "default"
    ? undefined
    : property.provenance.property;
}
