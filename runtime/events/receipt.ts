/**
 * Who has an event that a source must not take for delivered yet. The source that made it holds it while it hands it
 * on; each required channel holds it from its put until a sink's commit. When nobody holds it any more, `delivered`
 * is called once: a Kafka source then commits the offset. Channels in memory lose nothing of such a source that way.
 */
export class Receipt {
  #holders = 0;
  readonly #delivered: () => void;

  constructor(delivered: () => void) {
    this.#delivered = delivered;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.#delivered();
  }
}
