import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FullChannel } from "../../runtime/channels/full-channel.ts";
import { charsetOf } from "../../runtime/sources/charset.ts";
import { LineSplitter } from "../../runtime/sources/line-splitter.ts";
import { endOfWholeCharacters } from "../../runtime/sources/utf8.ts";

const full: FullChannel = { keepAlive: 1, fullMessage: "full", waitForRoom: async () => true };

interface Outcome {
  readonly lines: string[];
  readonly fault: string | undefined;
}

/** Feeds the chunks. `refuses(n)` tells of the n-th call of `put` whether the channel is full then. */
function split(chunks: Buffer[], max: number, encoding = "utf-8", refuses = (_: number) => false): Outcome {
  const lines: string[] = [];
  const bodies: Buffer[] = [];
  let calls = 0;
  const splitter = new LineSplitter(max, charsetOf(encoding)?.decoder?.(), (bytes, start, end) => {
    if (refuses(calls++)) return full;
    bodies.push(bytes.subarray(start, end));
    lines.push(bytes.toString("hex", start, end));
    return undefined;
  });
  for (const chunk of chunks) {
    // A copy, as each chunk off a socket is memory of its own.
    splitter.feed(Buffer.from(chunk));
    while (splitter.run() !== undefined);
    if (splitter.fault !== undefined) break;
  }
  expect(splitter.takeHandedOn()).toBe(lines.length);
  // What was handed on is not written over by what came later.
  expect(bodies.map((body) => body.toString("hex"))).toEqual(lines);
  return { lines, fault: splitter.fault };
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodes(bytes: number[]): boolean {
  try {
    strict.decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

function canBecomeCharacter(bytes: number[]): boolean {
  const next = [0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf];
  const grow = (all: number[][]) => all.flatMap((some) => next.map((byte) => [...some, byte]));
  let tries = [bytes];
  for (let more = 1; more <= 3; more++) {
    tries = grow(tries);
    if (tries.some(decodes)) return true;
  }
  return false;
}

/** Flume's reading, a character at a time: units up to the limit, strict UTF-8, data after the last newline dropped. */
function model(bytes: Buffer, max: number): Outcome {
  const lines: string[] = [];
  let lineStart = 0;
  let units = 0;
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at]!;
    if (lead === 10) {
      lines.push(bytes.toString("hex", lineStart, at));
      lineStart = ++at;
      units = 0;
      continue;
    }
    if (lead < 0x80 || (lead >= 0xc2 && lead <= 0xf4)) units += lead >= 0xf0 ? 2 : 1;
    if (units >= max) return { lines, fault: "too-long" };
    let length = 1;
    while (length <= 4 && !decodes([...bytes.subarray(at, at + length)])) length++;
    if (length > 4 || at + length > bytes.length) {
      const tail = [...bytes.subarray(at)];
      return { lines, fault: tail.length < 4 && canBecomeCharacter(tail) ? undefined : "invalid" };
    }
    at += length;
  }
  return { lines, fault: undefined };
}

const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.string({ unit: "binary", maxLength: 12 }).map((text) => Buffer.from(text, "utf8")),
  },
  { weight: 3, arbitrary: fc.string({ maxLength: 30 }).map((text) => Buffer.from(text, "utf8")) },
  { weight: 5, arbitrary: fc.constantFrom("\n", "\r\n", "\n\n", "\0").map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => Buffer.from(bytes)) },
);
const stream = fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.concat(pieces));
const cuts = fc.array(fc.nat(400), { maxLength: 12 });

function chunksOf(bytes: Buffer, at: number[]): Buffer[] {
  const places = [...new Set(at.filter((place) => place < bytes.length))].sort((a, b) => a - b);
  return [0, ...places].map((start, i) => bytes.subarray(start, places[i] ?? bytes.length));
}

describe("lines of a byte stream", () => {
  it("are those of Flume's reader, however the stream is cut into chunks", () => {
    fc.assert(
      fc.property(stream, cuts, fc.integer({ min: 1, max: 40 }), (bytes, at, max) => {
        expect(split(chunksOf(bytes, at), max)).toEqual(model(bytes, max));
      }),
      { numRuns: 3000 },
    );
  });

  it("are the same one byte at a time", () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 40 }), (bytes, max) => {
        expect(
          split(
            [...bytes].map((byte) => Buffer.of(byte)),
            max,
          ),
        ).toEqual(model(bytes, max));
      }),
      { numRuns: 500 },
    );
  });

  it("are the same when the channel is full in between", () => {
    fc.assert(
      fc.property(stream, cuts, fc.array(fc.boolean(), { maxLength: 60 }), (bytes, at, refusals) => {
        const refuses = (call: number) => refusals[call] ?? false;
        expect(split(chunksOf(bytes, at), 20, "utf-8", refuses)).toEqual(model(bytes, 20));
      }),
      { numRuns: 1000 },
    );
  });

  it("are given up one at a time where a full channel does not take them", () => {
    const stored: string[] = [];
    const splitter = new LineSplitter(512, undefined, (bytes, start, end) => {
      const line = bytes.toString("utf8", start, end);
      if (line === "b" || line === "carried") return full;
      stored.push(line);
      return undefined;
    });
    for (const chunk of ["a\nb\nc\ncar", "ried\nd\n"]) {
      splitter.feed(Buffer.from(chunk));
      while (splitter.run() !== undefined) splitter.skip();
    }
    expect(stored).toEqual(["a", "c", "d"]);
  });

  it("may be as long as the limit with their newline, and not one character longer", () => {
    expect(split([Buffer.from(`${"x".repeat(511)}\n`)], 512)).toMatchObject({ fault: undefined });
    expect(split([Buffer.from("x".repeat(512))], 512)).toEqual({ lines: [], fault: "too-long" });
    expect(split([Buffer.from("x".repeat(511))], 512)).toEqual({ lines: [], fault: undefined });
    // 255 characters of two UTF-16 units each, four bytes each.
    expect(split([Buffer.from(`${"😀".repeat(255)}\n`)], 512).lines).toHaveLength(1);
    expect(split([Buffer.from(`${"😀".repeat(256)}\n`)], 512).fault).toBe("too-long");
    expect(split([Buffer.from(`${"é".repeat(511)}\n`)], 512).lines).toHaveLength(1);
  });

  it("keeps no more of a line without an end than a line may have", () => {
    const splitter = new LineSplitter(512, undefined, () => undefined);
    const before = process.memoryUsage().arrayBuffers;
    splitter.feed(Buffer.alloc(100_000_000, "x"));
    splitter.run();
    expect(splitter.fault).toBe("too-long");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(101_000_000);
  });
});

describe("the beginning of a character", () => {
  it("is what some bytes can still complete", () => {
    for (const lead of [
      0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff,
    ]) {
      const seconds = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
      const tails = seconds.map((second) => [lead, second]);
      for (const tail of [[lead], ...tails, [lead, 0x90, 0x80]]) {
        const whole = endOfWholeCharacters(Buffer.from([0x61, ...tail]), 0, tail.length + 1);
        // Either all is complete, or what can become a character is left, or there is none.
        if (decodes(tail)) expect([whole, tail]).toEqual([tail.length + 1, tail]);
        else if (canBecomeCharacter(tail)) expect([whole, tail]).toEqual([1, tail]);
        else expect([-1, tail]).toEqual([whole, tail]);
      }
    }
  });
});

describe("other encodings", () => {
  const text = "grüße\nÄÖÜ\r\n\nend\n";
  const asHex = (lines: string[]) => lines.map((line) => Buffer.from(line, "utf8").toString("hex"));
  const expected = asHex(["grüße", "ÄÖÜ\r", "", "end"]);
  const cut = (bytes: Buffer) => [...bytes].map((byte) => Buffer.of(byte));
  const little = Buffer.from(text, "utf16le");
  const big = Buffer.from(little).swap16();

  it.each([
    ["ISO-8859-1", Buffer.from(text, "latin1")],
    ["windows-1252", Buffer.from(text, "latin1")],
    ["Cp1252", Buffer.from(text, "latin1")],
    ["UTF-16LE", little],
    ["UTF-16BE", big],
    ["UTF-16", big],
    ["UTF-16", Buffer.concat([Buffer.of(0xff, 0xfe), little])],
  ])("%s becomes UTF-8, whole or a byte at a time", (encoding, bytes) => {
    expect(split([bytes], 512, encoding)).toEqual({ lines: expected, fault: undefined });
    expect(split(cut(bytes), 512, encoding)).toEqual({ lines: expected, fault: undefined });
  });

  it("Shift_JIS becomes UTF-8", () => {
    const bytes = Buffer.from("93fa967b0a", "hex");
    expect(split(cut(bytes), 512, "SJIS").lines).toEqual(asHex(["日本"]));
  });

  it.each([
    ["US-ASCII", Buffer.from("ok\nb\x80d\n", "latin1")],
    ["EUC-JP", Buffer.from("6f6b0a62ff640a", "hex")],
    ["UTF-16BE", Buffer.from("006f006b000ad800000a", "hex")],
  ])("%s: lines before invalid bytes are kept", (encoding, bytes) => {
    expect(split([bytes], 512, encoding)).toEqual({ lines: asHex(["ok"]), fault: "invalid" });
    expect(split(cut(bytes), 512, encoding)).toEqual({ lines: asHex(["ok"]), fault: "invalid" });
  });

  it("is undefined for what no program can read", () => {
    expect(charsetOf("utf-9")).toBeUndefined();
    expect(charsetOf("x-user-defined")).toBeUndefined();
  });
});
