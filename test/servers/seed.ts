import { randomInt } from "node:crypto";

/**
 * Random numbers for the time of a fault, drawn from a seed that is printed: `FLAFKAC_SEED=… npm test` draws the
 * same ones again.
 */
export function seeded(what: string): (lowest: number, highest: number) => number {
  const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(2 ** 31));
  console.log(`${what}: FLAFKAC_SEED=${seed}`);
  return drawnFrom(seed);
}

/** Random numbers that are the same for the same seed. */
export function drawnFrom(seed: number): (lowest: number, highest: number) => number {
  let state = seed;
  return (lowest, highest) => {
    // The linear congruential generator of Numerical Recipes; its upper bits are good enough for a time.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return lowest + Math.floor((state / 2 ** 32) * (highest - lowest + 1));
  };
}
