import { branchesOf } from "../branches.ts";
import type { HeadersRead, PipelinePlan, PlannedSource } from "../pipeline-plan.ts";

/** Drops headers and interceptors whose header neither the selector nor any sink behind the source looks at. */
export function dropDeadHeaders(plan: PipelinePlan): PipelinePlan {
  return {
    ...plan,
    sources: plan.sources.map((source) => {
      const read = headersRead(plan, source);
      if (read === "all") return source;
      return {
        ...source,
        headers: source.headers.filter(({ header }) => read.includes(header)),
        interceptors: source.interceptors.filter(({ header }) => read.includes(header)),
      };
    }),
  };
}

/** The headers of a source's events that anything looks at. */
export function headersRead(plan: PipelinePlan, source: PlannedSource): HeadersRead {
  const channels = new Set(
    branchesOf(source.selector).flatMap(({ required, optional }) => [...required, ...optional]),
  );
  const sinks = plan.sinks.filter(({ channel }) => channels.has(channel));
  const read = source.selector.kind === "multiplexing" ? [source.selector.header] : [];
  for (const { readsHeaders } of sinks) {
    if (readsHeaders === "all") return "all";
    read.push(...readsHeaders);
  }
  return read;
}
