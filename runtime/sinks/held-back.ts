import type { Event } from "../events/event.ts";

/**
 * What a sink says of a batch that it could not deliver whole, while it can take the next one: a part of it waits
 * for a directory that cannot be written to, or for a file to be closed. It is in the sink's care until then.
 */
export interface HeldBack {
  /** Resolves once the whole batch is delivered; never rejects. */
  readonly later: Promise<void>;
  /** Nothing more will come: the sink no longer waits for more before it delivers, and tries again at once. */
  hurry(): void;
}

/** As `HeldBack`, for a sink that can tell which events these are. The others are delivered. */
export interface HeldBackEvents extends HeldBack {
  readonly waiting: ReadonlySet<Event>;
}
