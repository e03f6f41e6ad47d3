import { killRounds } from "../../test/servers/faults/kill-rounds.ts";
import { drawnFrom } from "../../test/servers/seed.ts";
import { addVerdict, newFlow, newTally, type Servers, type Tally, type useCases } from "./use-cases.ts";

/** After so many kills all is delivered, judged, and begun anew: so a fault is found where it happens. */
const KILLS_A_LEG = 10;

/** Kills the program of one use case, again and again, under load. */
export async function soakKills(
  { feed, title }: (typeof useCases)[number],
  servers: Servers,
  kills: number,
  seed: number,
): Promise<Tally> {
  const random = drawnFrom(seed);
  const tally = newTally(title);
  while (tally.faults < kills) {
    const leg = Math.min(KILLS_A_LEG, kills - tally.faults);
    const { flow, load } = await newFlow(feed, servers);
    const outcome = await killRounds(flow, load, { kills: leg, random });
    const { acknowledged, verdict, inUseFiles, exitCode, lastOutput } = outcome;
    tally.faults += leg;
    tally.acknowledged += acknowledged;
    tally.leftInUse += inUseFiles.length;
    if (exitCode !== 0) tally.badExits++;
    addVerdict(tally, verdict);
    const { lost, duplicated, torn } = verdict;
    console.log(
      `${title}: ${tally.faults} kills; of ${acknowledged} lost ${lost}, twice ${duplicated}, torn ${torn}`,
    );
    const { reordered, foreign, refusedButStored } = verdict;
    const isOdd = reordered + foreign + refusedButStored + torn + inUseFiles.length > 0 || exitCode !== 0;
    if (isOdd || (lost > 0 && !flow.mayLose)) {
      console.log(
        JSON.stringify({ topic: flow.topic, directory: flow.directory, verdict, inUseFiles, exitCode }),
      );
      console.log(lastOutput.slice(-4_000));
    }
  }
  return tally;
}
