import type { Event } from "../events/event.ts";
import type { HeldBackEvents } from "../sinks/held-back.ts";
import { errorText, type Log } from "./log.ts";

/** A source, as the agent runs it. */
export interface RunningSource {
  /** Resolves once events can arrive. Throws StartError where that cannot be. */
  start(): Promise<void> | void;
  /** No more events after this: what was received is stored, or was never acknowledged. */
  stop(): Promise<void> | void;
}

/** A channel, as the agent runs it. */
export interface RunningChannel {
  /** Events not yet delivered and committed, those that a sink has taken included. */
  readonly size: number;
  /** Those of them that are not lost when the program ends now: their source has them still, and gives them again. */
  readonly recoverable?: number;
  /** Of the others, those that nobody was told are stored: a netcat client has got no `OK` for them. */
  readonly unanswered?: number;
  start?(): Promise<void> | void;
  /** No more puts; takes go on until it is empty. */
  close(): void;
}

/** A reader of Kafka, for a source or for the sinks of a Kafka channel, as the agent runs it. */
export interface RunningConsumer {
  /** Must not wait for a broker. Throws StartError. */
  start(): void;
  /** Gives no more records. What is not delivered stays in Kafka, and comes again at the next start. */
  close(): void;
  /** After the last delivery: commits the offsets of what is delivered, and leaves the group. */
  stop(): Promise<void>;
}

/** A sink, as the agent runs it. */
export interface RunningSink {
  /** Must not wait for another machine: a broker that is down keeps no source from listening. Throws StartError. */
  start?(): Promise<void> | void;
  /** After the last batch. */
  stop?(): Promise<void> | void;
}

/** A sink that takes batches of events. Some have neither start nor stop. */
export interface EventSink extends RunningSink {
  /** Throws, or rejects, when the batch is not delivered: then it is delivered again, whole. */
  deliver(events: readonly Event[]): Promise<HeldBackEvents | undefined> | Promise<void> | void;
}

/** Everything that runs in an agent, each list in the order of the configuration. */
export interface AgentParts {
  readonly sources: readonly RunningSource[];
  readonly channels: readonly RunningChannel[];
  /** Each moves events to a sink, or to Kafka, and resolves once its channel or consumer is closed and empty. */
  readonly drains: readonly (() => Promise<void>)[];
  readonly sinks: readonly (RunningSink | EventSink)[];
  readonly consumers?: readonly RunningConsumer[];
}

/** Flume's order: channels, sinks, then sources; what takes from a channel runs before anything is put. */
export async function startParts(
  parts: AgentParts,
  drain: (run: () => Promise<void>) => void,
): Promise<void> {
  for (const channel of parts.channels) await channel.start?.();
  for (const sink of parts.sinks) await sink.start?.();
  // Joins a group only when there is somewhere for its records to go.
  for (const consumer of parts.consumers ?? []) consumer.start();
  for (const run of parts.drains) drain(run);
  for (const source of parts.sources) await source.start();
}

/** How a stop went; all 0 is the good case. */
export interface StopResult {
  /** Events that were not delivered in time, and are nowhere else. */
  readonly left: number;
  /** Events that were not stored in time, and never acknowledged to whom they came from. */
  readonly unanswered: number;
  /** Events that were not delivered in time, or deliveries under way, whose source gives them again. */
  readonly unfinished: number;
  /** Sources, sinks and consumers that met an error in stopping. */
  readonly faults: number;
}

/** What each kind of part gets to say goodbye, also when the time is over, ms. */
const LEAST_PARTING = 1000;

/**
 * Sources and consumers first, then the channels run dry and the records under way are delivered, for `timeout` ms in
 * all; then the sinks, which make durable what they hold, and last the consumers, which commit it. A part that cannot
 * stop as it should is told of, and keeps nothing else from being delivered.
 */
export async function stopParts(
  parts: AgentParts,
  drains: readonly Promise<void>[],
  timeout: number,
  log: Log,
): Promise<StopResult> {
  const deadline = performance.now() + timeout;
  const rest = () => deadline - performance.now();
  const consumers = parts.consumers ?? [];
  let faults = 0;
  const stopAll = (all: readonly { stop?(): Promise<void> | void }[]) =>
    Promise.all(
      all.map(async (one) => {
        try {
          await one.stop?.();
        } catch (error) {
          faults++;
          log.error(`trouble in stopping: ${errorText(error)}`);
        }
      }),
    );
  const sources = stopAll(parts.sources);
  // What they have not given yet is safe in Kafka: there is no need to deliver it before the end.
  for (const consumer of consumers) consumer.close();
  // A source waits for what it has to answer: for Kafka, where the lines it took are in a Kafka channel.
  await atMost(sources, Math.max(rest(), LEAST_PARTING));
  for (const channel of parts.channels) channel.close();
  const drained = await atMost(Promise.all(drains), rest());
  let left = 0;
  let unanswered = 0;
  let unfinished = 0;
  for (const channel of parts.channels) {
    left += channel.size - (channel.recoverable ?? 0) - (channel.unanswered ?? 0);
    unanswered += channel.unanswered ?? 0;
    unfinished += channel.recoverable ?? 0;
  }
  if (!drained && left + unanswered + unfinished === 0) unfinished = 1;
  // A sink that hangs here delivers nothing any more; a moment is enough to say goodbye to a server.
  await atMost(stopAll(parts.sinks), Math.max(rest(), LEAST_PARTING));
  await atMost(stopAll(consumers), Math.max(rest(), LEAST_PARTING));
  return { left, unanswered, unfinished, faults };
}

/** Waits for `work`, but no longer than `ms`; returns whether it is done. */
async function atMost(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), false);
  });
  const done = await Promise.race([work.then(() => true as const), late]);
  clearTimeout(timer);
  return done;
}
