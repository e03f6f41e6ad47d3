import { branchesOf } from "../branches.ts";
import type {
  HeadersRead,
  PipelinePlan,
  PlannedChannel,
  PlannedFetch,
  PlannedHeader,
  PlannedSource,
} from "../pipeline-plan.ts";

/**
 * Drops headers and interceptors whose header neither the selector nor any sink or Kafka channel behind the source
 * looks at; and of the events that the sinks of a Kafka channel take, those that none of them looks at.
 */
export function dropDeadHeaders(plan: PipelinePlan): PipelinePlan {
  return {
    ...plan,
    sources: plan.sources.map((source) => {
      const read = headersRead(plan, source);
      if (read === "all") return source;
      return {
        ...source,
        ...(source.fetch !== undefined && { fetch: withoutDead(source.fetch, read) }),
        headers: alive(source.headers, read),
        interceptors: source.interceptors.filter(({ header }) => read.includes(header)),
      };
    }),
    channels: plan.channels.map((channel) => {
      const { topic } = channel;
      const read = readBySinks(plan, [channel.id]);
      if (topic === undefined || read === "all") return channel;
      const fetch = withoutDead(topic.fetch, read);
      return { ...channel, topic: { ...topic, fetch, headers: alive(topic.headers, read) } };
    }),
  };
}

function alive(headers: readonly PlannedHeader[], read: readonly string[]): readonly PlannedHeader[] {
  return headers.filter(({ header }) => read.includes(header));
}

function withoutDead(fetch: PlannedFetch, read: readonly string[]): PlannedFetch {
  return { ...fetch, keepsFlumeHeaders: fetch.keepsFlumeHeaders && read.length > 0 };
}

/** The headers of a source's events that anything looks at before or behind its channels. */
export function headersRead(plan: PipelinePlan, source: PlannedSource): HeadersRead {
  const ids = branchesOf(source.selector).flatMap(({ required, optional }) => [...required, ...optional]);
  const channels = plan.channels.filter(({ id }) => ids.includes(id));
  const selected = source.selector.kind === "multiplexing" ? [source.selector.header] : [];
  // What comes out of a topic is what a Kafka channel has put into it
  const inMemory = channels.filter(({ topic }) => topic === undefined);
  return union([
    selected,
    ...channels.map(readByChannel),
    readBySinks(
      plan,
      inMemory.map(({ id }) => id),
    ),
  ]);
}

function readByChannel({ topic }: PlannedChannel): HeadersRead {
  return topic?.readsHeaders ?? [];
}

function readBySinks(plan: PipelinePlan, channels: readonly string[]): HeadersRead {
  return union(
    plan.sinks.filter(({ channel }) => channels.includes(channel)).map(({ readsHeaders }) => readsHeaders),
  );
}

function union(all: readonly HeadersRead[]): HeadersRead {
  return all.includes("all") ? "all" : [...new Set(all.flatMap((one) => (one === "all" ? [] : one)))];
}
