import { randomInt } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogicalText, PropertiesDocument } from "../../grammar/properties/ast.ts";
import { decodeEscapes } from "../../grammar/properties/escapes.ts";
import { parseProperties } from "../../grammar/properties/parse.ts";
import { sliceEnds } from "../../grammar/properties/slices.ts";
import { asFlumeReads, encodeText } from "../../grammar/text/encoding.ts";
import { lossesOf } from "./losses.ts";

const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));
const runs = { numRuns: 3000, seed };
console.log(`properties of the grammar: FLAFKAC_SEED=${seed}`);

const pieces = [
  "\\",
  "\\\\",
  "\r",
  "\n",
  "\r\n",
  "\\\n",
  "\\\r\n",
  " ",
  "\t",
  "\f",
  "=",
  ":",
  "#",
  "!",
  "u",
  "\\u",
];
const others = [
  "\\u00e9",
  "\\u004",
  "0",
  "e",
  "F",
  "a.b",
  "c",
  "\u00a0",
  "\u0085",
  "\u2028",
  "é",
  "€",
  "😀",
  "\uFEFF",
  "\0",
];
const dangerous = fc.array(fc.constantFrom(...pieces, ...pieces, ...others), { maxLength: 40 });
const texts = fc.oneof(
  { weight: 4, arbitrary: dangerous.map((parts) => parts.join("")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }) },
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  texts.map((text) => Buffer.from(text, "utf8")),
  texts.map((text) => Buffer.from(text, "latin1")),
);

const piecesOf = ({ entries }: PropertiesDocument): LogicalText[] =>
  entries.flatMap(({ key, value }) => [key, value]);

test("any text and any bytes are a document without loss, and are written back as they were", () => {
  fc.assert(
    fc.property(fc.oneof(texts, bytes), (content) => {
      const document = parseProperties(content);
      expect(lossesOf(document)).toEqual([]);
      if (typeof content === "string")
        expect((document.hasByteOrderMark ? "\uFEFF" : "") + document.text).toBe(content);
      else expect(Buffer.compare(encodeText(document.text, document), content)).toBe(0);
    }),
    runs,
  );
});

test("rangeOf leads to source text that stands for just those characters", () => {
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), (content, a, b) => {
      const document = parseProperties(content);
      if (document.problems.length > 0) return;
      for (const piece of piecesOf(document)) {
        const { text, span } = piece;
        const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const range = piece.rangeOf(start, end);
        expect(range.start).toBeGreaterThanOrEqual(span.start);
        expect(range.end).toBeLessThanOrEqual(span.end);
        if (splitsPair(text, start) || splitsPair(text, end)) continue; // one escape may hold both halves
        expect(decodeEscapes(document.text.slice(range.start, range.end))).toBe(text.slice(start, end));
      }
    }),
    runs,
  );
});

function splitsPair(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(offset - 1, offset + 1));
}

test("rangeOfFlumeText leads to source text that Flume reads as those characters, whole ones", () => {
  fc.assert(
    fc.property(bytes, fc.nat(), fc.nat(), (content, a, b) => {
      const document = parseProperties(content);
      if (document.problems.length > 0) return;
      for (const piece of piecesOf(document)) {
        const { flumeText, span } = piece;
        const [start, end] = [a % (flumeText.length + 1), b % (flumeText.length + 1)].sort(
          (x, y) => x - y,
        ) as [number, number];
        const range = piece.rangeOfFlumeText(start, end);
        expect(range.start).toBeGreaterThanOrEqual(span.start);
        expect(range.end).toBeLessThanOrEqual(span.end);
        const isMarked = document.hasByteOrderMark && piece === document.entries[0]?.key;
        const wanted = flumeText.slice(isMarked ? Math.max(3, start) : start, end);
        const read = decodeEscapes(asFlumeReads(document.text.slice(range.start, range.end), document));
        // Up to three bytes more on either side, where the range starts or ends within a character.
        expect(read).toContain(wanted);
        expect(read.length).toBeLessThanOrEqual(wanted.length + 6);
        if (document.isAscii && !isMarked) expect(range).toEqual(piece.rangeOf(start, end));
      }
    }),
    runs,
  );
});

test("a document is the sum of its slices", () => {
  const pairs = (text: string) =>
    parseProperties(text).entries.map(({ key, value }) => [key.text, value.text]);
  let cuts = 0;
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 12 }), (content, length) => {
      const text = content.replaceAll("\uFEFF", "");
      let start = 0;
      const sum = [...sliceEnds(text, length)].flatMap((end) => {
        cuts++;
        const slice = text.slice(start, end);
        start = end;
        return pairs(slice);
      });
      expect(sum).toEqual(pairs(text));
    }),
    runs,
  );
  expect(cuts).toBeGreaterThan(runs.numRuns);
});
