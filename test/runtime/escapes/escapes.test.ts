import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timestampOf } from "../../../runtime/escapes/event-time.ts";
import { hostEscape } from "../../../runtime/escapes/host-escape.ts";
import { pathSegment } from "../../../runtime/escapes/path-segment.ts";
import { TimeEscapes } from "../../../runtime/escapes/time-escapes.ts";
import { type BucketPathVector, differingFrom } from "./bucket-paths.ts";

describe("time escapes", () => {
  it("print times as Flume does, in all zones and roundings", () => {
    const file = new URL("bucket-paths.recorded.json", import.meta.url);
    const recorded: BucketPathVector[] = JSON.parse(readFileSync(file, "utf8"));
    expect(recorded.length).toBeGreaterThan(1500);
    expect(differingFrom(recorded).slice(0, 5)).toEqual([]);
  });

  it("are the same whatever was asked before", () => {
    const texts = ["%Y-%m-%d/%H", "%H%M", "%S", "%t", "%c %s", "plain"];
    const zones = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
    const rounds = [undefined, { unit: "second", value: 30 }, { unit: "hour", value: 5 }] as const;
    const times = fc.array(fc.integer({ min: 1_600_000_000_000, max: 1_600_000_400_000 }), { minLength: 2 });
    const property = fc.property(
      fc.constantFrom(...texts),
      fc.constantFrom(...zones),
      fc.constantFrom(...rounds),
      times,
      (text, timeZone, round, times) => {
        const options = round === undefined ? { timeZone } : { timeZone, round };
        const kept = new TimeEscapes(text, options);
        for (const time of times) expect(kept.at(time)).toBe(new TimeEscapes(text, options).at(time));
      },
    );
    fc.assert(property);
  });

  it("forget old texts", () => {
    const minutes = new TimeEscapes("%H:%M", { timeZone: "UTC" });
    for (let minute = 0; minute < 5000; minute++) minutes.at(minute * 60_000);
    expect(minutes.at(61_000)).toBe("00:01");
  });

  it("take the time now where an event has none", () => {
    expect(timestampOf(new Map([["timestamp", "1699088706789"]]))).toBe(1_699_088_706_789);
    for (const text of ["", "yesterday", "1e3", "9".repeat(30)]) {
      const before = Date.now();
      expect(timestampOf(new Map([["timestamp", text]]))).toBeGreaterThanOrEqual(before);
    }
  });
});

describe("a header value in a path", () => {
  it.each([
    ["web1", "web1"],
    ["", ""],
    ["..", "%2E%2E"],
    [".", "%2E"],
    ["../../etc", "..%2F..%2Fetc"],
    ["a\0b\n", "a%00b%0A"],
    ["10.0.0.1:80", "10.0.0.1%3A80"],
    ["a..b", "a..b"],
    [".snapshot", "%2Esnapshot"],
    ["größe 100%", "größe 100%"],
  ])("%j becomes %j", (value, expected) => expect(pathSegment(value)).toBe(expected));

  it("can neither climb, nor end the name, nor be too long for HDFS", () => {
    const property = fc.property(fc.string({ unit: "binary", maxLength: 400 }), (value) => {
      const segment = pathSegment(value);
      expect(segment).not.toMatch(/[/:\\\u0000-\u001f\u007f]/);
      expect(segment).not.toMatch(/^\.+$/);
      expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(160);
    });
    fc.assert(property, { examples: [["."], [".."], ["/".repeat(300)], ["é".repeat(100)], ["\ud800"]] });
  });

  it("stays apart from others when it is cut", () => {
    expect(pathSegment(`${"x".repeat(300)}1`)).not.toBe(pathSegment(`${"x".repeat(300)}2`));
  });
});

describe("host escapes", () => {
  it("name this machine", async () => {
    expect(await hostEscape("localhost")).toBe(hostname());
    expect(isIP(await hostEscape("ip"))).toBeGreaterThan(0);
    expect(await hostEscape("fqdn")).toMatch(/\S/);
  });
});
