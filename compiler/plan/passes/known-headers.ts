import type { PipelinePlan, PlannedHeader, PlannedInterceptor, PlannedSource } from "../pipeline-plan.ts";

/**
 * Makes headers of the interceptors whose outcome is known before the event is: a source knows the headers that its
 * events come with, so `preserveExisting` is decided here, and of two values for a header only the last is made.
 * What this machine is called may be unknown at run time too, and so may whether a record has a key, or which headers
 * an AvroFlumeEvent has in it: where the outcome hangs on that, the interceptor stays, and those on its header.
 */
export function knownHeaders(plan: PipelinePlan): PipelinePlan {
  return { ...plan, sources: plan.sources.map(withKnownHeaders) };
}

function withKnownHeaders(source: PlannedSource): PlannedSource {
  if (source.interceptors.length === 0) return source;
  let headers: readonly PlannedHeader[] = source.headers;
  const left: PlannedInterceptor[] = [];
  for (const interceptor of source.interceptors) {
    const { header, value, keepExisting, name, line } = interceptor;
    const presence = presenceOf(header, headers, source.fetch?.keepsFlumeHeaders === true);
    const hangsOnOthers = left.some((earlier) => earlier.header === header);
    if (value.kind === "host" || hangsOnOthers || (keepExisting && presence === "perhaps")) {
      left.push(interceptor);
    } else if (!keepExisting || presence === "never") {
      const made: PlannedHeader = { header, value, by: { name, line } };
      const at = headers.findIndex((earlier) => earlier.header === header);
      // In the place of the one that it replaces, as a Map keeps it
      headers =
        at === -1
          ? [...headers, made]
          : headers.flatMap((one, i) => (one.header !== header ? [one] : i === at ? [made] : []));
    }
  }
  return { ...source, headers, interceptors: left };
}

/** Whether events have a header before an interceptor looks. */
export function presenceOf(
  header: string,
  headers: readonly PlannedHeader[],
  keepsFlumeHeaders: boolean,
): "always" | "perhaps" | "never" {
  const own = headers.filter((one) => one.header === header);
  if (own.some((one) => !isOptional(one))) return "always";
  return own.length > 0 || keepsFlumeHeaders ? "perhaps" : "never";
}

/** A record may have no key, and lack the header that is asked for. */
export function isOptional({ value }: PlannedHeader): boolean {
  return value.kind === "record" && (value.of === "key" || typeof value.of === "object");
}
