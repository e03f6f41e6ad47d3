import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applyFixes } from "../../compiler/lint/fix.ts";
import { lint } from "../../compiler/lint/lint.ts";
import type { Rule, RuleExample } from "../../compiler/lint/rule.ts";
import { rules } from "../../compiler/lint/rules.ts";
import { marked, unmarked } from "./marked-text.ts";
import { inAgent } from "./surrounding-agent.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("every file in rules/ is a rule of its name, and all of them run", () => {
  const files = readdirSync(new URL("../../compiler/lint/rules", import.meta.url)).map((name) =>
    name.replace(/\.ts$/, ""),
  );
  expect(rules.map(({ id }) => id).toSorted()).toEqual(files.toSorted());
});

test("the surrounding agent has no fault", () => {
  expect(lint(bytesOf(inAgent("", { text: "" }))).diagnostics).toEqual([]);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (_, rule) => {
  test("says what it is about and what Flume does", () => {
    expect(rule.summary).toMatch(/\S.*\.$/s);
    expect(rule.flume).toMatch(/\S.*[.`]$/s);
    expect(rule.good.length).toBeGreaterThan(0);
    if (!WITHOUT_BAD_EXAMPLE.has(rule.id)) expect(rule.bad.length).toBeGreaterThan(0);
  });

  test.each(rule.good.map((example) => [example.text, example] as const))(
    "is silent: %s",
    (_text, example) => {
      const { diagnostics } = lint(bytesOf(inAgent(example.text, example)));
      expect(others(diagnostics, example)).toEqual([]);
    },
  );

  test.each(rule.bad.map((example) => [example.text, example] as const))("reports: %s", (_text, example) => {
    const { text } = unmarked(inAgent(example.text, example));
    const { diagnostics, document } = lint(bytesOf(text));
    const own = diagnostics.filter(({ code }) => code === rule.id);
    expect(
      marked(
        document.text,
        own.map(({ span }) => span),
      ),
      "what is reported",
    ).toBe(inAgent(example.text, example).replace(/^\ufeff/, ""));
    expect(others(diagnostics, example, rule), "and nothing else").toEqual([]);
    expectFix(rule, example, text);
  });
});

/** What is reported besides, by rules that the example does not name. */
function others(
  diagnostics: readonly { code: string; message: string }[],
  { also = [] }: RuleExample,
  rule?: Rule,
): readonly string[] {
  return diagnostics
    .filter(({ code }) => code !== rule?.id && !also.includes(code))
    .map(({ code, message }) => `${code}: ${message}`);
}

/** The fixes of this one rule give the text that the example says, and leave nothing for the rule to report. */
function expectFix(rule: Rule, example: RuleExample, text: string): void {
  if (example.fixed === undefined) return;
  const { bytes } = applyFixes(bytesOf(text), {
    unsafe: true,
    rules: rules.filter(({ id }) => id === rule.id),
  });
  const fixed = new TextDecoder().decode(bytes);
  const expected = inAgent(example.fixed, {
    ...example,
    without: [...(example.without ?? []), ...keysOf(example.text)],
  });
  expect(fixed.trimStart()).toBe(expected);
  expect(lint(bytes).diagnostics.filter(({ code }) => code === rule.id)).toEqual([]);
}

function keysOf(lines: string): string[] {
  return unmarked(lines)
    .text.split("\n")
    .map((line) => (line.split("=")[0] ?? "").trim());
}

/** A rule for definitions that no component here has yet, and one for what no other rule says. */
const WITHOUT_BAD_EXAMPLE = new Set(["dropped-component"]);
