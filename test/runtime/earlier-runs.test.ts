import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { EarlierRuns } from "../../runtime/sinks/hdfs/earlier-runs.ts";
import { listLine } from "../../runtime/sinks/hdfs/open-files.ts";
import { logged, sinkContext } from "./contexts.ts";
import { temporaryFolder } from "./hdfs-sink-rig.ts";

/** The list of a run in another container, with one file. */
async function listOfAnotherHost(directory: string): Promise<string> {
  const program = basename(process.argv[1]!, extname(process.argv[1]!));
  const path = `${directory}/${program}.sink1.1700000000000-7.open-files`;
  const run = { host: "elsewhere", boot: "1", pidNamespace: "1", pid: 7, started: "1" };
  await mkdir(directory, { recursive: true });
  await writeFile(path, listLine([run]) + listLine(["opened", 1, "/out/a.tmp", "/out/a", 5]));
  return path;
}

it("takes over from a run elsewhere after a minute without a sign of life, whatever the clocks say", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const directory = await temporaryFolder();
  const path = await listOfAnotherHost(directory);
  const runs = new EarlierRuns(sinkContext(logged()), directory);
  const recovered: string[] = [];
  // Its clock is an hour behind: it seems silent, and is not.
  const sign = (second: number) => utimes(path, second, Date.now() / 1000 - 3600 + second);
  await sign(0);
  runs.begin(({ inUsePath }) => recovered.push(inUsePath));
  for (let second = 10; second <= 100; second += 10) {
    await sign(second);
    vi.advanceTimersByTime(10_000);
  }
  expect(recovered).toEqual([]);
  // An hour ahead: its last sign of life is in the future.
  await utimes(path, 0, Date.now() / 1000 + 3600);
  vi.advanceTimersByTime(60_000);
  expect(recovered).toEqual([]);
  vi.advanceTimersByTime(20_000);
  expect(recovered).toEqual(["/out/a.tmp"]);
  runs.stop();
  runs.openFiles.close();
  expect((await readdir(directory)).filter((name) => name.includes("-7."))).toEqual([]);
});
