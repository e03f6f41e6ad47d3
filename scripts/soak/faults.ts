import { setTimeout as delay } from "node:timers/promises";
import type { EmittedProgram } from "../../test/servers/emitted-program.ts";
import { drainsMore } from "../../test/servers/faults/drained.ts";
import type { Flow } from "../../test/servers/faults/flow.ts";
import type { Load } from "../../test/servers/faults/load.ts";
import { groupState } from "../../test/servers/faults/topics.ts";
import { drawnFrom } from "../../test/servers/seed.ts";
import { addVerdict, isKept, newFlow, newTally, type Servers, type Tally, useCases } from "./use-cases.ts";

/** What fails. */
const faults = [
  "the broker restarts",
  "the broker is killed",
  "the DataNode is killed",
  "the NameNode is killed",
  "a program is stopped for longer than its session",
  "a program ends, and starts again",
  "a second program joins and leaves",
] as const;

interface Running {
  readonly flow: Flow;
  readonly load: Load;
  readonly tally: Tally;
  program: EmittedProgram;
}

/** Everything but kill -9, in turns of its own, while all four use cases are at work at the same time. */
export async function soakFaults(servers: Servers, rounds: number, seed: number): Promise<Tally[]> {
  const random = drawnFrom(seed);
  const all: Running[] = [];
  for (const { feed, title } of useCases) {
    const { flow, load } = await newFlow(feed, servers);
    const program = await flow.start();
    await load.reconnect();
    all.push({ flow, load, program, tally: newTally(title) });
  }
  for (let round = 1; round <= rounds; round++) {
    await Promise.all(all.map(({ program }) => drainsMore(program, random(1, 3_000))));
    // Each of them in turn first, then by chance.
    const fault = faults[round <= faults.length ? round - 1 : random(0, faults.length - 1)]!;
    const victim = all[random(0, all.length - 1)]!;
    const from = performance.now();
    await commit(fault, victim, servers);
    await Promise.all(all.map(({ program }) => drainsMore(program, 1_000)));
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    console.log(`${round}: ${fault} (${victim.tally.title}); all deliver after ${seconds} s`);
  }
  await Promise.all(all.map(({ load }) => load.finish()));
  await Promise.all(all.map((one) => judgeAtEnd(one, rounds)));
  return all.map(({ tally }) => tally);
}

/** All that was written has come out, or will not any more. */
async function judgeAtEnd({ flow, load, program, tally }: Running, rounds: number): Promise<void> {
  tally.faults = rounds;
  tally.acknowledged = load.acknowledged;
  await program.waitUntil(() => load.isDelivered()).catch(() => undefined);
  if ((await program.stop()).code !== 0) tally.badExits++;
  tally.leftInUse = (await flow.lines()).inUseFiles.length;
  const verdict = await load.verdictByTopic();
  addVerdict(tally, verdict);
  console.log(`${tally.title}: of ${tally.acknowledged} lost ${verdict.lost}, twice ${verdict.duplicated}`);
  if (isKept(tally, false)) return;
  console.log(JSON.stringify({ topic: flow.topic, directory: flow.directory, tally }));
  console.log((await program.output()).slice(-8_000));
}

async function commit(fault: (typeof faults)[number], victim: Running, servers: Servers): Promise<void> {
  const { kafka, hdfs } = servers;
  const { flow, load, tally } = victim;
  switch (fault) {
    case "the broker restarts":
      await kafka.restart();
      return;
    case "the broker is killed":
      await kafka.kill();
      await kafka.start();
      return;
    case "the DataNode is killed":
      await hdfs.dataNode.kill();
      await hdfs.dataNode.start();
      await hdfs.waitUntilReady();
      return;
    case "the NameNode is killed":
      await hdfs.nameNode.kill();
      await hdfs.nameNode.start();
      await hdfs.waitUntilReady();
      return;
    case "a program is stopped for longer than its session":
      victim.program.signal("SIGSTOP");
      // Its group has forgotten it.
      if (flow.mayLose) await delay(1_000);
      else while ((await groupState(kafka.bootstrapServers, flow.groupId)).members > 0) await delay(50);
      victim.program.signal("SIGCONT");
      return;
    case "a program ends, and starts again": {
      if ((await victim.program.stop()).code !== 0) tally.badExits++;
      await load.disconnected();
      victim.program = await flow.start();
      await load.reconnect();
      return;
    }
    case "a second program joins and leaves": {
      // It finds the port taken where there is one; then it only comes and goes.
      if (flow.isNetcat) return;
      await using second = await flow.start();
      await second.waitForOutput(/reads .* as a member/);
      if ((await second.stop()).code !== 0) tally.badExits++;
    }
  }
}
