import type { Event } from "../events/event.ts";
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
  start?(): Promise<void> | void;
  /** No more puts; takes go on until it is empty. */
  close(): void;
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
  deliver(events: readonly Event[]): Promise<void> | void;
}

/** Everything that runs in an agent, each list in the order of the configuration. */
export interface AgentParts {
  readonly sources: readonly RunningSource[];
  readonly channels: readonly RunningChannel[];
  /** Each moves events from a channel to a sink, and resolves once its channel is closed and empty. */
  readonly drains: readonly (() => Promise<void>)[];
  readonly sinks: readonly (RunningSink | EventSink)[];
}

/** Flume's order: channels, sinks, then sources; what takes from a channel runs before anything is put. */
export async function startParts(
  parts: AgentParts,
  drain: (run: () => Promise<void>) => void,
): Promise<void> {
  for (const channel of parts.channels) await channel.start?.();
  for (const sink of parts.sinks) await sink.start?.();
  for (const run of parts.drains) drain(run);
  for (const source of parts.sources) await source.start();
}

/** How a stop went; twice 0 is the good case. */
export interface StopResult {
  /** Events that were not delivered in time. */
  readonly left: number;
  /** Sources and sinks that met an error in stopping. */
  readonly faults: number;
}

/**
 * Sources first, then the channels run dry, for `timeout` ms in all, then the sinks. A source or sink that cannot
 * stop as it should is told of, and keeps nothing else from being delivered.
 */
export async function stopParts(
  parts: AgentParts,
  drains: readonly Promise<void>[],
  timeout: number,
  log: Log,
): Promise<StopResult> {
  const deadline = performance.now() + timeout;
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
  await stopAll(parts.sources);
  for (const channel of parts.channels) channel.close();
  await atMost(Promise.all(drains), deadline - performance.now());
  let left = 0;
  for (const channel of parts.channels) left += channel.size;
  // A sink that hangs here delivers nothing any more; a second is enough to say goodbye to a server.
  await atMost(stopAll(parts.sinks), 1000);
  return { left, faults };
}

/** Waits for `work`, but no longer than `ms`. */
async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms));
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
