import { describe, expect, test } from "vitest";
import {
  DocumentTooLargeError,
  MAXIMUM_LENGTH,
  MAXIMUM_LINES,
  parseProperties,
} from "../../grammar/properties/parse.ts";

/** Key and value of each property, as an editor shows them. */
function pairsOf(content: string | Uint8Array): [string, string][] {
  return parseProperties(content).entries.map(({ key, value }) => [key.text, value.text]);
}

/** The source text of a span. */
function spelled(content: string, { start, end }: { start: number; end: number }): string {
  return content.slice(start, end);
}

describe("lines", () => {
  test.each([
    ["a.b=c", [["a.b", "c"]]],
    [
      "a : b\r\nc d\re",
      [
        ["a", "b"],
        ["c", "d"],
        ["e", ""],
      ],
    ],
    ["a = = b", [["a", "= b"]]],
    ["a  b = c", [["a", "b = c"]]],
    [
      "=a\n: b",
      [
        ["", "a"],
        ["", "b"],
      ],
    ],
    ["k = v  \t", [["k", "v  \t"]]],
    ["k = v # no comment", [["k", "v # no comment"]]],
    ["\\#k = \\!v", [["#k", "!v"]]],
    ["a\\ b\\:c\\=d e", [["a b:c=d", "e"]]],
    [
      "a = b\na = c",
      [
        ["a", "b"],
        ["a", "c"],
      ],
    ],
    ["a\u00a0b = \u0085c\u2028d", [["a\u00a0b", "\u0085c\u2028d"]]],
  ])("%j", (text, pairs) => expect(pairsOf(text)).toEqual(pairs));
});

describe("continuations", () => {
  test.each([
    ["a = b \\\n   c", [["a", "b c"]]],
    ["a = b\\\r\n\tc", [["a", "bc"]]],
    [
      "a = b\\\\\nc",
      [
        ["a", "b\\"],
        ["c", ""],
      ],
    ],
    ["a\\\n  = b", [["a", "b"]]],
    ["a \\\n  = \\\n b", [["a", "b"]]],
    [
      "a = b\\\n\nc",
      [
        ["a", "b"],
        ["c", ""],
      ],
    ],
    ["# c \\\na = b", [["a", "b"]]],
    ["\\\n# a comment\na = b", [["a", "b"]]],
    ["a\\\n#b", [["a#b", ""]]],
    ["a = b\\", [["a", "b"]]],
  ])("%j", (text, pairs) => expect(pairsOf(text)).toEqual(pairs));

  test.each(["\\", "\\\n", "\\\r", "a\n \\\n", "\\\n\\"])(
    "the JDK reads an empty key at the end of %j",
    (text) => {
      expect(pairsOf(text).at(-1)).toEqual(["", ""]);
    },
  );

  test.each(["\\\r\n", "\\\n ", "\\\n\n", "#\\"])("but none at the end of %j", (text) => {
    expect(pairsOf(text)).toEqual([]);
  });
});

describe("escapes", () => {
  test("of control characters, by number, and any other character for itself", () => {
    expect(pairsOf("a = \\t\\n\\r\\f\\u0041\\uD83D\\uDE00\\d\\\\\\x")).toEqual([["a", "\t\n\r\fA😀d\\x"]]);
  });

  test("a number may go over a line", () => expect(pairsOf("a = \\u00\\\n  41")).toEqual([["a", "A"]]));

  test("an escaped line terminator separates nothing", () => {
    expect(pairsOf("a\\u000ab\\u003dc = d")).toEqual([["a\nb=c", "d"]]);
  });

  test.each([
    ["dir = C:\\users\\me", "\\u"],
    ["a = \\u12", "\\u12"],
    ["a\\u00e= b", "\\u00e"],
    ["a = \\u00g0", "\\u00"],
  ])("malformed in %j", (text, malformed) => {
    const { problems, entries } = parseProperties(text);
    expect(problems.map(({ span }) => spelled(text, span))).toEqual([malformed]);
    expect(problems[0]!.message).toBe(`${malformed} is not followed by four hexadecimal digits`);
    expect(entries).toHaveLength(1);
  });

  test("malformed in a comment is nobody's problem", () => {
    expect(parseProperties("# C:\\users\na=b").problems).toEqual([]);
  });

  test("what comes after a malformed one is read", () => {
    expect(pairsOf("dir = C:\\users\nb = c")).toEqual([
      ["dir", "C:users"],
      ["b", "c"],
    ]);
  });
});

describe("byte order mark", () => {
  const marked = (text: string) => Buffer.from(`\uFEFF${text}`);

  test("belongs to the first key for Flume and to nothing for an editor", () => {
    const { hasByteOrderMark, text, entries } = parseProperties(marked("a.b = c\nd = e"));
    expect({ hasByteOrderMark, text }).toEqual({ hasByteOrderMark: true, text: "a.b = c\nd = e" });
    expect(entries.map(({ key }) => [key.text, key.flumeText])).toEqual([
      ["a.b", "ï»¿a.b"],
      ["d", "d"],
    ]);
    expect(entries[0]!.key.span).toEqual({ start: 0, end: 3 });
    expect(entries[0]!.key.rangeOfFlumeText(5, 6)).toEqual({ start: 2, end: 3 });
  });

  test.each([
    ["# note", "ï»¿#", "note"],
    ["\na = b", "ï»¿", ""],
    ["", "ï»¿", ""],
    [" a = b", "ï»¿", "a = b"],
    ["= b", "ï»¿", "b"],
    ["\\\na = b", "ï»¿a", "b"],
  ])("before %j makes the property that Flume reads", (text, key, value) => {
    const first = parseProperties(marked(text)).entries[0]!;
    expect([first.key.flumeText, first.value.flumeText]).toEqual([key, value]);
  });

  test("in the middle is a character", () => {
    expect(parseProperties("a\n\uFEFFb").entries[1]!.key.text).toBe("\uFEFFb");
  });
});

describe("spans", () => {
  test("of a property and its parts", () => {
    const text = "\n  agent1.sources \\\n  = s1 \\\n     s\\u0032  \r\n";
    const { key, separator, value, span } = parseProperties(text).entries[0]!;
    expect(spelled(text, key.span)).toBe("agent1.sources");
    expect(spelled(text, separator)).toBe(" \\\n  = ");
    expect(spelled(text, value.span)).toBe("s1 \\\n     s\\u0032  ");
    expect(span).toEqual({ start: key.span.start, end: value.span.end });
    expect(spelled(text, value.rangeOf(0, 2))).toBe("s1");
    expect(spelled(text, value.rangeOf(3, 5))).toBe("s\\u0032");
    expect(spelled(text, value.rangeOf(1, 4))).toBe("1 \\\n     s");
  });

  test("of an absent value is where it would begin", () => {
    const { separator, value } = parseProperties("a =  \nb").entries[0]!;
    expect(separator).toEqual({ start: 1, end: 5 });
    expect(value.span).toEqual({ start: 5, end: 5 });
    expect(value.rangeOf(0, 0)).toEqual({ start: 5, end: 5 });
  });

  test("of an empty range is a place, and of too large a range what there is of it", () => {
    const { value } = parseProperties("k=a\\tb").entries[0]!;
    expect(value.rangeOf(1, 1)).toEqual({ start: 3, end: 3 });
    expect(value.rangeOf(3, 3)).toEqual({ start: 6, end: 6 });
    expect(value.rangeOf(2, 99)).toEqual({ start: 5, end: 6 });
    expect(value.rangeOf(-5, 1)).toEqual({ start: 2, end: 3 });
  });
});

test("thousands of escapes and continuations make one key, one separator and one value", () => {
  const many = 3500;
  const key = `${"k\\\n \t".repeat(many)}k`;
  const separator = ` ${"\\\r\n\f".repeat(many)} = ${"\\\n".repeat(many)}`;
  const { nodes, text } = parseProperties(`${key}${separator}${"\\=".repeat(many)}`);
  expect(nodes).toHaveLength(1);
  const [node] = nodes;
  if (node?.kind !== "property") throw new Error("not a property");
  expect([node.key.text, node.value.text]).toEqual(["k".repeat(many + 1), "=".repeat(many)]);
  expect(spelled(text, node.separator) === separator).toBe(true);
});

test("every UTF-16 unit may stand anywhere", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const unit = String.fromCharCode(code);
    parseProperties(`${unit}a${unit}=${unit}b${unit}\\${unit}`);
  }
});

test("too large a file is refused with its size and the limit", () => {
  const refused = (content: string | Uint8Array) => {
    expect(() => parseProperties(content)).toThrow(DocumentTooLargeError);
    return expect(() => parseProperties(content));
  };
  refused(new Uint8Array(MAXIMUM_LENGTH + 1)).toThrow("16,777,217 bytes; flafkac reads at most 16,777,216");
  refused("\n".repeat(MAXIMUM_LINES)).toThrow("500,001 lines; flafkac reads at most 500,000");
  refused("\r".repeat(MAXIMUM_LINES)).toThrow("500,001 lines");
  expect(parseProperties("\r\n".repeat(MAXIMUM_LINES - 1)).nodes).toEqual([]);
});
