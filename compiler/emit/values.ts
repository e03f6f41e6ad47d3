import type { LookUp, PlanOption, PlanValue, TemplatePart } from "../plan/pipeline-plan.ts";
import type { ImportList } from "./import-list.ts";
import { arrayOf, type Code, call, type ObjectEntry, objectOf, onOneLine, sum } from "./layout.ts";
import { commentText, printCount, printLiteral } from "./literal.ts";

const FROM_ENVIRONMENT = { name: "fromEnvironment", module: "agent/environment.ts" };
const FROM_ENVIRONMENT_OR = { name: "fromEnvironmentOr", module: "agent/environment.ts" };
const TO_INTEGER = { name: "toInteger", module: "agent/environment.ts" };

/** Prints the plan's values; run-time look-ups become calls, which end the start with a clear line if they fail. */
export class ValuePrinter {
  readonly #imports: ImportList;
  readonly #lookUps = new Map<string, LookUp>();

  constructor(imports: ImportList) {
    this.#imports = imports;
  }

  /** Every look-up printed so far, sorted by variable: what `.env.example` lists. */
  get lookUps(): readonly LookUp[] {
    return [...this.#lookUps.values()].sort((a, b) => (a.variable < b.variable ? -1 : 1));
  }

  /** The expression of a text with values of the event in it. */
  #template({ parts }: Extract<PlanValue, { kind: "template" }>): Code {
    return `(event) => ${templateText(parts)}`;
  }

  /** The expression of one value. */
  value(value: PlanValue): Code {
    switch (value.kind) {
      case "literal":
        return Array.isArray(value.value)
          ? arrayOf(value.value.map(printLiteral))
          : printLiteral(value.value);
      case "options":
        return this.options(value.options);
      case "list":
        return arrayOf(value.values.map((element) => this.value(element)));
      case "runtime": {
        const name = this.#imports.use(value.symbol);
        if (value.use === "symbol") return name;
        return call(
          value.use === "new" ? `new ${name}` : name,
          ...value.args.map((argument) => this.value(argument)),
        );
      }
      case "template":
        return this.#template(value);
      case "look-up":
        return this.#lookUp(value);
      case "regex":
        return call("new RegExp", printLiteral(value.source), printLiteral("u"));
      case "context":
        return "";
    }
  }

  /** An object literal of options, each with its note. */
  options(options: readonly PlanOption[]): Code {
    return objectOf(
      options.map(({ name, value, note }): ObjectEntry => {
        const entry = { key: name, value: this.value(value) };
        return note === undefined ? entry : { ...entry, note };
      }),
    );
  }

  #lookUp({ parts, as, times = 1, range = [] }: Extract<PlanValue, { kind: "look-up" }>): Code {
    const terms = parts.map((part) => (typeof part === "string" ? printLiteral(part) : this.#call(part)));
    const text = sum(terms);
    if (as === "string") return text;
    if (as === "integer") {
      const owner = parts.find((part) => typeof part === "object")!;
      const number = call(
        this.#imports.use(TO_INTEGER),
        text,
        owner.component,
        printLiteral(owner.property),
        ...range.map((bound) => printLiteral(bound)),
      );
      return times === 1 ? number : `${onOneLine(number)} * ${printLiteral(times)}`;
    }
    const whole = terms.length === 1 ? onOneLine(text) : `(${onOneLine(text)})`;
    return as === "boolean" ? `${whole}.toLowerCase() === "true"` : `${whole}.split(/ *, */)`;
  }

  #call(lookUp: LookUp): Code {
    this.#lookUps.set(lookUp.variable, lookUp);
    const { variable, component, property, fallback } = lookUp;
    return fallback === undefined
      ? call(this.#imports.use(FROM_ENVIRONMENT), printLiteral(variable), component, printLiteral(property))
      : call(this.#imports.use(FROM_ENVIRONMENT_OR), printLiteral(variable), printLiteral(fallback));
  }
}

/** `"logs-" + (event.headers.get("env") ?? "")`. */
function templateText(parts: readonly TemplatePart[]): string {
  const missing = '""';
  return parts
    .map((part) =>
      typeof part === "string" || !("header" in part)
        ? printLiteral(String(part))
        : parts.length === 1
          ? `event.headers.get(${printLiteral(part.header)}) ?? ${missing}`
          : `(event.headers.get(${printLiteral(part.header)}) ?? ${missing})`,
    )
    .join(" + ");
}

/** A number of things as people write it: `10,000`, or `$CAPACITY` for what is known at run time only. */
export function describeCount(value: PlanValue): string {
  return value.kind === "literal" && typeof value.value === "number"
    ? printCount(value.value)
    : describeValue(value);
}

/** A value as people write it, for comments and messages: look-ups as `$NAME`, never their value. */
export function describeValue(value: PlanValue): string {
  switch (value.kind) {
    case "literal":
      return Array.isArray(value.value)
        ? value.value.map((element) => commentText(String(element))).join(", ")
        : commentText(String(value.value));
    case "look-up":
      return value.parts
        .map((part) => (typeof part === "string" ? commentText(part) : `$${part.variable}`))
        .join("");
    case "list":
      return value.values.map(describeValue).join(", ");
    case "template":
      return commentText(value.parts.map(templatePart).join(""));
    default:
      return value.kind;
  }
}

/** A part of a template as Flume writes it. */
function templatePart(part: TemplatePart): string {
  if (typeof part === "string") return part;
  if ("header" in part) return `%{${part.header}}`;
  return "time" in part ? part.time : `%[${part.host}]`;
}
