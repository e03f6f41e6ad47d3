import type { Span } from "../text/span.ts";

/** Text as it stays; `$${` has become `${`. */
export interface TextPart {
  readonly kind: "text";
  readonly text: string;
  readonly span: Span;
}

/**
 * `${…}`. Flume asks the look-up that `prefix` names for `key` and, where there is no such look-up or it knows
 * nothing, the properties of the file for `key` alone. Then comes the default value; without one, the reference
 * stays as text.
 */
export interface Reference {
  readonly kind: "reference";
  readonly span: Span;
  /** Before `:-`, as written. */
  readonly name: string;
  readonly nameSpan: Span;
  /** Text and references that the name is made of; one text in all usual cases. */
  readonly nameParts: readonly ValuePart[];
  /**
   * Before the first colon, in lower case: `env` of `${env:HOME}`. Undefined where there is none. Of a name with a
   * reference in it, this and `key` are what is written; what Flume looks up is known when that is replaced.
   */
  readonly prefix: string | undefined;
  /** The name without its prefix, as written. */
  readonly key: string;
  readonly keySpan: Span;
  /** After `:-`. */
  readonly defaultValue: readonly ValuePart[] | undefined;
  /** For `${NAME['key']}`, `${NAME["key"]}` and `${NAME[key]}`: what the config filter NAME is asked, if there is one. */
  readonly filter: { readonly name: string; readonly key: string } | undefined;
}

/** A part of a value in which Flume replaces references; the parts of a value follow each other. */
export type ValuePart = TextPart | Reference;

/** References within references beyond this depth are text, so that no value can exhaust the stack. */
const DEEPEST = 50;

const BRACKETS = /\$\{|\}/g;
/** `AgentConfiguration.createConfigFilterPattern`. */
const FILTER = /^(?<name>[^[\]]+)\[(?<quote>['"]?)(?<key>[-\w]+)\k<quote>\]$/;

/**
 * Cuts a value into references and text, as the `StringSubstitutor` of commons-text 1.9 finds them with
 * substitution in variables on (`MapResolver.resolveProperties`): the first `:-` outside of a nested reference
 * starts the default value; `$${…}` is text, but references in it are not; where a `${` is never closed, the
 * rest of the value is text. Spans are offsets in `value`.
 *
 * Flume substitutes again in what a reference became, so that `${a:-$${b}}` is `${b}` first and then b's value;
 * here its default value is the text `${b}`.
 */
export function parseReferences(value: string): ValuePart[] {
  if (!value.includes("${")) return value === "" ? [] : [text(value, 0, value.length)];
  return new References(value).parts(0, value.length, 0);
}

function text(value: string, start: number, end: number): TextPart {
  return { kind: "text", text: value.slice(start, end), span: { start, end } };
}

class References {
  readonly #value: string;
  /** Where the `}` of each `${` is; no entry where there is none. */
  readonly #closing = new Map<number, number>();

  constructor(value: string) {
    this.#value = value;
    const open: number[] = [];
    for (const { 0: bracket, index } of value.matchAll(BRACKETS)) {
      if (bracket === "${") {
        open.push(index);
      } else {
        const opening = open.pop();
        if (opening !== undefined) this.#closing.set(opening, index);
      }
    }
  }

  parts(start: number, end: number, depth: number): ValuePart[] {
    const value = this.#value;
    const parts: ValuePart[] = [];
    let textStart = start;
    const finishText = (textEnd: number) => {
      if (textEnd > textStart) parts.push(text(value, textStart, textEnd));
    };
    let opening = depth < DEEPEST ? value.indexOf("${", start) : -1;
    while (opening >= 0 && opening < end) {
      const closing = this.#closing.get(opening);
      if (closing === undefined) break;
      let next = closing + 1;
      if (value[opening - 1] === "$") {
        // Only the opening loses its meaning: what stands between the braces is read like the text around them.
        finishText(opening - 1);
        next = opening + 2;
        parts.push({ kind: "text", text: "${", span: { start: opening - 1, end: next } });
      } else {
        finishText(opening);
        parts.push(this.#reference(opening, closing, depth));
      }
      textStart = next;
      opening = value.indexOf("${", next);
    }
    finishText(end);
    return parts;
  }

  #reference(start: number, closing: number, depth: number): Reference {
    const value = this.#value;
    const inner = { start: start + 2, end: closing };
    const parts = this.parts(inner.start, inner.end, depth + 1);
    const delimiter = find(value, parts, ":-");
    const nameSpan = { start: inner.start, end: delimiter ?? inner.end };
    const name = value.slice(nameSpan.start, nameSpan.end);
    const nameParts = within(value, parts, nameSpan);
    const colon = find(value, nameParts, ":");
    const keySpan = { start: colon === undefined ? nameSpan.start : colon + 1, end: nameSpan.end };
    const filter = FILTER.exec(value.slice(inner.start, inner.end))?.groups;
    return {
      kind: "reference",
      span: { start, end: closing + 1 },
      name,
      nameSpan,
      nameParts,
      prefix: colon === undefined ? undefined : value.slice(nameSpan.start, colon).toLowerCase(),
      key: value.slice(keySpan.start, keySpan.end),
      keySpan,
      defaultValue:
        delimiter === undefined ? undefined : within(value, parts, { start: delimiter + 2, end: inner.end }),
      filter: filter && { name: filter.name!, key: filter.key! },
    };
  }
}

/** The offset of the first `wanted` in the text between nested references. */
function find(value: string, parts: readonly ValuePart[], wanted: string): number | undefined {
  for (const part of parts) {
    if (part.kind !== "text") continue;
    const index = value.slice(part.span.start, part.span.end).indexOf(wanted);
    if (index >= 0) return part.span.start + index;
  }
  return undefined;
}

/** The parts in a span that starts and ends within text or between parts. */
function within(value: string, parts: readonly ValuePart[], { start, end }: Span): ValuePart[] {
  return parts
    .filter(({ span }) => span.start < end && span.end > start)
    .map((part) => {
      const { span } = part;
      if (span.start >= start && span.end <= end) return part;
      return text(value, Math.max(start, span.start), Math.min(end, span.end));
    });
}
