import type { PropertyDefinition, PropertyDefinitions } from "./property.ts";

/** The definition that a written key belongs to. */
export interface PropertyMatch {
  /** The name in the schema: the key itself, or the pattern it fits (`mapping.<value>`, `kafka.producer.*`). */
  readonly pattern: string;
  readonly definition: PropertyDefinition;
  /** What stands in place of each `<placeholder>` or of the `*`, in order. */
  readonly captured: readonly string[];
}

/** Finds a key among the properties of a component: by its name, then by a placeholder, then by a prefix. */
export function findProperty(definitions: PropertyDefinitions, key: string): PropertyMatch | undefined {
  if (Object.hasOwn(definitions, key) && isPlain(key)) {
    return { pattern: key, definition: definitions[key]!, captured: [] };
  }
  let open: PropertyMatch | undefined;
  for (const [pattern, definition] of Object.entries(definitions)) {
    if (isPlain(pattern)) continue;
    const captured = matchPattern(pattern, key);
    if (captured === undefined) continue;
    if (!pattern.endsWith("*")) return { pattern, definition, captured };
    if (open === undefined || open.pattern.length < pattern.length) open = { pattern, definition, captured };
  }
  return open;
}

/** Whether a name of the schema stands for itself alone. */
export function isPlain(pattern: string): boolean {
  return !pattern.includes("<") && !pattern.endsWith("*");
}

/**
 * What the placeholders of `pattern` stand for in `key`, or undefined where it does not fit. A placeholder in the
 * middle is one piece between dots, the last one may hold dots; neither may be empty.
 */
export function matchPattern(pattern: string, key: string): readonly string[] | undefined {
  const pieces = pattern.replace(/\*$/, "<rest>").split(/<[^<>]*>/);
  const captured: string[] = [];
  const first = pieces[0]!;
  if (!key.startsWith(first)) return undefined;
  let position = first.length;
  for (let i = 1; i < pieces.length; i++) {
    const piece = pieces[i]!;
    const end = piece === "" ? key.length : key.indexOf(piece, position + 1);
    if (end <= position) return undefined;
    const value = key.slice(position, end);
    if (piece !== "" && value.includes(".")) return undefined;
    captured.push(value);
    position = end + piece.length;
  }
  return position === key.length ? captured : undefined;
}
