import { reads } from "../plan/headers-read.ts";
import { isOptional } from "../plan/passes/known-headers.ts";
import type {
  HeadersRead,
  PipelinePlan,
  PlannedComponent,
  PlannedFetch,
  PlannedHeader,
  PlannedInterceptor,
} from "../plan/pipeline-plan.ts";
import { docComment } from "./comments.ts";
import { headerValue, interceptorLine, interceptorNote, recordValue } from "./headers.ts";
import type { ImportList } from "./import-list.ts";
import { arrayOf, type Code, call, layOut, objectOf, onOneLine } from "./layout.ts";
import { commentText, printLiteral } from "./literal.ts";
import type { Names } from "./names.ts";
import type { ValuePrinter } from "./values.ts";

const EVENT = { name: "Event", module: "events/event.ts" };
const RECEIPT = { name: "Receipt", module: "events/receipt.ts" };
const FETCHED_RECORDS = { name: "FetchedRecords", module: "kafka/fetched-records.ts" };
const ADD_IF_PRESENT = { name: "addIfPresent", module: "interceptors/headers.ts" };

/** Records on their way to become events: those of a Kafka source, or of a Kafka channel. */
export interface RecordSupply {
  readonly component: PlannedComponent;
  readonly fetch: PlannedFetch;
  readonly headers: readonly PlannedHeader[];
  readonly interceptors: readonly PlannedInterceptor[];
}

/** Where a sink's records come from, by the id of the source or channel. */
export function supplyOf(plan: PipelinePlan, id: string): RecordSupply {
  const source = plan.sources.find((one) => one.id === id);
  if (source?.fetch !== undefined) {
    const { headers, interceptors, fetch } = source;
    return { component: source, fetch, headers, interceptors };
  }
  const channel = plan.channels.find((one) => one.id === id);
  if (channel?.topic === undefined) throw new Error(`${id} has no consumer`);
  const { fetch, headers } = channel.topic;
  return { component: channel, fetch, headers, interceptors: [] };
}

/** `eventOf(records, i)`: the record at a place as an event, with just the headers that somebody looks at. */
export function printEventOf(
  name: string,
  supply: RecordSupply,
  withReceipt: boolean,
  values: ValuePrinter,
  imports: ImportList,
): string {
  const parameters = [`records: ${imports.useType(FETCHED_RECORDS)}`, "i: number"];
  if (withReceipt) parameters.push(`receipt: ${imports.useType(RECEIPT)}`);
  const event = objectOf([
    ...headerLines(supply, values, imports).map((code) => ({ key: "headers", value: code.value })),
    { key: "body", value: "records.bytes.subarray(records.starts[i], records.ends[i])" },
    ...(withReceipt ? [{ key: "receipt", value: "receipt" }] : []),
  ]);
  const what = `A record of ${commentText(supply.component.name)} as an event`;
  const interceptors = supply.interceptors.map((one) => interceptorLine(one, values, imports));
  const lines = statements(supply, values, imports);
  const result = imports.useType(EVENT);
  return [
    docComment(
      `${what}${withReceipt ? "; the receipt tells when all who have to have it have got it" : ""}.`,
    ),
    layOut("function ", call(name, ...parameters), `: ${result} {`),
    ...lines,
    ...(interceptors.length === 0
      ? [layOut("return ", event, ";", 2)]
      : [layOut(`const event: ${result} = `, event, ";", 2), ...interceptors, "  return event;"]),
    "}",
  ].join("\n");
}

/** A supply with no more headers than some. */
export function withHeaders(supply: RecordSupply, of: HeadersRead): RecordSupply {
  const headers = supply.headers.filter(({ header }) => reads(of, header));
  return { ...supply, headers };
}

/** The headers of the event that the record at a place would be, as an expression of `records` and `i`; undefined where it takes statements. */
export function headersExpression(
  supply: RecordSupply,
  values: ValuePrinter,
  imports: ImportList,
): Code | undefined {
  return needsStatements(supply) ? undefined : headerLines(supply, values, imports)[0]!.value;
}

/** The same as a function. */
export function printHeadersOf(
  name: string,
  supply: RecordSupply,
  values: ValuePrinter,
  imports: ImportList,
): string {
  const parameters = [`records: ${imports.useType(FETCHED_RECORDS)}`, "i: number"];
  return [
    docComment(`The headers that a record of ${commentText(supply.component.name)} has as an event.`),
    layOut("function ", call(name, ...parameters), ": Map<string, string> {"),
    ...statements(supply, values, imports),
    "  return headers;",
    "}",
  ].join("\n");
}

/** What stands for the headers in the event: the variable that the statements before have filled, or an empty map. */
function headerLines(supply: RecordSupply, values: ValuePrinter, imports: ImportList): { value: Code }[] {
  const own = supply.headers;
  if (own.length === 0 && !supply.fetch.keepsFlumeHeaders) return [{ value: "new Map()" }];
  if (own.length === 0) return [{ value: "records.flumeHeadersOf(i)" }];
  if (!needsStatements(supply)) return [{ value: headerMap(own, values, imports) }];
  return [{ value: "headers" }];
}

function needsStatements({ fetch, headers }: RecordSupply): boolean {
  return headers.length > 0 && (fetch.keepsFlumeHeaders || headers.some(isOptional));
}

function statements(supply: RecordSupply, values: ValuePrinter, imports: ImportList): string[] {
  if (!needsStatements(supply)) return [];
  const { fetch, headers } = supply;
  const certain = headers.filter((header) => !isOptional(header));
  // In a new map what is certain comes first, and what the record may not have replaces it
  const first = fetch.keepsFlumeHeaders ? "records.flumeHeadersOf(i)" : headerMap(certain, values, imports);
  const type = !fetch.keepsFlumeHeaders && certain.length === 0 ? ": Map<string, string>" : "";
  const rest = fetch.keepsFlumeHeaders ? headers : headers.filter(isOptional);
  return [
    layOut(`const headers${type} = `, first, ";", 2),
    ...rest.map((header) => headerStatement(header, values, imports)),
  ];
}

function headerMap(headers: readonly PlannedHeader[], values: ValuePrinter, imports: ImportList): Code {
  if (headers.length === 0) return call("new Map");
  return call(
    "new Map",
    arrayOf(
      headers.map((header) => {
        const pair = arrayOf([printLiteral(header.header), headerValue(header, values, imports)]);
        return header.by === undefined ? { value: pair } : { value: pair, note: interceptorNote(header.by) };
      }),
    ),
  );
}

function headerStatement(header: PlannedHeader, values: ValuePrinter, imports: ImportList): string {
  const key = printLiteral(header.header);
  const note = header.by === undefined ? "" : ` // ${interceptorNote(header.by)}`;
  if (header.value.kind === "record" && isOptional(header)) {
    const value = recordValue(header.value);
    return layOut("", call(imports.use(ADD_IF_PRESENT), "headers", key, value), `;${note}`, 2);
  }
  const prefix = header.keepExisting === true ? `if (!headers.has(${key})) ` : "";
  return layOut(prefix, call("headers.set", key, headerValue(header, values, imports)), `;${note}`, 2);
}

/** A header's value, as an expression. */
export interface HeaderExpression {
  readonly text: string;
  /** It may be undefined. */
  readonly optional: boolean;
  /** Whatever it is, a file can have it for a name: a number, or a topic. */
  readonly plain: boolean;
}

/** What Kafka itself makes sure of. */
const PLAIN: ReadonlySet<string> = new Set(["timestamp", "topic", "partition", "offset"]);

/** A header's value as an expression of `records` and `i`; undefined where it is never there. */
export function headerOfRecord(
  header: string,
  headers: readonly PlannedHeader[],
  values: ValuePrinter,
  imports: ImportList,
): HeaderExpression | undefined {
  let text: string | undefined;
  let optional = true;
  let plain = true;
  for (const one of headers) {
    if (one.header !== header) continue;
    const value = onOneLine(headerValue(one, values, imports));
    plain &&= one.value.kind === "record" && PLAIN.has(String(one.value.of));
    if (isOptional(one)) {
      text = text === undefined ? value : `${value} ?? ${text}`;
    } else {
      text = value;
      optional = false;
    }
  }
  return text === undefined ? undefined : { text, optional, plain };
}

/** The name of the function that makes events of a supply. */
export function eventOfName(names: Names, supply: RecordSupply, alone: boolean): string {
  return names.functionOf("eventOf", "", supply.component, alone);
}
