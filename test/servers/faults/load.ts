import { readTopic } from "../../../scripts/servers/topic.ts";
import { type ConnectionLedger, judge, ledgersOf, type Verdict } from "../ledger.ts";
import { LineWriter } from "../line-writer.ts";
import { RecordWriter } from "../record-writer.ts";
import type { Flow } from "./flow.ts";

/** How fast a flow is written to, records a second; slow enough that a fault meets a flow at work, not its end. */
const PER_SECOND = 4_000;
/** Lines without an answer at a time: what a kill may meet. */
const WINDOW = 500;

/**
 * Writes into a flow until it is told to stop: records into its topic, or lines to its netcat source. A program that
 * is killed takes the connection along; `reconnect` opens the next one.
 */
export class Load {
  readonly #flow: Flow;
  readonly #brokers: string;
  readonly #records: RecordWriter | undefined;
  readonly #lines: LineWriter[] = [];

  private constructor(flow: Flow, brokers: string, records: RecordWriter | undefined) {
    this.#flow = flow;
    this.#brokers = brokers;
    this.#records = records;
  }

  /** Starts to write records, or gets ready to write lines: that begins with {@link reconnect}. */
  static async start(flow: Flow, brokers: string, partitions = 1): Promise<Load> {
    if (flow.isNetcat) return new Load(flow, brokers, undefined);
    const options = { partitions, perSecond: PER_SECOND };
    return new Load(flow, brokers, await RecordWriter.start(brokers, flow.topic, options));
  }

  /** What was written, and what was said about it. */
  get ledgers(): readonly ConnectionLedger[] {
    return this.#records?.ledgers ?? this.#lines;
  }

  /** How many were acknowledged so far. */
  get acknowledged(): number {
    return this.ledgers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  }

  /** A new connection to a netcat source; nothing where there is none. */
  async reconnect(): Promise<void> {
    if (this.#records === undefined)
      this.#lines.push(await LineWriter.start(this.#flow.port, { window: WINDOW, perSecond: PER_SECOND }));
  }

  /** Resolves when the connection to a netcat source is gone, because the program is; at once where there is none. */
  async disconnected(): Promise<void> {
    await this.#lines.at(-1)?.closed;
  }

  /** Waits until `count` more are acknowledged. */
  async more(count: number): Promise<void> {
    if (this.#records !== undefined) {
      await this.#records.waitForAcknowledged(this.#records.acknowledged + count);
      return;
    }
    const writer = this.#lines.at(-1)!;
    await writer.waitForAcknowledged(writer.acknowledged.size + count);
  }

  /** Writes no more; resolves when all that was written is answered. */
  async finish(): Promise<void> {
    await (this.#records ?? this.#lines.at(-1))?.finish();
  }

  /** Whether all that was acknowledged has come out; false also while that cannot be read. */
  async isDelivered(): Promise<boolean> {
    // A file that is finished while it is read is no longer there under that name.
    return (await this.verdict().catch(() => undefined))?.lost === 0;
  }

  /** Compares the files with what was acknowledged. */
  async verdict(): Promise<Verdict> {
    return judge(this.ledgers, (await this.#flow.lines()).lines);
  }

  /**
   * As {@link verdict}, where the broker fails too: a writer of records that gets no answer writes them again, so what
   * lies in the topic says what has to come out, and how often.
   */
  async verdictByTopic(): Promise<Verdict> {
    if (this.#records === undefined) return this.verdict();
    const stored = ledgersOf(await readTopic(this.#brokers, this.#flow.topic));
    return judge(stored, (await this.#flow.lines()).lines);
  }
}
