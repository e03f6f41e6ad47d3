import fc from "fast-check";
import { expect, test } from "vitest";
import { commentText, printCount, printLiteral } from "../../compiler/emit/literal.ts";

test("a printed string is one literal with the same value, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const printed = printLiteral(text);
      expect(new Function(`return ${printed}`)()).toBe(text);
      expect(printed).toMatch(/^(".*"|'.*')$/);
      expect(printed).not.toMatch(/\*\/|<\/|<!--|[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e\ufeff]/);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["*/", '"*\\/"'],
  ["</script>", '"<\\/script>"'],
  ["a\u2028b", '"a\\u2028b"'],
  ["\u202etxt", '"\\u202etxt"'],
  ["`$" + "{process.exit()}`", '"`$' + '{process.exit()}`"'],
  ['"; process.exit(); "', "'\"; process.exit(); \"'"],
  ['it\'s "both"', "'it\\'s \"both\"'"],
  ["it's", '"it\'s"'],
])("prints %j", (text, printed) => {
  expect(printLiteral(text)).toBe(printed);
});

test("numbers are grouped from a thousand on", () => {
  expect([0, 512, 1_000, 44_444, 268_435_456, -3_000, 0.25].map(printLiteral)).toEqual([
    "0",
    "512",
    "1_000",
    "44_444",
    "268_435_456",
    "-3_000",
    "0.25",
  ]);
  expect(printCount(268_435_456)).toBe("268,435,456");
  expect(() => printLiteral(Number.NaN)).toThrow(RangeError);
});

test("text in a comment stays in the comment", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(commentText(text)).not.toMatch(/\*\/|\/\*|[\n\r\u2028\u2029]|@/);
    }),
    { numRuns: 2_000 },
  );
  expect(commentText("app_events")).toBe("app_events");
  expect(commentText("@ts-nocheck")).toBe('"\\u0040ts-nocheck"');
});
