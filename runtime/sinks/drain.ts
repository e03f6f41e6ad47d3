import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { SinkComponent } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import type { EventChannel } from "../channels/memory.ts";
import type { Event } from "../events/event.ts";

/** How long sinks and sources may go on among themselves before sockets, signals and timers have a turn, ms. */
const LONGEST_TURN = 10;

/**
 * Moves events from a channel to a sink until the channel is closed and empty: take, deliver, commit. What cannot be
 * delivered goes back to the head and is tried again after 1, 2, … 5 s, as Flume's `SinkRunner`, for ever: nothing is
 * dropped, the channel fills up, and the sources wait. A trouble is logged when it begins or changes, and when it ends.
 */
export async function drain(
  sink: SinkComponent,
  channel: EventChannel,
  batchSize: number,
  deliver: (events: readonly Event[]) => Promise<void> | void,
): Promise<void> {
  const counters = sink.counters;
  let trouble: string | undefined;
  let failures = 0;
  let turnBegan = performance.now();
  for (
    let events = await channel.take(batchSize);
    events !== undefined;
    events = await channel.take(batchSize)
  ) {
    counters.EventDrainAttemptCount += events.length;
    try {
      await deliver(events);
    } catch (error) {
      channel.rollback(events);
      failures++;
      counters.EventWriteFail++;
      counters.RollbackCount++;
      const text = errorText(error);
      if (text !== trouble) sink.log.error(`cannot deliver, trying again until it works: ${text}`);
      trouble = text;
      await sleep(Math.min(failures * 1000, 5000));
      continue;
    }
    channel.commit(events);
    counters.EventDrainSuccessCount += events.length;
    if (events.length < batchSize) counters.BatchUnderflowCount++;
    else counters.BatchCompleteCount++;
    if (performance.now() - turnBegan > LONGEST_TURN) {
      await turn();
      turnBegan = performance.now();
    }
    if (failures > 0) {
      sink.log.info(`delivering again after ${failures} failed ${failures === 1 ? "attempt" : "attempts"}`);
      failures = 0;
      trouble = undefined;
    }
  }
}
