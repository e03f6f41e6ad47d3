import { expect, test } from "vitest";
import { type Separator, splitList } from "../../grammar/values/list.ts";

test.each<[string, Separator, string[]]>([
  ["c1 c2", "whitespace", ["c1", "c2"]],
  ["c1 \t c2\f c3\v", "whitespace", ["c1", "c2", "c3"]],
  [" c1", "whitespace", ["", "c1"]],
  ["c1 ", "whitespace", ["c1"]],
  ["", "whitespace", [""]],
  ["  ", "whitespace", []],
  ["c1, c2", "whitespace", ["c1,", "c2"]],
  ["c1\u00a0c2\u2003c3", "whitespace", ["c1\u00a0c2\u2003c3"]],
  ["c1  c2\tc3 ", "space", ["c1", "", "c2\tc3"]],
  [" ", "space", []],
  ["", "space", [""]],
  ["a,b", "comma", ["a", "b"]],
  [" a ,\tb c , ,d,, ", "comma", ["a", "b c", "", "d"]],
  [",a", "comma", ["", "a"]],
  [" ", "comma", [""]],
])("%j by %s", (value, separator, expected) => {
  const elements = splitList(value, separator);
  expect(elements.map(({ text }) => text)).toEqual(expected);
  for (const { text, start, end } of elements) expect(value.slice(start, end)).toBe(text);
});
