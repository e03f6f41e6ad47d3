import { expect, test } from "vitest";
import { parseProperties } from "../../grammar/properties/parse.ts";
import { parseEscapeSequences } from "../../grammar/values/escape-sequence.ts";
import { splitList } from "../../grammar/values/list.ts";
import { parseReferences } from "../../grammar/values/reference.ts";

const LENGTH = 10_000;
const FACTOR = 20;

/** The best of some runs: others on the machine, and the garbage collector, can only make a run slower. */
function milliseconds(run: () => void): number {
  const times = Array.from({ length: 4 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Quadratic would be 400 times as long for 20 times the input; 150 leaves room for a garbage collector. */
function expectLinear(run: (input: string) => void, unit: string): void {
  const [short, long] = [LENGTH, FACTOR * LENGTH].map((length) => {
    const input = unit.repeat(length / unit.length);
    return milliseconds(() => run(input));
  }) as [number, number];
  expect(long).toBeLessThan(150 * Math.max(short, 0.3));
}

function parseAndAsk(text: string): void {
  const document = parseProperties(text);
  for (const { key, value } of document.entries) {
    for (const piece of [key, value]) {
      const { length } = piece.text;
      for (let i = 0; i < 100; i++) piece.rangeOf(Math.floor((i * length) / 100), length);
      piece.rangeOfFlumeText(0, piece.flumeText.length);
    }
  }
}

test("the measure tells quadratic from linear", () => {
  const quadratic = (input: string) => / *,/.test(input.slice(0, input.length / 20));
  expect(() => expectLinear(quadratic, " ")).toThrow("to be less than");
});

test.each([
  ["backslashes", "\\"],
  ["continuations", "\\\n"],
  ["continuations with blanks", "a\\\n  "],
  ["continued separators", " \\\r\n"],
  ["comments that look continued", "#\\\n........................"],
  ["blanks", " "],
  ["one line", "x"],
  ["one line of é", "é"],
  ["escapes", "\\t"],
  ["malformed escapes", "\\u"],
  ["unicode escapes", "\\u00e9"],
  ["separators", "=:"],
  ["carriage returns", "\r........................"],
  ["properties", "a.b.c = d e f g h i j\\u0041\n"],
])("parses %s in linear time", (_, unit) => {
  expectLinear((input) => parseAndAsk(`k${input}`), unit);
  expectLinear(parseAndAsk, unit);
});

test.each(["${", "${a", "${a}", "$${a}", "${a:-", "}", "$", ":", "${a[", "a:-${b}}"])(
  "parses references %j in linear time",
  (unit) => {
    expectLinear(parseReferences, unit);
  },
);

test("parses nested references in linear time", () => {
  expectLinear((input) => parseReferences(input + "}".repeat(input.length / 2)), "${");
  expectLinear((input) => parseReferences("${".repeat(45) + input + "}".repeat(45)), "${a:-b}");
});

test.each(["%", "%{", "%{a", "%[a", "%{a}", "%Y"])("parses escape sequences %j in linear time", (unit) => {
  expectLinear(parseEscapeSequences, unit);
});

test.each([" ", "a ", ",", " ,", "a", "  a"])("splits %j in linear time", (unit) => {
  for (const separator of ["whitespace", "space", "comma"] as const) {
    expectLinear((input) => splitList(`${input}a`, separator), unit);
  }
});
