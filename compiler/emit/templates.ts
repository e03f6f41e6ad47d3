import type { PlanOption, PlanValue, TemplatePart, TimeText } from "../plan/pipeline-plan.ts";
import { docComment } from "./comments.ts";
import type { ImportList } from "./import-list.ts";
import { arrow, type Code, call, layOut, objectOf, onOneLine, sum } from "./layout.ts";
import { commentText, printLiteral } from "./literal.ts";
import { headerOfRecord, type RecordSupply } from "./records.ts";
import type { ValuePrinter } from "./values.ts";

const TIME_ESCAPES = { name: "TimeEscapes", module: "escapes/time-escapes.ts" };
const TIMESTAMP_OF = { name: "timestampOf", module: "escapes/event-time.ts" };
const PATH_SEGMENT = { name: "pathSegment", module: "escapes/path-segment.ts" };
const HOST_ESCAPE = { name: "hostEscape", module: "escapes/host-escape.ts" };

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

  /** `(event) => …`, or of `records` as they were fetched `(records, i) => …`. */
  print(template: Extract<PlanValue, { kind: "template" }>, supply?: RecordSupply): Code {
    const parts = template.parts.map((part) => this.#part(part, template.path === true, supply));
    const single = parts.length === 1;
    const terms = parts.map(({ text, loose }) => (loose && !single ? `(${text})` : text));
    const usesPlace = parts.some(({ text }) => text.includes("(i"));
    const usesRecords = usesPlace || parts.some(({ text }) => text.includes("records."));
    const parameters =
      supply === undefined
        ? parts.some(({ text }) => text.includes("event"))
          ? "(event)"
          : "()"
        : usesPlace
          ? "(records, i)"
          : usesRecords
            ? "(records)"
            : "()";
    return arrow(parameters, sum(terms));
  }

  #part(
    part: TemplatePart,
    path: boolean,
    supply: RecordSupply | undefined,
  ): { readonly text: string; readonly loose: boolean } {
    if (typeof part === "string") return { text: printLiteral(part), loose: false };
    if ("time" in part) return { text: this.#time(part, supply), loose: false };
    if ("host" in part) return { text: this.#host(part.host), loose: false };
    const found =
      supply === undefined
        ? { text: `event.headers.get(${printLiteral(part.header)})`, optional: true }
        : headerOfRecord(part.header, supply.headers, this.#values, this.#imports);
    if (found === undefined) return { text: '""', loose: false };
    const text = found.optional ? `${found.text} ?? ""` : found.text;
    if (path) return { text: `${this.#imports.use(PATH_SEGMENT)}(${text})`, loose: false };
    return { text, loose: found.optional };
  }

  #time(part: TimeText, supply: RecordSupply | undefined): string {
    const escapes = call(
      `new ${this.#imports.use(TIME_ESCAPES)}`,
      printLiteral(part.time),
      ...timeOptions(part.options, this.#values),
    );
    const name = this.#constant("time", escapes, `${commentText(part.time)} of a time.`);
    if (part.of === "clock") return `${name}.at(Date.now())`;
    if (supply === undefined) return `${name}.at(${this.#imports.use(TIMESTAMP_OF)}(event.headers))`;
    const timestamp = supply.headers.findLast(({ header }) => header === "timestamp");
    return timestamp?.value.kind === "time" ? `${name}.at(Date.now())` : `${name}.at(records.timestampOf(i))`;
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
