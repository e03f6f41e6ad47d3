import { appendFile, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contentsOf, temporaryFolder } from "./hdfs-sink-rig.ts";
import { HdfsWriter, readNumbers } from "./hdfs-writers.ts";

describe("HDFS sink after kill -9", () => {
  async function killed() {
    const directory = await temporaryFolder();
    const [out, state] = [`${directory}/out`, `${directory}/state`];
    const writer = new HdfsWriter("", out, state, 0, 50, 100);
    await writer.until(() => writer.delivered === 5000);
    const inUse = async () => (await contentsOf(out)).filter(([name]) => name.endsWith(".tmp"));
    return { directory, out, state, writer, inUse };
  }

  it("finishes its files at the next start, without what was not delivered", async () => {
    const { out, state, writer, inUse } = await killed();
    const [first] = await inUse();
    // What a kill in the midst of a batch leaves.
    await appendFile(join(out, first![0]), "5000 half a l");
    await writer.kill();
    const [list] = await readdir(state);
    expect(list).toMatch(/^hdfs-writer\.sink1\.\d+-\d+\.open-files$/);
    const next = new HdfsWriter("", out, state, 5000, 50, 1);
    await next.until(() => next.log.split("which was left open").length > 2);
    expect(await next.stop()).toBe(0);
    const { torn, seen } = readNumbers((await contentsOf(out)).map(([, text]) => text));
    expect(torn).toEqual([]);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(seen.size).toBe(5050);
    expect(await inUse()).toEqual([]);
    expect(await readdir(state)).toEqual([]);
  });

  it("leaves the files of a program alone that is alive", async () => {
    const { out, state, writer, inUse } = await killed();
    const before = await inUse();
    expect(before).toHaveLength(2);
    const next = new HdfsWriter("", out, state, 5000, 50, 1);
    await next.until(() => next.delivered === 5050);
    expect(await next.stop()).toBe(0);
    expect(await inUse()).toEqual(before);
    expect(await writer.stop()).toBe(0);
    expect(await inUse()).toEqual([]);
    expect(readNumbers((await contentsOf(out)).map(([, text]) => text)).seen.size).toBe(5050);
  });

  it("cuts nothing off where the list is damaged, or from before the machine's last start", async () => {
    const { out, state, writer, inUse } = await killed();
    await writer.kill();
    const [name] = await readdir(state);
    const list = join(state, name!);
    const lines = (await readFile(list, "utf8")).split("\n");
    const last = lines.findLastIndex((line) => line.includes("committed"));
    lines[last] = lines[last]!.replace(/(\d)\]$/, (_, digit) => `${(Number(digit) + 1) % 10}]`);
    await writeFile(list, lines.join("\n"));
    const [first] = await inUse();
    await appendFile(join(out, first![0]), "kept\n");
    const next = new HdfsWriter("", out, state, 5000, 50, 1);
    await next.until(() => next.log.split("which was left open").length > 2);
    await next.stop();
    const { torn, seen } = readNumbers((await contentsOf(out)).map(([, text]) => text));
    expect(torn).toEqual(["kept"]);
    expect(seen.size).toBe(5050);
  });

  it("tells of a list that it cannot read, and keeps it", async () => {
    const { out, state, writer } = await killed();
    await writer.kill();
    const [name] = await readdir(state);
    await writeFile(join(state, name!), "nonsense\n");
    await utimes(join(state, name!), 0, 0);
    const next = new HdfsWriter("", out, state, 5000, 50, 1);
    await next.until(() => next.log.includes("is damaged"));
    await next.stop();
    expect(await readdir(state)).toEqual([name]);
  });
});
