import fc from "fast-check";
import { expect, test } from "vitest";
import { LineIndex } from "../../grammar/text/line-index.ts";

const text = "one\r\ntwo\rthree\n\nfive";
const index = new LineIndex(text);

test("lines end at CRLF, CR and LF", () => {
  expect(index.lineCount).toBe(5);
  expect([0, 1, 2, 3, 4, 5, 6].map((line) => index.lineText(line))).toEqual([
    "",
    "one",
    "two",
    "three",
    "",
    "five",
    "",
  ]);
});

test("positions count from 1", () => {
  expect(index.position(0)).toEqual({ line: 1, column: 1 });
  expect(index.position(text.indexOf("two"))).toEqual({ line: 2, column: 1 });
  expect(index.position(text.indexOf("ree"))).toEqual({ line: 3, column: 3 });
  expect(index.position(text.length)).toEqual({ line: 5, column: 5 });
});

test("what lies outside is moved to the nearest end", () => {
  expect(index.position(-1)).toEqual({ line: 1, column: 1 });
  expect(index.position(999)).toEqual({ line: 5, column: 5 });
  expect(index.offset(0, 1)).toBe(0);
  expect(index.offset(99, 1)).toBe(text.length);
  expect(index.offset(1, 99)).toBe(3);
  expect(index.offset(2, 0)).toBe(5);
});

test("every offset has a position that leads back to it, except behind the CR of a CRLF", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "😀", "\r", "\n", "\r\n")), (parts) => {
      const content = parts.join("");
      const lines = new LineIndex(content);
      for (let offset = 0; offset <= content.length; offset++) {
        const { line, column } = lines.position(offset);
        const within = content[offset - 1] === "\r" && content[offset] === "\n";
        expect(lines.offset(line, column)).toBe(within ? offset - 1 : offset);
      }
    }),
  );
});
