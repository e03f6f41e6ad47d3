import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FetchedRecords } from "../../runtime/kafka/fetched-records.ts";
import { drainRecords, eventsOf } from "../../runtime/sinks/drain.ts";
import { FileRollRecordSink } from "../../runtime/sinks/file-roll-records.ts";
import { RollFile } from "../../runtime/sinks/roll-file.ts";
import { logged, sinkContext } from "./contexts.ts";
import { bodyText, FakeConsumer, fetchedRecords } from "./fetched.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "file-roll-records-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function contents(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).sort();
  return Promise.all(names.map((name) => readFile(join(directory, name), "latin1")));
}

function numbered() {
  let index = 0;
  return { nextName: () => `file-${String(++index).padStart(3, "0")}` };
}

describe("drainRecords", () => {
  it("commits what is delivered, and takes what is not once more, until the consumer is closed", async () => {
    const log = logged();
    const sink = sinkContext(log);
    const [a, b, c] = ["a", "b", "c"].map((text) => fetchedRecords([text, text]));
    const consumer = new FakeConsumer([a!, b!], [c!]);
    const delivered: FetchedRecords[] = [];
    let failures = 2;
    const done = drainRecords(sink, consumer, (batches) => {
      if (failures-- > 0) throw new Error("no disk");
      delivered.push(...batches);
      if (delivered.length === 3) consumer.close();
    });
    await done;
    expect(delivered).toEqual([a, b, c]);
    expect(consumer.committed).toEqual([a, b, c]);
    expect(consumer.rollbacks).toBe(2);
    expect(sink.counters).toMatchObject({
      EventDrainAttemptCount: 14,
      EventDrainSuccessCount: 6,
      EventWriteFail: 2,
      RollbackCount: 2,
      BatchCompleteCount: 2,
    });
    expect(log.lines.map(({ message }) => message)).toEqual([
      "cannot deliver, trying again until it works: no disk",
      "delivering again after 2 failed attempts",
    ]);
  });

  it("never commits what is under way when the consumer is closed and the sink fails", async () => {
    const consumer = new FakeConsumer([fetchedRecords(["a"])]);
    await drainRecords(sinkContext(), consumer, () => {
      consumer.close();
      throw new Error("no disk");
    });
    expect(consumer.committed).toEqual([]);
  });
});

describe("eventsOf", () => {
  it("makes the events of all records in their order", () => {
    const batches = [fetchedRecords(["a", ""]), fetchedRecords(["c"], { offset: 7 })];
    const events = eventsOf(batches, (records, i) => ({
      headers: new Map([["offset", String(records.offsetOf(i))]]),
      body: Buffer.from(bodyText(records, i)),
    }));
    expect(events.map(({ body, headers }) => `${headers.get("offset")} ${body}`)).toEqual([
      "0 a",
      "1 ",
      "7 c",
    ]);
  });
});

describe("file_roll of records", () => {
  async function rig(appendNewline: boolean) {
    const directory = await folder();
    const sink = sinkContext();
    const roll = new FileRollRecordSink(sink, { directory, rollInterval: 0, appendNewline }, numbered());
    await roll.start();
    return { directory, roll, sink };
  }

  it("writes the bodies of all batches, whatever their sizes", async () => {
    const size = fc.oneof(fc.nat(200), fc.integer({ min: 524_280, max: 524_300 }), fc.constant(1_200_000));
    const sizes = fc.array(fc.array(size, { minLength: 1, maxLength: 8 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async (batches, appendNewline) => {
        const { directory, roll } = await rig(appendNewline);
        let character = 33;
        const bodies = batches.map((all) =>
          all.map((length) => Buffer.alloc(length, 33 + (character++ % 90))),
        );
        await roll.deliver(bodies.map((all) => fetchedRecords(all)));
        await roll.deliver([fetchedRecords(["last"])]);
        await roll.stop();
        const end = appendNewline ? "\n" : "";
        const expected = [...bodies.flat(), Buffer.from("last")].map((body) => body.toString("latin1") + end);
        const [written] = await contents(directory);
        expect(written === expected.join("")).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("writes many small bodies in few writes", async () => {
    const { directory, roll } = await rig(true);
    const batch = fetchedRecords(Array.from({ length: 20_000 }, (_, i) => String(i).padEnd(100, ".")));
    await roll.deliver([batch, batch]);
    await roll.stop();
    const [written] = await contents(directory);
    expect(written).toHaveLength(40_000 * 101);
    expect(written!.slice(0, 101)).toBe(`${"0".padEnd(100, ".")}\n`);
  });

  it("cuts off a batch that was written in part, and begins it anew", async () => {
    const directory = await folder();
    const file = new RollFile(sinkContext(), { directory, rollInterval: 0 }, numbered());
    await file.start();
    function* pieces(last: string) {
      yield Buffer.from("b");
      yield Buffer.from("c");
      if (last === "") throw new Error("no disk");
      yield Buffer.from(last);
    }
    await file.write(() => [Buffer.from("a")]);
    await expect(file.write(() => pieces(""))).rejects.toThrow("no disk");
    expect(await contents(directory)).toEqual(["a"]);
    await file.write(() => pieces("d"));
    await file.stop();
    expect(await contents(directory)).toEqual(["abcd"]);
  });
});
