/** What a source gets back instead of having its event stored: the channel that has no room for it now. */
export interface FullChannel {
  /** How long to wait for room, in ms: `keep-alive`. */
  readonly keepAlive: number;
  /** Flume's words for a client, without the leading `FAILED: `. Of the last wait that ended without room. */
  readonly fullMessage: string;
  /**
   * Waits for room for the event that was just refused (ask right after the refusal, in the same turn).
   * `true`: try the same event again. `false`: keep-alive passed, or the channel closed; the event fails.
   */
  waitForRoom(): Promise<boolean>;
  /** Why the event that was just refused can never be put, however long one waits; undefined where it can. */
  neverFits?(): string | undefined;
}
