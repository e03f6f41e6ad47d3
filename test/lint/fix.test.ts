import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits, applyFixes } from "../../compiler/lint/fix.ts";
import { lint } from "../../compiler/lint/lint.ts";
import type { Rule } from "../../compiler/lint/rule.ts";
import { rules } from "../../compiler/lint/rules.ts";
import { encodeText } from "../../grammar/text/encoding.ts";
import { inAgent } from "./surrounding-agent.ts";

const misspelt = "a1.channels.c1.transactioncapacity = 50";
const spelt = "a1.channels.c1.transactionCapacity = 50";
const whole = (line: string, before = "") => before + inAgent(line, { text: "" });
const latin1 = (text: string) => Buffer.from(text, "latin1");
const utf8 = (text: string) => Buffer.from(text, "utf8");

test.each([
  ["under a misspelt name", "a1.channels.c1.capcity = 10000", "a1.channels.c1.capacity = 10000"],
  ["no number", "a1.channels.c1.capacity = 10k", "a1.channels.c1.capacity = 10k"],
])("a limit that is a default by mistake, being written %s, moves no other number", (_, line, fixed) => {
  const file = (one: string) => utf8(whole(`${one}\na1.channels.c1.transactionCapacity = 1000`));
  const { bytes } = applyFixes(file(line), { unsafe: true });
  expect(Buffer.from(bytes)).toEqual(file(fixed));
});

test("a no-break space within a text may be wanted: only --unsafe takes it away", () => {
  const lines = (blank: string) =>
    `a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.value = a${blank}b`;
  const file = utf8(whole(lines("\u00a0")));
  const plain = utf8(whole(lines(" ")));
  const { bytes, result } = applyFixes(file);
  expect(result.diagnostics.map(({ code }) => code)).toContain("invisible-character");
  expect(Buffer.from(applyFixes(bytes, { unsafe: true }).bytes)).toEqual(plain);
});

test("what a component cannot be without is not deleted for want of a value", () => {
  const file = utf8(whole("a1.sources.r1.port =\na1.sinks.k1.type ="));
  const { bytes, result } = applyFixes(file, { unsafe: true });
  expect(Buffer.from(bytes)).toEqual(file);
  expect(result.diagnostics.map(({ code }) => code)).toEqual(["empty-value", "empty-value"]);
});

describe("bytes outside of a fix stay as they are", () => {
  test.each([
    ["ISO-8859-1", (line: string) => latin1(whole(line, "# caf\xe9 \xff\n"))],
    ["UTF-8", (line: string) => utf8(whole(line, "# café 🐘\n"))],
    ["UTF-8 with a byte order mark", (line: string) => utf8(`\ufeff# comment\n${whole(line)}`)],
    ["CRLF", (line: string) => utf8(whole(line).replaceAll("\n", "\r\n"))],
    ["CR", (line: string) => utf8(whole(line).replaceAll("\n", "\r"))],
    ["no line end at the end", (line: string) => utf8(whole(line).trimEnd())],
    [
      "continuation lines",
      (line: string) => utf8(whole(line, "a1.sources.r1.\\\n    encoding = \\\n  utf-\\\n  8\n")),
    ],
  ])("%s", (_, file) => {
    const renaming = rules.filter(({ id }) => id === "unknown-property");
    const { bytes, applied } = applyFixes(file(misspelt), { rules: renaming });
    expect(Buffer.from(bytes)).toEqual(file(spelt));
    expect(applied).toBe(1);
  });

  test("an inserted line ends as the others do", () => {
    const bytes = utf8(whole("a1.sources.r1.port = 44444 # the port").replaceAll("\n", "\r\n"));
    const fixed = whole("# the port\na1.sources.r1.port = 44444").replace(
      /a1\.sources\.r1\.port = 44444\n$/,
      "",
    );
    expect(new TextDecoder().decode(applyFixes(bytes).bytes)).toBe(fixed.replaceAll("\n", "\r\n"));
  });

  test("what the file's encoding lacks is written as an escape", () => {
    const bytes = latin1("# \xe9\na = b\n");
    const { document } = lint(bytes);
    const edited = applyEdits(document, [{ span: { start: 8, end: 9 }, newText: "\u20ac\xe9" }]);
    expect(Buffer.from(encodeText(edited, document))).toEqual(latin1("# \xe9\na = \\u20AC\xe9\n"));
  });
});

test("without --unsafe only safe fixes are applied", () => {
  const file = utf8(whole("a1.channels.c1.capacty = 500"));
  expect(applyFixes(file).applied).toBe(0);
  expect(applyFixes(file, { unsafe: true }).applied).toBe(1);
});

test("fixes of one place wait for each other", () => {
  const file = utf8(whole("a1.sinks = k1, k2 # both\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1"));
  const { bytes, result } = applyFixes(file);
  expect(new TextDecoder().decode(bytes)).toContain("# both\na1.sinks = k1 k2\n");
  expect(result.diagnostics).toEqual([]);
});

test("fixes that undo each other end after ten passes", () => {
  const flip: Rule = {
    id: "flip",
    severity: "warning",
    reads: "as-written",
    summary: "",
    flume: "",
    bad: [],
    good: [],
    *check({ document }) {
      const newText = document.text.startsWith("a") ? "b" : "a";
      const span = { start: 0, end: 1 };
      yield { span, message: "", fixes: [{ title: "", safe: true, edits: [{ span, newText }] }] };
    },
  };
  expect(applyFixes(utf8("a.b = c\n"), { rules: [flip] }).applied).toBe(10);
});

test("whatever the file, fixes end, and what they give can be fixed no further", () => {
  const lines = rules.flatMap(({ bad, good }) =>
    [...bad, ...good].flatMap(({ text }) => text.replace(/[⟦⟧]/g, "").split("\n")),
  );
  const noise = fc.string({ unit: "binary", maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...lines) }, { weight: 1, arbitrary: noise }),
        { maxLength: 20 },
      ),
      (picked) => {
        const { bytes } = applyFixes(utf8(picked.join("\n")));
        expect(applyFixes(bytes).applied).toBe(0);
      },
    ),
    { numRuns: 300, seed: 20 },
  );
});
