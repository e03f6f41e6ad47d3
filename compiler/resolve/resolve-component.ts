import type { BoundComponent, BoundProperty } from "../bind/agent-model.ts";
import { lookUp } from "../components/registry.ts";
import { sourceParts } from "../schema/common-properties.ts";
import type { ComponentDefinition, DefinitionKind, PartGroup } from "../schema/component.ts";
import type { LookUp } from "../schema/look-up.ts";
import { interpolate, type Lookups, staticText } from "./interpolate.ts";
import { partsOf } from "./parts.ts";
import { resolveProperties } from "./resolve-properties.ts";
import type { ResolvedComponent } from "./resolved-agent.ts";

/** How a part differs from a component of the agent. */
export interface TypeOfPart {
  /** The property with its type, wherever that stands. */
  readonly property: BoundProperty | undefined;
  /** The type when there is no such property. */
  readonly default: string | undefined;
}

/** What resolving a type comes to. */
interface ResolvedType {
  readonly typeName: string | undefined;
  readonly typeLookUp: LookUp | undefined;
  readonly definition: ComponentDefinition | undefined;
  readonly unresolved?: NonNullable<ResolvedComponent["unresolved"]>;
}

/** Resolves one component, or a part of one where `type` is given, with all its parts. */
export function resolveComponent(
  kind: DefinitionKind,
  bound: BoundComponent,
  path: string,
  lookups: Lookups,
  type?: TypeOfPart,
): ResolvedComponent {
  const typeProperty = type === undefined ? bound.properties.get("type") : type.property;
  const resolvedType =
    kind === "sink-group" ? pendingWithoutType : resolveType(kind, typeProperty, type?.default, lookups);
  const { definition } = resolvedType;
  const groups = definition?.parts ?? (kind === "source" ? sourceParts : []);
  return {
    kind,
    bound,
    path,
    name: bound.name,
    typeProperty,
    ...resolvedType,
    ...(definition === undefined
      ? { properties: new Map(), unknown: [] }
      : resolveProperties(definition, bound, groups, lookups)),
    ...resolveParts(bound, path, groups, lookups),
  };
}

/** A sink group has no type of its own. */
const pendingWithoutType: ResolvedType = {
  typeName: undefined,
  typeLookUp: undefined,
  definition: undefined,
  unresolved: "pending",
};

function resolveType(
  kind: DefinitionKind,
  property: BoundProperty | undefined,
  defaultType: string | undefined,
  lookups: Lookups,
): ResolvedType {
  const written = property?.value ?? defaultType;
  if (written === undefined) {
    return { typeName: undefined, typeLookUp: undefined, definition: undefined, unresolved: "no-type" };
  }
  const typeName = staticText(interpolate(written, lookups).parts);
  if (typeName === undefined) {
    return { typeName: written, typeLookUp: undefined, definition: undefined, unresolved: "runtime" };
  }
  const typeLookUp = lookUp(kind, typeName);
  const common = { typeName, typeLookUp };
  switch (typeLookUp.found) {
    case "definition":
      return { ...common, definition: typeLookUp.definition };
    case "wrong-case":
    case "missing-builder":
      return { ...common, definition: typeLookUp.definition, unresolved: typeLookUp.found };
    case "pending":
    case "custom-class":
      return { ...common, definition: undefined, unresolved: typeLookUp.found };
    default:
      return { ...common, definition: undefined, unresolved: "unknown" };
  }
}

function resolveParts(
  owner: BoundComponent,
  path: string,
  groups: readonly PartGroup[],
  lookups: Lookups,
): Pick<ResolvedComponent, "parts" | "orphanParts"> {
  const { parts, orphans } = partsOf(owner, groups, lookups);
  return {
    parts: parts.map((part) =>
      resolveComponent(part.group.kind, part.bound, `${path}.${part.key}`, lookups, part.type),
    ),
    orphanParts: orphans,
  };
}
