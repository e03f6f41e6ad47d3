import type { LookUp, PlanOption, PlanValue, TemplatePart } from "../plan/pipeline-plan.ts";
import type { ImportList } from "./import-list.ts";
import { arrayOf, arrow, type Code, call, type ObjectEntry, objectOf, onOneLine, sum } from "./layout.ts";
import { commentText, printCount, printLiteral } from "./literal.ts";
import type { RecordSupply } from "./records.ts";
import { TemplatePrinter } from "./templates.ts";

const FROM_ENVIRONMENT = { name: "fromEnvironment", module: "agent/environment.ts" };
const FROM_ENVIRONMENT_OR = { name: "fromEnvironmentOr", module: "agent/environment.ts" };
const TO_INTEGER = { name: "toInteger", module: "agent/environment.ts" };

/** Whose values are printed. */
export interface PrintScope {
  /** The variable of the component's context. */
  readonly context?: string;
  /** For a sink that takes records as they were fetched: where they come from. */
  readonly supply?: RecordSupply;
}

/** Prints the plan's values; run-time look-ups become calls, which end the start with a clear line if they fail. */
export class ValuePrinter {
  readonly templates: TemplatePrinter;
  readonly #imports: ImportList;
  readonly #lookUps = new Map<string, LookUp>();

  constructor(imports: ImportList) {
    this.#imports = imports;
    this.templates = new TemplatePrinter(imports, this);
  }

  /** Every look-up printed so far, sorted by variable: what `.env.example` lists. */
  get lookUps(): readonly LookUp[] {
    return [...this.#lookUps.values()].sort((a, b) => (a.variable < b.variable ? -1 : 1));
  }

  /** The expression of one value; `scope` says whose it is. */
  value(value: PlanValue, scope: PrintScope = {}): Code {
    switch (value.kind) {
      case "literal":
        return Array.isArray(value.value)
          ? arrayOf(value.value.map(printLiteral))
          : printLiteral(value.value);
      case "options":
        return this.options(value.options, scope);
      case "list":
        return arrayOf(value.values.map((element) => this.value(element, scope)));
      case "runtime":
        return this.#runtime(value, scope);
      case "template":
        return this.templates.print(value, scope.supply);
      case "look-up":
        return this.#lookUp(value);
      case "regex":
        return call("new RegExp", printLiteral(value.source), printLiteral("u"));
      case "headers of records":
        return this.templates.headers(value.of, scope.supply!);
      case "context":
        return scope.context ?? "undefined";
    }
  }

  /** An object literal of options, each with its note. */
  options(options: readonly PlanOption[], scope: PrintScope = {}): Code {
    return objectOf(
      options.map(({ name, value, note }): ObjectEntry => {
        const entry = { key: name, value: this.value(value, scope) };
        return note === undefined ? entry : { ...entry, note };
      }),
    );
  }

  #runtime({ symbol, use, args }: Extract<PlanValue, { kind: "runtime" }>, scope: PrintScope): Code {
    const name = this.#imports.use(symbol);
    if (use === "symbol") return name;
    const code = call(use === "new" ? `new ${name}` : name, ...args.map((one) => this.value(one, scope)));
    return use === "later" ? arrow("()", code) : code;
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
    case "regex":
      return commentText(value.source);
    default:
      return value.kind;
  }
}

/** A part of a template as Flume writes it. */
function templatePart(part: TemplatePart): string {
  if (typeof part === "string") return part;
  if ("header" in part) return `%{${part.header}}`;
  if ("lookUp" in part) return describeValue(part.lookUp);
  return "time" in part ? part.time : `%[${part.host}]`;
}
