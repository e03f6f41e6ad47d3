import { expect, test } from "vitest";
import { parseReferences, type ValuePart } from "../../grammar/values/reference.ts";

/** Text as it is, references as [name, default…]. */
function outline(parts: readonly ValuePart[]): unknown[] {
  return parts.map((part) => {
    if (part.kind === "text") return part.text;
    const name = part.nameParts.every(({ kind }) => kind === "text") ? part.name : outline(part.nameParts);
    return part.defaultValue === undefined ? [name] : [name, ":-", ...outline(part.defaultValue)];
  });
}

test.each([
  ["", []],
  ["plain $ { } $x", ["plain $ { } $x"]],
  ["${env:HOME}/logs", [["env:HOME"], "/logs"]],
  ["${a:-b}", [["a", ":-", "b"]]],
  ["${a:-}", [["a", ":-"]]],
  ["${a:-b:-c}", [["a", ":-", "b:-c"]]],
  ["${a:-${b:-c}d}", [["a", ":-", ["b", ":-", "c"], "d"]]],
  ["${a${b:-x}c:-d}", [[["a", ["b", ":-", "x"], "c"], ":-", "d"]]],
  ["$${a}", ["${", "a}"]],
  ["x$$${a}", ["x$", "${", "a}"]],
  ["$${a${b}}", ["${", "a", ["b"], "}"]],
  ["${a${b}", ["${a${b}"]],
  ["$${a", ["$${a"]],
  ["${a}}", [["a"], "}"]],
  ["${}", [[""]]],
])("%j", (value, expected) => expect(outline(parseReferences(value))).toEqual(expected));

test("prefix, key and their places", () => {
  const value = "x ${ENV:A:B:-c}";
  const [, reference] = parseReferences(value);
  expect(reference).toMatchObject({ kind: "reference", prefix: "env", name: "ENV:A:B", key: "A:B" });
  if (reference?.kind !== "reference") return;
  const { span, nameSpan, keySpan } = reference;
  expect([span, nameSpan, keySpan].map(({ start, end }) => value.slice(start, end))).toEqual([
    "${ENV:A:B:-c}",
    "ENV:A:B",
    "A:B",
  ]);
  expect(parseReferences("${a.b}")).toMatchObject([{ prefix: undefined, key: "a.b" }]);
});

test.each([
  ["${vault['db-password']}", { name: "vault", key: "db-password" }],
  ['${vault["a_1"]}', { name: "vault", key: "a_1" }],
  ["${vault[a]}", { name: "vault", key: "a" }],
  ["${vault['a]}", undefined],
  ["${vault['a.b']}", undefined],
  ["${vault}", undefined],
  ["${[a]}", undefined],
])("config filter %j", (value, filter) => expect(parseReferences(value)).toMatchObject([{ filter }]));

test("nesting beyond all reason is text, and no value exhausts the stack", () => {
  const depth = 200_000;
  const parts = parseReferences("${".repeat(depth) + "}".repeat(depth));
  expect(parts).toHaveLength(1);
  expect(parts[0]).toMatchObject({ kind: "reference", span: { start: 0, end: 3 * depth } });
});
