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
  readonly undefined: readonly { readonly start: number; readonly end: number }[];
}

/** Deeper than this nothing real is nested; the limit keeps hostile files from overflowing the stack. */
const deepest = 16;

/** Values longer than this are not looked into: what a file of this size does with references is no configuration. */
const longest = 1_000_000;

/**
 * Replaces `${…}` as Flume 1.10 and later do (`MapResolver`, commons-text's `StringSubstitutor`): `${env:NAME}` and its
 * kin, `${other.property}`, `${name:-default}`, `$${…}` for a literal `${…}`, references inside references. What can
 * be known from the file is replaced; environment variables and the like become look-ups. Flume finds another property
 * only if its hash order has come by it already; here it is always found.
 */
export function interpolate(value: string, lookups: Lookups): Interpolated {
  if (!value.includes("${") || value.length > longest) return { parts: [literal(value)], undefined: [] };
  const substitution = new Substitution(lookups);
  const parts = substitution.replace(value, 0, new Set(), 0);
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
  readonly undefined: { start: number; end: number }[] = [];
  readonly #lookups: Lookups;
  /** Replacements left: a reference to a reference to … may not grow without end. */
  #budget = 10_000;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  /** `offset` is where `value` starts in the text as written, or -1 inside the value of another property. */
  replace(value: string, offset: number, open: ReadonlySet<string>, depth: number): ValuePart[] {
    const parts: ValuePart[] = [];
    const ends = matchingBraces(value);
    let from = 0;
    let at = value.indexOf("${");
    while (at !== -1) {
      if (at > from && value[at - 1] === "$") {
        // `$${`: the first dollar goes, the rest is text.
        parts.push(literal(value.slice(from, at - 1)), literal("${"));
        from = at + 2;
        at = value.indexOf("${", from);
        continue;
      }
      const end = ends.get(at);
      if (end === undefined) {
        at = value.indexOf("${", at + 2);
        continue;
      }
      parts.push(literal(value.slice(from, at)));
      const inner = value.slice(at + 2, end);
      const found = this.#reference(inner, offset < 0 ? -1 : offset + at + 2, open, depth);
      if (found === undefined) {
        parts.push(literal(value.slice(at, end + 1)));
        if (offset >= 0) this.undefined.push({ start: offset + at, end: offset + end + 1 });
      } else {
        parts.push(...found);
      }
      from = end + 1;
      at = value.indexOf("${", from);
    }
    parts.push(literal(value.slice(from)));
    return parts;
  }

  #reference(
    expression: string,
    offset: number,
    open: ReadonlySet<string>,
    depth: number,
  ): ValuePart[] | undefined {
    if (depth >= deepest || this.#budget-- <= 0) return undefined;
    const dash = expression.indexOf(":-");
    const nameText = dash === -1 ? expression : expression.slice(0, dash);
    const name = staticText(this.replace(nameText, offset, open, depth + 1));
    if (name === undefined) return undefined;
    const fallback =
      dash === -1
        ? undefined
        : this.replace(expression.slice(dash + 2), offset < 0 ? -1 : offset + dash + 2, open, depth + 1);
    const lookup = this.#lookup(name, fallback);
    if (lookup !== undefined) return [lookup];
    const other = open.has(name) ? undefined : this.#lookups.property(name);
    if (other !== undefined) return this.replace(other, -1, new Set([...open, name]), depth + 1);
    return fallback;
  }

  #lookup(name: string, fallback: readonly ValuePart[] | undefined): ValuePart | undefined {
    const rest = fallback === undefined ? {} : { fallback: joined(fallback) };
    const prefixed = /^(env|sys|java|date):([\s\S]+)$/.exec(name);
    if (prefixed !== null) {
      return { kind: "lookup", lookup: prefixed[1] as "env", key: prefixed[2]!, ...rest };
    }
    const filtered = /^([^[\]]+)\[(["']?)([-_a-zA-Z0-9]+)\2\]$/.exec(name);
    if (filtered !== null && this.#lookups.hasFilter(filtered[1]!)) {
      return { kind: "lookup", lookup: "filter", filter: filtered[1]!, key: filtered[3]! };
    }
    return undefined;
  }
}

/** For each `${` with a closing brace, where that stands; nested references count. Linear. */
function matchingBraces(value: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (let i = 0; i < value.length; i++) {
    if (value[i] === "$" && value[i + 1] === "{") {
      open.push(i);
      i++;
    } else if (value[i] === "}") {
      const start = open.pop();
      if (start !== undefined) ends.set(start, i);
    }
  }
  return ends;
}
