import { setTimeout as delay } from "node:timers/promises";
import type { Verdict } from "../ledger.ts";
import { drained } from "./drained.ts";
import type { Flow } from "./flow.ts";
import type { Load } from "./load.ts";

/** How often a program is killed, and when. */
export interface KillOptions {
  readonly kills: number;
  /** Draws the moments. */
  readonly random: (lowest: number, highest: number) => number;
}

/** What became of all that was written while a program was killed again and again. */
export interface KillOutcome {
  readonly acknowledged: number;
  readonly verdict: Verdict;
  /** Files that are still being written after the program's last, orderly end. */
  readonly inUseFiles: readonly string[];
  /** How the last program ended. */
  readonly exitCode: number | undefined;
  /** What the last program said. */
  readonly lastOutput: string;
}

/** Records until the kill, at most; about a second's worth. */
const MOST_RECORDS = 4_000;
/** ms until a kill that does not wait for the program to get to work, at most. */
const MOST_WAIT = 2_500;

/**
 * Kills a flow's program with KILL, again and again, while it is written to: most often after some records, and each
 * fifth time without regard to how far it has come, that is while it starts, joins its group, or finishes the files of
 * the one before. The last program delivers what is left, and is stopped.
 */
export async function killRounds(flow: Flow, load: Load, options: KillOptions): Promise<KillOutcome> {
  const { kills, random } = options;
  for (let kill = 1; kill <= kills; kill++) {
    await using program = await flow.start();
    if (random(1, 5) === 1) await delay(random(0, MOST_WAIT));
    else {
      await load.reconnect();
      const enough = random(1, MOST_RECORDS);
      await program.waitUntil(async () => (await drained(program)) >= enough);
      await delay(random(0, 20)); // so that it is not always in the same place of a batch
    }
    await program.kill();
    await load.disconnected();
  }
  await using program = await flow.start();
  await program.waitForOutput(/"running"/);
  await load.finish();
  // A memory channel is emptied by the stop; what it has lost does not come any more.
  // What does not come in time is lost: the verdict says how much.
  if (!flow.mayLose) await program.waitUntil(() => load.isDelivered()).catch(() => undefined);
  const { code } = await program.stop();
  const { inUseFiles } = await flow.lines();
  return {
    acknowledged: load.acknowledged,
    verdict: await load.verdict(),
    inUseFiles,
    exitCode: code,
    lastOutput: await program.output(),
  };
}
