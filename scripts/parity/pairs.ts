import type { Random } from "./random.ts";

/** One thing that varies, and what it can be. */
export interface Dimension {
  readonly name: string;
  readonly values: readonly string[];
}

/** One value of each dimension. */
export type Choice = ReadonlyMap<string, string>;

const candidates = 200;

/**
 * `count` choices that cover as many pairs of values as go: the next one is always that of many random ones which
 * brings the most pairs together for the first time.
 * @param allowed Whether the values of a choice may stand together.
 */
export function coverPairs(
  dimensions: readonly Dimension[],
  allowed: (choice: Choice) => boolean,
  count: number,
  random: Random,
): Choice[] {
  const covered = new Set<string>();
  const choices: Choice[] = [];
  while (choices.length < count) {
    let best: Choice | undefined;
    let bestNew = -1;
    for (let candidate = 0; candidate < candidates; candidate++) {
      const choice = new Map(dimensions.map(({ name, values }) => [name, random.pick(values)]));
      if (!allowed(choice)) continue;
      const fresh = pairsOf(choice).filter((pair) => !covered.has(pair)).length;
      if (fresh > bestNew) [best, bestNew] = [choice, fresh];
    }
    if (best === undefined) throw new Error("No values of these dimensions may stand together.");
    for (const pair of pairsOf(best)) covered.add(pair);
    choices.push(best);
  }
  return choices;
}

/** Each two of a choice's values, and each one alone. */
function pairsOf(choice: Choice): string[] {
  const values = [...choice].map(([name, value]) => `${name}=${value}`);
  return values.flatMap((a, index) => [a, ...values.slice(index + 1).map((b) => `${a} ${b}`)]);
}
