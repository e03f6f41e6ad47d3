/** For loops that wait until something has changed, and then look what. */
export class Signal {
  #waiting: (() => void)[] = [];

  /** All that wait go on. */
  notify(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /** Resolves at the next `notify`, or after `ms`. */
  wait(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      if (ms === undefined) {
        this.#waiting.push(resolve);
        return;
      }
      const timer = setTimeout(
        () => {
          this.#waiting = this.#waiting.filter((other) => other !== goOn);
          resolve();
        },
        Math.max(0, ms),
      );
      const goOn = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(goOn);
    });
  }
}
