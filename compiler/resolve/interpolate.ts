import type { Span } from "../../grammar/text/span.ts";
import {
  parseReferences,
  type Reference,
  type ValuePart as WrittenPart,
} from "../../grammar/values/reference.ts";
import type { ValuePart } from "./resolved-agent.ts";

/** Where `${…}` looks things up. */
export interface Lookups {
  /** The value of another property of the file, as written; undefined when there is none. */
  property(key: string): string | undefined;
  /** Whether the agent has a config filter of this name. */
  hasFilter(name: string): boolean;
}

/** A value with its references replaced. */
export interface Interpolated {
  /** One literal where nothing waits for run time; neighbouring literals are joined. */
  readonly parts: readonly ValuePart[];
  /** References that nothing answers: they stay in the text as they are. Offsets in the value as written. */
  readonly undefined: readonly Span[];
}

/** Values longer than this are not looked into: what a file of this size does with references is no configuration. */
const longest = 1_000_000;

/** Properties that refer to properties are followed so deep. */
const deepest = 16;

/** Replacements in one value: references to values full of references may not grow without end. */
const mostReplacements = 10_000;

/**
 * Replaces `${…}` as Flume 1.10 and later do (`MapResolver`, commons-text's `StringSubstitutor`): `${env:NAME}` and its
 * kin, `${other.property}`, `${name:-default}`, `$${…}` for a literal `${…}`, references inside references. What can
 * be known from the file is replaced; environment variables and the like become look-ups. Flume finds another property
 * only if its hash order has come by it already; here it is always found.
 */
export function interpolate(value: string, lookups: Lookups): Interpolated {
  if (!value.includes("${") || value.length > longest) return { parts: [literal(value)], undefined: [] };
  const substitution = new Substitution(lookups);
  const parts = substitution.replace(parseReferences(value), value, undefined);
  return { parts: joined(parts), undefined: substitution.undefined };
}

/** The text of parts that hold no look-up; undefined when they do. */
export function staticText(parts: readonly ValuePart[]): string | undefined {
  let text = "";
  for (const part of parts) {
    if (part.kind !== "literal") return undefined;
    text += part.text;
  }
  return text;
}

function literal(text: string): ValuePart {
  return { kind: "literal", text };
}

function joined(parts: readonly ValuePart[]): readonly ValuePart[] {
  const result: ValuePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === "literal" && last?.kind === "literal") {
      result[result.length - 1] = literal(last.text + part.text);
    } else {
      result.push(part);
    }
  }
  return result.length === 0 ? [literal("")] : result;
}

class Substitution {
  readonly undefined: Span[] = [];
  readonly #lookups: Lookups;
  #left = mostReplacements;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  /** `inside`: the properties whose values are being replaced right now; absent in the value as written. */
  replace(
    parts: readonly WrittenPart[],
    value: string,
    inside: ReadonlySet<string> | undefined,
  ): ValuePart[] {
    return parts.flatMap((part) => {
      if (part.kind === "text") return [literal(part.text)];
      const found = this.#reference(part, value, inside);
      if (found !== undefined) return found;
      if (inside === undefined) this.undefined.push(part.span);
      return [literal(value.slice(part.span.start, part.span.end))];
    });
  }

  #reference(
    reference: Reference,
    value: string,
    inside: ReadonlySet<string> | undefined,
  ): readonly ValuePart[] | undefined {
    if (this.#left-- <= 0 || (inside?.size ?? 0) >= deepest) return undefined;
    const { filter } = reference;
    if (filter !== undefined && this.#lookups.hasFilter(filter.name)) {
      return [{ kind: "lookup", lookup: "filter", filter: filter.name, key: filter.key }];
    }
    const name = staticText(this.replace(reference.nameParts, value, inside));
    if (name === undefined) return undefined;
    const fallback =
      reference.defaultValue === undefined ? undefined : this.replace(reference.defaultValue, value, inside);
    const colon = name.indexOf(":");
    const lookup = colon === -1 ? undefined : knownLookups.get(name.slice(0, colon).toLowerCase());
    const key = name.slice(colon + 1);
    if (lookup !== undefined) {
      return [{ kind: "lookup", lookup, key, ...(fallback !== undefined && { fallback: joined(fallback) }) }];
    }
    const other = inside?.has(key) === true ? undefined : this.#lookups.property(key);
    if (other === undefined) return fallback;
    return this.replace(parseReferences(other), other, new Set([...(inside ?? []), key]));
  }
}

/** Those that Flume asks unless it is given a file of others (`-Dlookups=FILE`). */
const knownLookups = new Map((["env", "sys", "java", "date"] as const).map((name) => [name as string, name]));
