import type { Place, PlannedHeader, PlannedInterceptor, RecordHeaderValue } from "../plan/pipeline-plan.ts";
import type { ImportList } from "./import-list.ts";
import { type Code, call, layOut } from "./layout.ts";
import { commentText, printLiteral } from "./literal.ts";
import type { ValuePrinter } from "./values.ts";

const REMOTE_ADDRESS_TEXT = { name: "remoteAddressText", module: "sources/netcat-udp.ts" };
const ADD_HEADER = { name: "addHeader", module: "interceptors/headers.ts" };
const ADD_TIMESTAMP = { name: "addTimestamp", module: "interceptors/headers.ts" };
const ADD_HOST = { name: "addHost", module: "interceptors/headers.ts" };

/** The variable of the emitted program that holds what this machine is called. */
export const HOST_VARIABLES = { name: "hostName", address: "hostAddress" } as const;

/** The expression of a header's value, where the event is made. */
export function headerValue({ value }: PlannedHeader, values: ValuePrinter, imports: ImportList): Code {
  switch (value.kind) {
    case "fixed":
      return values.value(value.value);
    case "time":
      return "String(Date.now())";
    case "sender":
      return call(imports.use(REMOTE_ADDRESS_TEXT), "sender");
    case "record":
      return recordValue(value);
  }
}

/** An interceptor that still has to look at the event: one call. */
export function interceptorLine(
  interceptor: PlannedInterceptor,
  values: ValuePrinter,
  imports: ImportList,
): string {
  const { value, header } = interceptor;
  const keep = printLiteral(interceptor.keepExisting);
  const key = printLiteral(header);
  const [symbol, args] =
    value.kind === "host"
      ? [ADD_HOST, ["event", key, HOST_VARIABLES[value.as], keep]]
      : value.kind === "time"
        ? [ADD_TIMESTAMP, ["event", key, keep]]
        : [ADD_HEADER, ["event", key, values.value(value.value), keep]];
  return layOut("", call(imports.use(symbol), ...args), `; // ${interceptorNote(interceptor)}`, 2);
}

/** Which interceptor it is, and where it stands. */
export function interceptorNote({ name, line }: { readonly name: string; readonly line: Place }): string {
  return typeof line === "number" ? `${commentText(name)}, line ${line}` : commentText(name);
}

/** What a record says of itself, as text; undefined is possible where it is optional. */
export function recordValue({ of }: RecordHeaderValue): string {
  switch (of) {
    case "timestamp":
      return "String(records.timestampOf(i))";
    case "topic":
      return "records.topic";
    case "partition":
      return "String(records.partition)";
    case "offset":
      return "String(records.offsetOf(i))";
    case "key":
      return "records.keyOf(i)";
    default:
      return `records.recordHeaderOf(i, ${printLiteral(of.recordHeader)})`;
  }
}
