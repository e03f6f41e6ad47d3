import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type EscapePart, parseEscapeSequences, TIME_LETTERS } from "../../grammar/values/escape-sequence.ts";
import { parseReferences, type ValuePart } from "../../grammar/values/reference.ts";
import { type RandomNumber, randomNumbers } from "../../scripts/jdk-properties/random-file.ts";
import { flumeArtifacts } from "../../scripts/servers/artifacts.ts";
import { classPath } from "../../scripts/servers/class-path.ts";
import { runCommand } from "../../scripts/servers/command.ts";

const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));
const random = randomNumbers(seed);

function randomValue(pieces: readonly string[], next: RandomNumber): string {
  return Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)]!).join("");
}

/** What Flume's own classes make of each value. */
async function askFlume(what: "references" | "escapes", values: readonly string[]): Promise<string[]> {
  const program = fileURLToPath(new URL("FlumeValues.java", import.meta.url));
  const { stdout } = await runCommand("java", ["-cp", await classPath(flumeArtifacts), program, what], {
    input: `${values.join("\n")}\n`,
  });
  return stdout.split("\n").slice(0, values.length);
}

const properties = new Map([
  ["x", "X"],
  ["y", "Y"],
  ["xY", "Z"],
]);

/**
 * The value with its references replaced, as the parts say; what is not known stays as it is written. Undefined
 * where what a reference became reads like syntax itself: Flume goes over that again, which no parser can know.
 */
function substitute(value: string): string | undefined {
  let isSettled = true;
  const evaluate = (parts: readonly ValuePart[], depth: number): string =>
    parts.map((part) => (part.kind === "text" ? part.text : reference(part, depth))).join("");
  const reference = (part: ValuePart & { kind: "reference" }, depth: number): string => {
    const name = evaluate(part.nameParts, depth + 1);
    const byDefault = part.defaultValue && evaluate(part.defaultValue, depth + 1);
    const isStatic = part.nameParts.every(({ kind }) => kind === "text") && !name.includes("${");
    const colon = name.indexOf(":");
    const prefix = isStatic ? part.prefix : name.slice(0, Math.max(0, colon)).toLowerCase();
    const key = isStatic ? part.key : name.slice(colon + 1);
    const isEnvironment = prefix === "env" && key === "x";
    const known = isEnvironment ? "E" : (properties.get(key) ?? byDefault);
    if (known === undefined && depth === 0) return value.slice(part.span.start, part.span.end);
    if (known === undefined || /[$:{}-]/.test(known)) isSettled = false;
    return known ?? "";
  };
  const substituted = evaluate(parseReferences(value), 0);
  return isSettled ? substituted : undefined;
}

test("references are found where commons-text's StringSubstitutor finds them", async () => {
  console.log(`references: FLAFKAC_SEED=${seed}`);
  const pieces = [
    "${",
    "${",
    "${",
    "}",
    "}",
    "}",
    "}",
    "$",
    ":-",
    ":",
    "x",
    "y",
    "n",
    "env:",
    "ENV:",
    "${x}",
    "${n:-",
    " ",
  ];
  const values = Array.from({ length: 20_000 }, () => randomValue(pieces, random));
  const flume = await askFlume("references", values);
  let judged = 0;
  const differing = values.flatMap((value, i) => {
    const here = substitute(value);
    if (here === undefined) return [];
    judged++;
    return here === flume[i] ? [] : [{ value, flume: flume[i], here }];
  });
  expect(differing.slice(0, 5)).toEqual([]);
  expect(judged).toBeGreaterThan(10_000);
  expect(values.filter((value, i) => value !== flume[i]).length).toBeGreaterThan(5000);
});

const headers = new Map([
  ["timestamp", "1699088706789"],
  ["host", "web1"],
  ["a.b", "ab"],
]);

function replace(part: EscapePart): string {
  if (part.kind === "literal") return part.text;
  if (part.kind === "header") return headers.get(part.name) ?? "";
  if (part.kind === "time") return TIME_LETTERS.get(part.letter)?.example ?? "";
  throw new Error("not in these values");
}

test("escape sequences are found where Flume's BucketPath finds them", async () => {
  const letters = Array.from({ length: 0x7f - 0x21 }, (_, i) => `%${String.fromCharCode(0x21 + i)}`);
  const pieces = [
    "%",
    "%{",
    "{",
    "}",
    "host",
    "a.b",
    "none",
    "%{host}",
    "%{a.b}",
    "%{a b}",
    "-",
    "é",
    " ",
    "%[]",
    ...letters,
  ];
  const values = Array.from({ length: 20_000 }, () => randomValue(pieces, random)).concat(letters);
  const flume = await askFlume("escapes", values);
  const differing = values.flatMap((value, i) => {
    if (/%\[\w+\]/.test(value)) return [];
    const here = parseEscapeSequences(value).map(replace).join("");
    return here === flume[i] ? [] : [{ value, flume: flume[i], here }];
  });
  expect(differing.slice(0, 5)).toEqual([]);
});

test("hosts are those that Flume knows", async () => {
  const names = ["localhost", "LocalHost", "ip", "IP", "fqdn", "FQDN", "hostname", "host"];
  const flume = await askFlume(
    "escapes",
    names.map((name) => `%[${name}]`),
  );
  const known = names.map((name) => {
    const [part] = parseEscapeSequences(`%[${name}]`);
    return part?.kind === "host" && part.host !== undefined;
  });
  expect(known).toEqual(flume.map((answer) => !answer.startsWith("!")));
});
