import { feeds } from "../branches.ts";
import { reads } from "../headers-read.ts";
import type {
  FetchedForm,
  HeadersRead,
  PipelinePlan,
  PlannedChannel,
  PlannedFetch,
  PlannedHeader,
  PlannedInterceptor,
  PlannedSink,
  PlannedSource,
} from "../pipeline-plan.ts";
import { hasTime } from "./time-of-records.ts";

/**
 * Lets sinks take what was fetched from Kafka straight from the consumer. All sinks of a Kafka channel do. A Kafka
 * source, a memory channel that takes from nothing else, and its only sink become one: nothing is held in between,
 * and an offset is committed when the sink has delivered. Where the sink needs no headers, or only those that the
 * record itself has, the records stay as they came.
 */
export function fuseFetched(plan: PipelinePlan): PipelinePlan {
  return plan.channels.reduce(
    (sofar, channel) =>
      channel.topic === undefined ? fuseSource(sofar, channel) : takeFromTopic(sofar, channel),
    plan,
  );
}

function takeFromTopic(plan: PipelinePlan, { id, topic }: PlannedChannel): PipelinePlan {
  const supply = { ...topic!, interceptors: [] };
  return {
    ...plan,
    sinks: plan.sinks.map((sink) => (sink.channel === id ? taking(sink, id, supply) : sink)),
  };
}

function fuseSource(plan: PipelinePlan, channel: PlannedChannel): PipelinePlan {
  const [sink, ...otherSinks] = plan.sinks.filter((one) => one.channel === channel.id);
  const [source, ...otherSources] = plan.sources.filter((one) => feeds(one, channel.id));
  if (sink === undefined || source?.fetch === undefined) return plan;
  if (otherSinks.length > 0 || otherSources.length > 0 || !feedsOnly(source, channel.id)) return plan;
  const supply = { ...source, fetch: source.fetch };
  return {
    ...plan,
    channels: plan.channels.map((other) =>
      other === channel
        ? {
            ...other,
            form: "passed",
            summary: `${other.summary}, passed by: it holds nothing and has no counters`,
          }
        : other,
    ),
    sinks: plan.sinks.map((other) => (other === sink ? taking(sink, source.id, supply) : other)),
    notes: [...plan.notes, `${sink.id} takes from ${source.id}'s consumer; ${channel.id} holds nothing`],
  };
}

function feedsOnly({ selector }: PlannedSource, channel: string): boolean {
  if (selector.kind === "multiplexing") return false;
  const { required, optional } = selector.branch;
  return required.length === 1 && required[0] === channel && optional.length === 0;
}

/** Where records come from, and what their events would have for headers. */
interface Supply {
  readonly fetch: PlannedFetch;
  readonly headers: readonly PlannedHeader[];
  readonly interceptors: readonly PlannedInterceptor[];
}

function taking(sink: PlannedSink, from: string, supply: Supply): PlannedSink {
  const form = sink.fetchedForm;
  if (form === undefined || !knownToRecords(sink, form, supply)) {
    return { ...sink, takes: { kind: "fetched", from, as: "events" } };
  }
  const { construction, handedHeaders } = form;
  const more = handedHeaders !== undefined && hasAny(wanted(form), supply) ? [handedHeaders] : [];
  return {
    ...sink,
    construction: { ...construction, options: [...construction.options, ...more] },
    takes: { kind: "fetched", from, as: "records" },
  };
}

/** Whether every header that a sink looks at can be told from the record alone. */
function knownToRecords(sink: PlannedSink, form: FetchedForm, supply: Supply): boolean {
  const { fetch, headers, interceptors } = supply;
  if (interceptors.some(({ header }) => reads(wanted(form), header))) return false;
  const { readsHeaders } = form;
  if (readsHeaders.length === 0) return true;
  const time = headers.findLast(({ header }) => header === "timestamp")?.value;
  const hasOwnTime = time?.kind === "time" || (time?.kind === "record" && time.of === "timestamp");
  if (hasTime(sink) && !hasOwnTime) return false;
  return !fetch.keepsFlumeHeaders && !interceptors.some(({ header }) => readsHeaders.includes(header));
}

/** The headers that it is handed. */
function wanted({ handedHeaders }: FetchedForm): HeadersRead {
  const value = handedHeaders?.value;
  return value?.kind === "headers of records" ? value.of : [];
}

/** Whether an event would have any of them. */
function hasAny(of: HeadersRead, { fetch, headers }: Supply): boolean {
  return fetch.keepsFlumeHeaders || headers.some(({ header }) => reads(of, header));
}
