import { Chalk } from "chalk";
import { describe, expect, test } from "vitest";
import { codeFrame } from "../../cli/code-frame.ts";
import { LineIndex } from "../../grammar/text/line-index.ts";
import { unmarked } from "./marked-text.ts";

function frame(marked: string, width = 80, secrets: readonly { start: number; end: number }[] = []): string {
  const { text, spans } = unmarked(marked);
  const colours = new Chalk({ level: 0 });
  return codeFrame(new LineIndex(text), spans[0]!, { colours, width, severity: "error", secrets });
}

describe("a code frame", () => {
  test("shows the line above, and underlines", () => {
    expect(frame("one = 1\r\ntwo = ⟦2⟧\r\n")).toBe("  1 │ one = 1\n  2 │ two = 2\n    │       ^");
  });

  test.each([
    ["tabs", "a\t=\t⟦b⟧", "  1 │ a    =    b\n    │           ^"],
    ["wide characters", "日本 = ⟦語⟧", "  1 │ 日本 = 語\n    │        ^^"],
    ["combining marks", "e\u0301 = ⟦b⟧", "  1 │ e\u0301 = b\n    │     ^"],
    ["control characters", "\x1b = ⟦b⟧", "  1 │ \\x1b = b\n    │        ^"],
    ["an empty range", "a = ⟦⟧", "  1 │ a =\n    │     ^"],
  ])("stays under what it underlines after %s", (_, marked, expected) => {
    expect(frame(marked)).toBe(expected);
  });

  test("shows each line of a range that goes over several", () => {
    expect(frame("key = ⟦one \\\n  two⟧")).toBe(
      "  1 │ key = one \\\n    │       ^^^^^\n  2 │   two\n    │ ^^^^^",
    );
  });

  test("cuts long lines around the range", () => {
    const cut = frame(`${"a".repeat(500)}⟦b⟧${"c".repeat(500)}`, 40);
    const [code, marks] = cut.split("\n");
    expect(code).toMatch(/^ {2}1 │ …a{5,}bc+…$/);
    expect(code!.length).toBeLessThanOrEqual(40);
    expect(code!.indexOf("b")).toBe(marks!.indexOf("^"));
  });

  test("hides secrets and how long they are", () => {
    const text = "password = geheim\n⟦next⟧ = 1";
    expect(frame(text, 80, [{ start: 11, end: 17 }])).toBe(
      "  1 │ password = ••••••••\n  2 │ next = 1\n    │ ^^^^",
    );
  });
});
