import { existsSync } from "node:fs";
import { mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { OpenFiles } from "../../runtime/sinks/hdfs/open-files.ts";
import { temporaryFolder } from "./hdfs-sink-rig.ts";

it("gives up a list that can neither be written nor deleted, and deletes it once it can be", async () => {
  const path = `${await temporaryFolder()}/list`;
  const lost: unknown[] = [];
  const list = new OpenFiles(path, "header\n", (error) => lost.push(error));
  list.begin();
  const file = list.opened({ inUsePath: "x".repeat(1_100_000), finalPath: "y" });
  expect(await readFile(path, "utf8")).toContain("opened");
  // So large, it is written anew for the next change: over directories, which works no better than on a full disk.
  await rm(path);
  await mkdir(path);
  await mkdir(`${path}.new`);
  list.committed(file, 1);
  expect(lost).toEqual([expect.objectContaining({ code: "EISDIR" })]);
  await rmdir(path);
  await writeFile(path, "what is behind");
  list.committed(file, 2);
  expect(existsSync(path)).toBe(false);
  expect(lost).toHaveLength(1);
  list.close();
});
