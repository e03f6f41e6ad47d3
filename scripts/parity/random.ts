/** Random numbers out of a seed: the same ones for the same seed on every machine. */
export interface Random {
  /** A whole number of lowest … highest. */
  within(lowest: number, highest: number): number;
  /** One of the values. */
  pick<T>(values: readonly T[]): T;
}

/** The linear congruential generator of Numerical Recipes; its upper bits are good enough to choose by. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const within = (lowest: number, highest: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return lowest + Math.floor((state / 2 ** 32) * (highest - lowest + 1));
  };
  return { within, pick: (values) => values[within(0, values.length - 1)]! };
}
