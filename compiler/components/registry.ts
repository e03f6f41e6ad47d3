import type { ComponentDefinition, DefinitionKind } from "../schema/component.ts";
import type { LookUp, PendingComponent } from "../schema/look-up.ts";
import { nearestName } from "../schema/nearest-name.ts";
import { components } from "./index.ts";
import { pendingComponents } from "./pending-components.ts";

type Named =
  | { readonly definition: ComponentDefinition; readonly pending?: undefined; readonly className: string }
  | { readonly pending: PendingComponent; readonly definition?: undefined; readonly className: string };

/** The names of one kind. */
interface KindIndex {
  /** By alias in upper case, as `Enum.valueOf(type.toUpperCase())` finds them. */
  readonly aliases: Map<string, Named>;
  readonly classes: Map<string, Named>;
  /** By class name in lower case, as Flume's validation compares them. */
  readonly classesInLowerCase: Map<string, Named>;
  /** What to offer for a name that is not there: aliases as they are written, class names. */
  readonly offered: string[];
}

const index = buildIndex();

function indexOf(kind: DefinitionKind): KindIndex {
  return index.get(kind) ?? emptyIndex();
}

function emptyIndex(): KindIndex {
  return { aliases: new Map(), classes: new Map(), classesInLowerCase: new Map(), offered: [] };
}

function buildIndex(): Map<DefinitionKind, KindIndex> {
  const kinds = new Map<DefinitionKind, KindIndex>();
  const add = (kind: DefinitionKind, aliases: readonly string[], className: string, named: Named) => {
    const names = kinds.get(kind) ?? emptyIndex();
    kinds.set(kind, names);
    for (const alias of aliases) {
      names.aliases.set(alias.toUpperCase(), named);
      names.offered.push(alias);
    }
    if (className === "") return;
    names.classes.set(className, named);
    names.classesInLowerCase.set(className.toLowerCase(), named);
    names.offered.push(className);
  };
  for (const definition of components) {
    const className = definition.className ?? "";
    add(definition.kind, definition.aliases, className, { definition, className });
  }
  for (const pending of pendingComponents) {
    add(pending.kind, pending.aliases, pending.className, { pending, className: pending.className });
  }
  return kinds;
}

/**
 * What a `type` means, by Flume's own rules: a short name in any case (`Enum.valueOf`), or the full name of a class to
 * the letter (`Class.forName`).
 */
export function lookUp(kind: DefinitionKind, type: string): LookUp {
  const names = indexOf(kind);
  const byAlias = names.aliases.get(type.toUpperCase());
  if (byAlias !== undefined) return found(byAlias, "alias");
  const byClass = names.classes.get(type);
  if (byClass !== undefined) return found(byClass, "class");
  const otherCase = names.classesInLowerCase.get(type.toLowerCase());
  if (otherCase !== undefined) return { found: "wrong-case", ...parts(otherCase) };
  const builder = names.classes.get(`${type}$Builder`);
  if (builder !== undefined) return { found: "missing-builder", ...parts(builder) };
  if (!looksLikeClass(type)) return { found: "unknown", nearest: nearestType(kind, type, names.offered) };
  if (!type.startsWith("org.apache.flume.")) return { found: "custom-class", className: type };
  return { found: "no-such-flume-class", className: type, nearest: nearestType(kind, type, names.offered) };
}

/** What was meant: the same class in another package or without one, `kafka` for the Kafka sink, or a slip of the hand. */
function nearestType(kind: DefinitionKind, type: string, offered: readonly string[]): string | undefined {
  const simple = simpleName(type);
  const alike = offered.find((name) => {
    const known = simpleName(name);
    return name.includes(".") && (known === simple || known === simple + kind);
  });
  return alike ?? nearestName(type, offered);
}

/** The name of a class without its package, in lower case. */
function simpleName(type: string): string {
  return type
    .slice(type.lastIndexOf(".") + 1)
    .replace(/\$Builder$/, "")
    .toLowerCase();
}

function found(named: Named, by: "alias" | "class"): LookUp {
  return named.definition !== undefined
    ? { found: "definition", definition: named.definition, by }
    : { found: "pending", pending: named.pending, by };
}

function parts(named: Named) {
  return { className: named.className, definition: named.definition, pending: named.pending };
}

/** A dotted Java name: what only a class can be called. */
function looksLikeClass(type: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)+$/u.test(type);
}

/** The definition with this very alias or class name; undefined also for one that is still to come. */
export function definitionOf(kind: DefinitionKind, type: string): ComponentDefinition | undefined {
  const result = lookUp(kind, type);
  return result.found === "definition" ? result.definition : undefined;
}

/** All names that can stand in the `type` of a kind: aliases and class names, also of components still to come. */
export function namesOf(kind: DefinitionKind): readonly string[] {
  return indexOf(kind).offered;
}
