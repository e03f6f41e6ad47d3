import type { EmittedProgram } from "../emitted-program.ts";

/** How many events the program's sink has delivered; 0 while it cannot be asked. */
export async function drained(program: EmittedProgram): Promise<number> {
  const counters = await program.counters().catch(() => undefined);
  return Number(counters?.["SINK.sink1"]?.EventDrainSuccessCount ?? 0);
}

/** Waits until the program's sink has delivered so many events more. */
export async function drainsMore(program: EmittedProgram, more: number): Promise<void> {
  const enough = (await drained(program)) + more;
  await program.waitUntil(async () => (await drained(program)) >= enough, 90_000);
}
