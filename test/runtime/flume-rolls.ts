/** The rolls of Flume's HDFS sink, as its documentation and `BucketWriter` have them; 0 for never. */
export interface Rolls {
  /** ms. */
  readonly rollInterval: number;
  readonly rollSize: number;
  readonly rollCount: number;
  /** ms. */
  readonly idleTimeout: number;
}

interface ModelWriter {
  counter: number;
  file: { name: string; opened: number; bytes: number; events: number } | undefined;
  flushed: number;
}

/** A model of Flume's HDFS sink, event by event, in memory: which file, by its final name, has which lines. */
export class FlumeRolls {
  readonly files = new Map<string, string>();
  readonly #rolls: Rolls;
  readonly #writers = new Map<string, ModelWriter>();

  constructor(rolls: Rolls) {
    this.#rolls = rolls;
  }

  get open(): number {
    return [...this.#writers.values()].filter(({ file }) => file !== undefined).length;
  }

  append(directory: string, body: string, now: number): void {
    let writer = this.#writers.get(directory);
    if (writer === undefined) {
      writer = { counter: now, file: undefined, flushed: now };
      this.#writers.set(directory, writer);
    }
    const { rollCount, rollSize } = this.#rolls;
    let { file } = writer;
    if (file !== undefined && rollCount > 0 && rollCount <= file.events) file = undefined;
    if (file !== undefined && rollSize > 0 && rollSize <= file.bytes) file = undefined;
    if (file === undefined) {
      writer.counter++;
      file = { name: `${directory}/FlumeData.${writer.counter}`, opened: now, bytes: 0, events: 0 };
      writer.file = file;
      this.files.set(file.name, "");
    }
    this.files.set(file.name, `${this.files.get(file.name)}${body}\n`);
    file.bytes += Buffer.byteLength(body);
    file.events++;
    writer.flushed = now;
  }

  /** Time has come to `now`: files are closed, and their writers with them. */
  tick(now: number): void {
    const { rollInterval, idleTimeout } = this.#rolls;
    for (const [directory, { file, flushed }] of this.#writers) {
      if (file === undefined) continue;
      const isDue = rollInterval > 0 && file.opened + rollInterval <= now;
      const isIdle = idleTimeout > 0 && flushed + idleTimeout <= now;
      if (isDue || isIdle) this.#writers.delete(directory);
    }
  }
}
