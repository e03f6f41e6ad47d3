import { expect, test } from "vitest";
import { arrayOf, call, layOut, objectOf, sum } from "../../compiler/emit/layout.ts";

const long = '"a text of some forty characters, or more"';

test("what fits stays on its line", () => {
  const code = call(
    "f",
    "a",
    objectOf([
      { key: "b", value: "1" },
      { key: "c", value: "c" },
    ]),
    arrayOf(["2", "3"]),
  );
  expect(layOut("const x = ", code, ";")).toBe("const x = f(a, { b: 1, c }, [2, 3]);");
  expect(layOut("", objectOf([]), ";")).toBe("{};");
});

test("a last object keeps its bracket with the call", () => {
  const code = call(
    "f",
    "a",
    objectOf([
      { key: "b", value: long },
      { key: "c", value: long },
      { key: "d", value: long },
    ]),
  );
  expect(layOut("const x = ", code, ";")).toBe(
    ["const x = f(a, {", `  b: ${long},`, `  c: ${long},`, `  d: ${long},`, "});"].join("\n"),
  );
});

test("an object before other arguments breaks the whole call", () => {
  const code = call("f", objectOf([{ key: "b", value: "1", note: "ms" }]), "put");
  expect(layOut("", code, ";")).toBe(["f(", "  {", "    b: 1, // ms", "  },", "  put,", ");"].join("\n"));
});

test("pairs stand one a line, a single pair does not", () => {
  const pair = (key: string) => arrayOf([key, "1"]);
  expect(layOut("", call("new Map", arrayOf([pair("a")])), "")).toBe("new Map([[a, 1]])");
  expect(layOut("", call("new Map", arrayOf([pair("a"), pair("b")])), "")).toBe(
    ["new Map([", "  [a, 1],", "  [b, 1],", "])"].join("\n"),
  );
});

test("a sum that is too long goes below its key, a term a line", () => {
  const code = objectOf([
    { key: "jaas", value: sum([long, call("look", "a"), long]) },
    { key: "b", value: long },
  ]);
  expect(layOut("f(", code, ")")).toBe(
    ["f({", `  jaas: ${long} + look(a) + ${long},`, `  b: ${long},`, "})"].join("\n"),
  );
  const longer = objectOf([{ key: "jaas", value: sum([long, call("look", "a"), long, long]) }]);
  expect(layOut("f(", longer, ")")).toBe(
    ["f({", "  jaas:", `    ${long} +`, "    look(a) +", `    ${long} +`, `    ${long},`, "})"].join("\n"),
  );
});
