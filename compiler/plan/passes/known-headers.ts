import type { PipelinePlan, PlannedHeader, PlannedInterceptor, PlannedSource } from "../pipeline-plan.ts";

/**
 * Makes headers of the interceptors whose outcome is known before the event is: a source knows the headers that its
 * events come with, so `preserveExisting` is decided here, and of two values for a header only the last is made.
 * What this machine is called may be unknown at run time too: such an interceptor stays, and those on its header.
 */
export function knownHeaders(plan: PipelinePlan): PipelinePlan {
  return { ...plan, sources: plan.sources.map(withKnownHeaders) };
}

function withKnownHeaders(source: PlannedSource): PlannedSource {
  if (source.interceptors.length === 0) return source;
  const headers = new Map<string, PlannedHeader>(source.headers.map((header) => [header.header, header]));
  const left: PlannedInterceptor[] = [];
  for (const interceptor of source.interceptors) {
    const { header, value, keepExisting, name, line } = interceptor;
    if (value.kind === "host" || left.some((earlier) => earlier.header === header)) {
      left.push(interceptor);
    } else if (!keepExisting || !headers.has(header)) {
      headers.set(header, { header, value, by: { name, line } });
    }
  }
  return { ...source, headers: [...headers.values()], interceptors: left };
}
