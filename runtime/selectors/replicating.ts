import type { FullChannel } from "../channels/full-channel.ts";
import type { MemoryChannel } from "../channels/memory.ts";
import type { Event } from "../events/event.ts";

/**
 * Stores an event in all required channels or in none, then in those optional ones that have room: Flume's
 * `ReplicatingChannelSelector`, without its duplicates when the second of two channels is full. Undefined when stored.
 */
export function putIntoAll(
  event: Event,
  required: readonly MemoryChannel[],
  optional: readonly MemoryChannel[],
): FullChannel | undefined {
  for (const channel of required) if (!channel.hasRoom(event)) return channel;
  for (const channel of required) channel.put(event);
  for (const channel of optional) if (channel.hasRoom(event)) channel.put(event);
  return undefined;
}
