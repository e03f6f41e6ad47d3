import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interpolate, type Lookups, staticText } from "../../../compiler/resolve/interpolate.ts";
import { sinkWith } from "./resolved.ts";

const properties = new Map([
  ["zz.value", "plain"],
  ["zz.envname", "HOME"],
  ["zz.chain", "<${zz.value}>"],
  ["zz.loop", "x${zz.loop}"],
  ["zz.ping", "${zz.pong}"],
  ["zz.pong", "${zz.ping}"],
  ["zz.env", "${env:HOME}"],
]);
const lookups: Lookups = { property: (key) => properties.get(key), hasFilter: (name) => name === "f" };

const text = (value: string) => staticText(interpolate(value, lookups).parts);

describe("references that the file answers", () => {
  test.each([
    ["no reference", "no reference"],
    ["${zz.value}", "plain"],
    ["a${zz.value}b${zz.value}c", "aplainbplainc"],
    ["${zz.chain}", "<plain>"],
    ["${nope:-dd}", "dd"],
    ["${nope:-${zz.value}}", "plain"],
    ["$${env:HOME}", "${env:HOME}"],
    ["${zz.${nope:-value}}", "plain"],
    ["cost: $5 {x} }", "cost: $5 {x} }"],
    ["%{header} ${zz.value}", "%{header} plain"],
  ])("%s", (value, replaced) => {
    expect(text(value)).toBe(replaced);
    expect(interpolate(value, lookups).undefined).toEqual([]);
  });
});

describe("references that nothing answers", () => {
  test.each(["${nope}", "${HOME}", "${script:javascript:3+4}", "${g['key']}", "${}"])(
    "%s stays as it is",
    (value) => {
      expect(text(`a ${value} b`)).toBe(`a ${value} b`);
      expect(interpolate(`a ${value} b`, lookups).undefined).toEqual([{ start: 2, end: 2 + value.length }]);
    },
  );

  test.each(["${zz.loop}", "${zz.ping}"])("%s does not go round for ever", (value) => {
    expect(text(value)).toContain("${zz.");
  });

  test("are marked in the file", () => {
    const sink = sinkWith("type = file_roll", "sink.directory = /x/${nope}/y");
    expect(sink.properties.get("sink.directory")).toMatchObject({
      text: "/x/${nope}/y",
      undefinedReferences: [{ text: "${nope}" }],
    });
  });
});

describe("references that wait for run time", () => {
  test.each([
    ["${env:HOME}", [{ kind: "lookup", lookup: "env", key: "HOME" }]],
    ["${ENV:HOME}", [{ kind: "lookup", lookup: "env", key: "HOME" }]],
    ["${zz.env}", [{ kind: "lookup", lookup: "env", key: "HOME" }]],
    ["${env:${zz.envname}}", [{ kind: "lookup", lookup: "env", key: "HOME" }]],
    ["${sys:user.name}", [{ kind: "lookup", lookup: "sys", key: "user.name" }]],
    ["${f['my-key']}", [{ kind: "lookup", lookup: "filter", filter: "f", key: "my-key" }]],
    [
      "${env:A:-${env:B:-c}}",
      [
        {
          kind: "lookup",
          lookup: "env",
          key: "A",
          fallback: [{ kind: "lookup", lookup: "env", key: "B", fallback: [{ kind: "literal", text: "c" }] }],
        },
      ],
    ],
  ])("%s", (value, parts) => {
    const found = interpolate(value, lookups);
    expect(found.parts.filter((part) => part.kind !== "literal" || part.text !== "")).toEqual(parts);
    expect(found.undefined).toEqual([]);
  });

  test("keep the text around them", () => {
    expect(interpolate("a${env:X}b", lookups).parts.map(({ kind }) => kind)).toEqual([
      "literal",
      "lookup",
      "literal",
    ]);
  });

  test("make a value that is known at run time only", () => {
    expect(sinkWith("type = null", "batchSize = ${env:N}").properties.get("batchSize")!.value).toMatchObject({
      kind: "runtime",
      text: "${env:N}",
    });
  });
});

test("whatever is written, it ends, and throws nothing", () => {
  const piece = fc.constantFrom(
    "${",
    "}",
    "$",
    ":-",
    "env:",
    "zz.value",
    "zz.loop",
    "zz.chain",
    "x",
    "f['k']",
    "$${",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { parts } = interpolate(pieces.join(""), lookups);
      expect(parts.length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

test("references to values full of references do not blow up", () => {
  const bomb = new Map<string, string>();
  for (let i = 0; i < 15; i++) bomb.set(`b${i}`, `\${b${i + 1}}`.repeat(10));
  bomb.set("b15", "x");
  const { parts } = interpolate("${b0}", { property: (key) => bomb.get(key), hasFilter: () => false });
  expect(staticText(parts)!.length).toBeLessThan(1_000_000);
});
