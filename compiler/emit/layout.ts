import { LINE_WIDTH } from "./import-list.ts";

/**
 * An expression to be laid out: text that stays on its line, or a structure that is broken up where it does not
 * fit, in the way of the formatter that this project uses, so that emitted code needs none.
 */
export type Code = string | ObjectCode | ArrayCode | CallCode | SumCode | ArrowCode;

/** `(event) => …`. */
interface ArrowCode {
  readonly kind: "arrow";
  /** With their brackets. */
  readonly parameters: string;
  readonly body: Code;
}

/** Texts put together with `+`. */
interface SumCode {
  readonly kind: "sum";
  readonly terms: readonly Code[];
}

interface ObjectCode {
  readonly kind: "object";
  readonly entries: readonly ObjectEntry[];
}

/** `key: value, // note`; a note makes the object stand on several lines. */
export interface ObjectEntry {
  readonly key: string;
  readonly value: Code;
  readonly note?: string;
}

interface ArrayCode {
  readonly kind: "array";
  readonly elements: readonly { readonly value: Code; readonly note?: string }[];
}

interface CallCode {
  readonly kind: "call";
  /** `new Listener`, `agent.source`. */
  readonly callee: string;
  readonly args: readonly Code[];
}

/** An object literal. */
export function objectOf(entries: readonly ObjectEntry[]): Code {
  return { kind: "object", entries };
}

/** An array literal. */
export function arrayOf(
  elements: readonly (Code | { readonly value: Code; readonly note?: string })[],
): Code {
  return {
    kind: "array",
    elements: elements.map((element) =>
      typeof element === "object" && "value" in element ? element : { value: element },
    ),
  };
}

/** A call or, with `new` in the callee, a construction. */
export function call(callee: string, ...args: readonly Code[]): Code {
  return { kind: "call", callee, args };
}

/** Texts put together: a single one as it is. */
export function sum(terms: readonly Code[]): Code {
  return terms.length === 1 ? terms[0]! : { kind: "sum", terms };
}

/** A function of one expression; `parameters` with their brackets. */
export function arrow(parameters: string, body: Code): Code {
  return { kind: "arrow", parameters, body };
}

/** A part of a longer expression, which is not broken up. */
export function onOneLine(code: Code): string {
  return flatten(code) ?? expression(code, 0, 0, 0);
}

/** A statement `prefix` + expression + `suffix`, indented by `indent` blanks. */
export function layOut(prefix: string, code: Code, suffix: string, indent = 0): string {
  return `${" ".repeat(indent)}${prefix}${expression(code, indent, indent + prefix.length, suffix.length)}${suffix}`;
}

/** `column`: where it starts; `after`: characters that follow on its last line. */
function expression(code: Code, indent: number, column: number, after: number): string {
  const flat = flatten(code);
  if (flat !== undefined && column + flat.length + after <= LINE_WIDTH) return flat;
  if (typeof code === "string") return code;
  switch (code.kind) {
    case "object":
      return lines(
        "{",
        code.entries.map((entry) => entryLine(entry, indent + 2)),
        "}",
        indent,
      );
    case "array":
      return lines(
        "[",
        code.elements.map((element) =>
          withNote(expression(element.value, indent + 2, indent + 2, 1), element.note),
        ),
        "]",
        indent,
      );
    case "call":
      return brokenCall(code, indent, column);
    case "arrow": {
      const head = `${code.parameters} => `;
      if (typeof code.body === "object" && code.body.kind === "call") {
        return head + expression(code.body, indent, column + head.length, after);
      }
      const body = expression(code.body, indent, indent + 2, after);
      return `${code.parameters} =>${body.startsWith("\n") ? body : `\n${" ".repeat(indent + 2)}${body}`}`;
    }
    case "sum": {
      const pad = " ".repeat(indent + 2);
      const terms = code.terms.map((term) => expression(term, indent + 2, indent + 2, 2));
      return `\n${pad}${terms.join(` +\n${pad}`)}`;
    }
  }
}

function entryLine(entry: ObjectEntry, indent: number): string {
  if (entry.key === entry.value) return withNote(entry.key, entry.note);
  const prefix = `${entry.key}: `;
  const value = expression(entry.value, indent, indent + prefix.length, 1);
  return withNote(value.startsWith("\n") ? `${entry.key}:${value}` : prefix + value, entry.note);
}

function withNote(text: string, note: string | undefined): string {
  return note === undefined ? `${text},` : `${text}, // ${note}`;
}

function lines(open: string, inner: readonly string[], close: string, indent: number): string {
  const pad = " ".repeat(indent + 2);
  return `${open}\n${inner.map((line) => `${pad}${line}\n`).join("")}${" ".repeat(indent)}${close}`;
}

/** The last argument keeps its bracket on the callee's line where it is a structure and the rest fits there. */
function brokenCall(code: CallCode, indent: number, column: number): string {
  const last = code.args.at(-1);
  const others = code.args.slice(0, -1).map(flatten);
  if (last !== undefined && typeof last === "object" && others.every((other) => other !== undefined)) {
    const head = `${code.callee}(${others.map((other) => `${other}, `).join("")}`;
    if (column + head.length + 1 <= LINE_WIDTH) {
      return `${head}${broken(last, indent, column + head.length)})`;
    }
  }
  return lines(
    `${code.callee}(`,
    code.args.map((argument) => `${expression(argument, indent + 2, indent + 2, 1)},`),
    ")",
    indent,
  );
}

/** Like `expression`, but on several lines even where one would do. */
function broken(code: Exclude<Code, string>, indent: number, column: number): string {
  return expression(code, indent, Math.max(column, LINE_WIDTH), 0);
}

/** The code on one line; undefined where a note or the formatter's own rule asks for several. */
function flatten(code: Code): string | undefined {
  if (typeof code === "string") return code;
  switch (code.kind) {
    case "object": {
      if (code.entries.some((entry) => entry.note !== undefined)) return undefined;
      const entries = code.entries.map((entry) => {
        const value = flatten(entry.value);
        return value === undefined || entry.key === value ? value : `${entry.key}: ${value}`;
      });
      if (entries.includes(undefined)) return undefined;
      return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
    }
    case "array": {
      const nested = code.elements.length > 1 && code.elements.every((element) => isPair(element.value));
      if (nested || code.elements.some((element) => element.note !== undefined)) return undefined;
      const elements = code.elements.map((element) => flatten(element.value));
      return elements.includes(undefined) ? undefined : `[${elements.join(", ")}]`;
    }
    case "sum": {
      const terms = code.terms.map(flatten);
      return terms.includes(undefined) ? undefined : terms.join(" + ");
    }
    case "arrow": {
      const body = flatten(code.body);
      return body === undefined ? undefined : `${code.parameters} => ${body}`;
    }
    case "call": {
      const args = code.args.map(flatten);
      return args.includes(undefined) ? undefined : `${code.callee}(${args.join(", ")})`;
    }
  }
}

/** Several arrays of several elements each are never put on one line. */
function isPair(code: Code): boolean {
  return typeof code === "object" && code.kind === "array" && code.elements.length > 1;
}
