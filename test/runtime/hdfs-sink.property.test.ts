import fc from "fast-check";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Event } from "../../runtime/events/event.ts";
import type { FetchedRecords } from "../../runtime/kafka/fetched-records.ts";
import { textSerializer } from "../../runtime/serializers/file-serializer.ts";
import { dataStream } from "../../runtime/sinks/hdfs/file-format.ts";
import { HdfsRecordSink } from "../../runtime/sinks/hdfs/hdfs-record-sink.ts";
import { HdfsSink } from "../../runtime/sinks/hdfs/hdfs-sink.ts";
import { sinkContext } from "./contexts.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";
import { fetchedRecords } from "./fetched.ts";
import { FlumeRolls } from "./flume-rolls.ts";
import { contentsOf, hdfsSinkOptions, temporaryFolder } from "./hdfs-sink-rig.ts";

const format = dataStream(textSerializer({ appendNewline: true }));

const rolls = fc.record({
  rollInterval: fc.constantFrom(0, 1000, 5000),
  rollSize: fc.constantFrom(0, 1, 20, 200),
  rollCount: fc.constantFrom(0, 1, 3, 50),
  idleTimeout: fc.constantFrom(0, 700, 3000),
});
const event = fc.tuple(fc.constantFrom("a", "b", "c"), fc.string({ unit: "grapheme-ascii", maxLength: 30 }));
const step = fc.record({
  events: fc.array(event, { minLength: 1, maxLength: 40 }),
  pause: fc.integer({ min: 1, max: 4000 }),
});

function recordsWithKeys(events: readonly (readonly [key: string, body: string])[]): FetchedRecords {
  return { ...fetchedRecords(events.map(([, body]) => body)), keyOf: (i) => events[i]![0] };
}

it.each(["events", "records"] as const)(
  "rolls and names files of %s as Flume does",
  { timeout: 60_000 },
  async (kind) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const property = fc.asyncProperty(
      rolls,
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (changed, steps) => {
        const directory = await temporaryFolder();
        const out = `${directory}/out`;
        const options = { ...hdfsSinkOptions(`${directory}/state`), ...changed };
        const fileSystem = new FaultyFileSystem();
        const flume = new FlumeRolls(changed);
        const byHeader = (one: Event) => `${out}/${one.headers.get("dir")}`;
        const ofEvents = new HdfsSink(sinkContext(), fileSystem, { ...options, path: byHeader }, format);
        const ofRecords = new HdfsRecordSink(
          sinkContext(),
          fileSystem,
          { ...options, path: (records, i) => `${out}/${records.keyOf(i)}` },
          format,
        );
        for (const { events, pause } of steps) {
          for (const [dir, body] of events) flume.append(dir, body, Date.now());
          const delivered =
            kind === "events"
              ? ofEvents.deliver(
                  events.map(([dir, body]) => ({
                    headers: new Map([["dir", dir]]),
                    body: Buffer.from(body),
                  })),
                )
              : ofRecords.deliver([recordsWithKeys(events)]);
          expect(await delivered).toBeUndefined();
          expect(fileSystem.open).toBe(flume.open);
          await vi.advanceTimersByTimeAsync(pause);
          flume.tick(Date.now());
          while (fileSystem.open !== flume.open) await new Promise<void>((resolve) => setImmediate(resolve));
        }
        await Promise.all([ofEvents.stop(), ofRecords.stop()]);
        expect(new Map(await contentsOf(out))).toEqual(flume.files);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  },
);
