/** The header that Flume's time escapes and the keys of its SequenceFiles read. */
export const TIMESTAMP_HEADER = "timestamp";

/**
 * The time that an event's header `timestamp` has, ms since 1970. Without one, or where it is no number, the time now:
 * Flume cannot deliver such an event, and tries it for ever.
 */
export function timestampOf(headers: ReadonlyMap<string, string>): number {
  const text = headers.get(TIMESTAMP_HEADER);
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Date.now();
}
