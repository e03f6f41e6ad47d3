import type { HeadersRead, PlanOption, PlanValue, TemplatePart, TimeText } from "../plan/pipeline-plan.ts";
import { docComment } from "./comments.ts";
import type { ImportList } from "./import-list.ts";
import { arrow, type Code, call, layOut, objectOf, onOneLine, sum } from "./layout.ts";
import { commentText, printLiteral } from "./literal.ts";
import {
  headerOfRecord,
  headersExpression,
  printHeadersOf,
  type RecordSupply,
  withHeaders,
} from "./records.ts";
import type { ValuePrinter } from "./values.ts";

const TIME_ESCAPES = { name: "TimeEscapes", module: "escapes/time-escapes.ts" };
const TIMESTAMP_OF = { name: "timestampOf", module: "escapes/event-time.ts" };
const PATH_SEGMENT = { name: "pathSegment", module: "escapes/path-segment.ts" };
const HOST_ESCAPE = { name: "hostEscape", module: "escapes/host-escape.ts" };

/** For how much a text stays the same: for all events, at a moment, for a batch of records, or for one event. */
const EXTENTS = ["all", "moment", "batch", "event"] as const;

/** A part of a template as an expression. */
interface PrintedPart {
  readonly code: string;
  /** What it is, where that is known. */
  readonly text?: string;
  /** It needs brackets beside others. */
  readonly loose?: boolean;
  readonly of: (typeof EXTENTS)[number];
}

/** Texts that stand together as one, and none that is empty. */
function joinTexts(parts: readonly PrintedPart[]): readonly PrintedPart[] {
  const joined: PrintedPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.text === undefined || last?.text === undefined) {
      if (part.text !== "") joined.push(part);
    } else {
      const text = last.text + part.text;
      joined[joined.length - 1] = { text, code: printLiteral(text), of: "all" };
    }
  }
  return joined.length === 0 ? [{ text: "", code: '""', of: "all" }] : joined;
}

/** Prints templates as functions, and the objects that they need as constants before them. */
export class TemplatePrinter {
  readonly #imports: ImportList;
  readonly #values: ValuePrinter;
  /** Constants by the expression that makes them: two templates with the same time share one. */
  readonly #constants = new Map<string, { readonly name: string; readonly text: string }>();

  constructor(imports: ImportList, values: ValuePrinter) {
    this.#imports = imports;
    this.#values = values;
  }

  /** The constants of all templates printed so far, in the order of their use. */
  get constants(): readonly string[] {
    return [...this.#constants.values()].map(({ text }) => text);
  }

  /**
   * `(event) => …`, or of `records` as they were fetched `(records, i) => …`; the text itself where it is the same for
   * all of them.
   */
  print(template: Extract<PlanValue, { kind: "template" }>, supply?: RecordSupply): Code {
    const parts = template.parts.map((part) => this.#part(part, template.path === true, supply));
    const joined = joinTexts(parts);
    const terms = joined.map(({ code, loose }) => (loose && joined.length > 1 ? `(${code})` : code));
    const needs = joined.reduce((most, { of }) => Math.max(most, EXTENTS.indexOf(of)), 0);
    const extent = EXTENTS[needs]!;
    if (extent === "all") return sum(terms);
    if (extent === "moment") return arrow("()", sum(terms));
    if (supply === undefined) return arrow("(event)", sum(terms));
    return arrow(extent === "batch" ? "(records)" : "(records, i)", sum(terms));
  }

  /** `(records, i) => …`, or the name of a function before it: these headers of a record. */
  headers(of: HeadersRead, supply: RecordSupply): Code {
    const some = withHeaders(supply, of);
    const expression = headersExpression(some, this.#values, this.#imports);
    if (expression !== undefined) {
      return arrow(onOneLine(expression).includes("records") ? "(records, i)" : "()", expression);
    }
    const { id } = supply.component;
    const name = `headersOf${id[0]!.toUpperCase()}${id.slice(1)}`;
    this.#constants.set(name, { name, text: printHeadersOf(name, supply, this.#values, this.#imports) });
    return name;
  }

  #part(part: TemplatePart, path: boolean, supply: RecordSupply | undefined): PrintedPart {
    if (typeof part === "string") return { text: part, code: printLiteral(part), of: "all" };
    if ("time" in part) return this.#time(part, supply);
    if ("lookUp" in part) {
      const says = "Part of a path, looked up at the start.";
      return { code: this.#constant("text", this.#values.value(part.lookUp), says), of: "all" };
    }
    if ("host" in part) return { code: this.#host(part.host), of: "all" };
    if (supply === undefined) {
      const value = `event.headers.get(${printLiteral(part.header)}) ?? ""`;
      return { ...this.#harmless(value, path), of: "event" };
    }
    const found = headerOfRecord(part.header, supply.headers, this.#values, this.#imports);
    if (found === undefined) return { text: "", code: '""', of: "all" };
    const value = found.optional ? `${found.text} ?? ""` : found.text;
    const of = found.text.includes("(i") ? "event" : found.text.startsWith("records.") ? "batch" : "moment";
    return found.plain ? { code: value, of } : { ...this.#harmless(value, path), of };
  }

  /** In a path a value is one name; elsewhere it is what it is, in brackets where it stands beside others. */
  #harmless(value: string, path: boolean): { readonly code: string; readonly loose?: boolean } {
    return path
      ? { code: `${this.#imports.use(PATH_SEGMENT)}(${value})` }
      : { code: value, loose: value.includes(" ?? ") };
  }

  #time(part: TimeText, supply: RecordSupply | undefined): PrintedPart {
    const escapes = call(
      `new ${this.#imports.use(TIME_ESCAPES)}`,
      printLiteral(part.time),
      ...timeOptions(part.options, this.#values),
    );
    const name = this.#constant("time", escapes, `${commentText(part.time)} of a time.`);
    if (part.of === "clock") return { code: `${name}.at(Date.now())`, of: "moment" };
    if (supply === undefined) {
      return { code: `${name}.at(${this.#imports.use(TIMESTAMP_OF)}(event.headers))`, of: "event" };
    }
    const timestamp = supply.headers.findLast(({ header }) => header === "timestamp");
    return timestamp?.value.kind === "time"
      ? { code: `${name}.at(Date.now())`, of: "moment" }
      : { code: `${name}.at(records.timestampOf(i))`, of: "event" };
  }

  #host(host: "localhost" | "ip" | "fqdn"): string {
    const code = `await ${this.#imports.use(HOST_ESCAPE)}(${printLiteral(host)})`;
    const what = { localhost: "The name", ip: "The address", fqdn: "The full name" }[host];
    return this.#constant("host", code, `${what} of this machine.`);
  }

  #constant(role: string, code: Code, says: string): string {
    const key = onOneLine(code);
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const count = [...this.#constants.values()].filter((one) => one.name.startsWith(role)).length + 1;
    const name = `${role}${count}`;
    this.#constants.set(key, { name, text: `${docComment(says)}\n${layOut(`const ${name} = `, code, ";")}` });
    return name;
  }
}

function timeOptions(options: readonly PlanOption[], values: ValuePrinter): Code[] {
  if (options.length === 0) return [];
  return [objectOf(options.map(({ name, value }) => ({ key: name, value: values.value(value) })))];
}
