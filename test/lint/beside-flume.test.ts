import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keyParts } from "../../compiler/lint/key-parts.ts";
import { type LintResult, lint } from "../../compiler/lint/lint.ts";
import { sites } from "../../compiler/lint/walk.ts";
import { type Dropped, recordedFiles } from "./recorded-flume.ts";

/** Files of which Flume drops nothing and which have an error all the same, with the reason. */
const ERRORS_WITHOUT_A_DROP: ReadonlyMap<string, string> = new Map([
  [
    "0117.conf",
    "the sink names a channel that is not there: Flume drops it with a log line, and records no error",
  ],
  ["11-comma.properties", "the same: a channel called `c1, c2`"],
  ["04-group-noproc.properties", "the group and its sinks are lost, and Flume records no error for that"],
  ["05-group-nosinks.properties", "a NullPointerException ends everything before anything is recorded"],
  ["06-sink-named-as-group.properties", "the sink is left out in silence"],
  ["07-group-default2.properties", "the group and its sinks are lost, and Flume records no error for that"],
  ["23-optional-unknown.properties", "Flume loads it, and each event fails at run time"],
]);

/** Drops that have no error of their own, with the reason. */
const DROPS_WITHOUT_AN_ERROR: ReadonlyMap<string, string> = new Map([
  [
    "0187.conf \u00c2\u00a0",
    "a no-break space on a line of its own: nothing is lost with it, so it is a warning",
  ],
  ["0188.conf \u00c2\u00a0", "the same"],
  ["0300.conf //", "a comment that is none: nothing is lost with it, so it is a warning"],
  [
    "interpolation.properties zz",
    "properties that are there for `${zz.value}` to look up: Flume's complaint does no harm",
  ],
]);

const files = recordedFiles();

test.skipIf(files.length === 0)("what Flume drops has an error at that place", () => {
  let judged = 0;
  let pending = 0;
  const missed: string[] = [];
  const excused = new Set<string>();
  for (const file of files) {
    const result = lint(readFileSync(file.path));
    for (const drop of file.dropped.filter(({ cause }) => cause === "config")) {
      if (isFound(result, drop)) judged++;
      else if (isAboutPending(result, drop)) pending++;
      else if (DROPS_WITHOUT_AN_ERROR.has(`${file.name} ${drop.component}`)) {
        excused.add(`${file.name} ${drop.component}`);
      } else missed.push(`${file.name}: ${JSON.stringify(drop)}`);
    }
  }
  console.log(
    `${judged} drops of ${files.length} files have their error, ${pending} are about components whose schema is still to come`,
  );
  expect(missed).toEqual([]);
  expect([...excused]).toEqual([...DROPS_WITHOUT_AN_ERROR.keys()]);
});

test.skipIf(files.length === 0)("a file of which Flume drops nothing has no error", () => {
  let judged = 0;
  const wrong: string[] = [];
  const excused = new Set<string>();
  for (const file of files.filter(({ dropped }) => dropped.length === 0)) {
    judged++;
    const errors = lint(readFileSync(file.path)).diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0 && ERRORS_WITHOUT_A_DROP.has(file.name)) excused.add(file.name);
    else if (errors.length > 0) {
      wrong.push(...errors.map(({ code, message }) => `${file.name}: ${code}: ${message}`));
    }
  }
  console.log(`${judged} files of which Flume drops nothing`);
  expect(wrong).toEqual([]);
  expect([...excused].toSorted()).toEqual([...ERRORS_WITHOUT_A_DROP.keys()].toSorted());
});

test("says how much was not judged", () => {
  if (files.length === 0)
    console.log(
      "234 recorded files not judged: no corpus beside the repository, and FLAFKAC_CORPUS is not set",
    );
  expect(files.length === 0 || files.length > 200).toBe(true);
});

/** True when an error stands in a line of what was dropped, in the list that names it, or at the channel that it hangs on. */
function isFound(result: LintResult, drop: Dropped): boolean {
  const names = [drop.component, drop.key].filter(
    (name) => name !== null && name !== undefined && name !== "",
  ) as string[];
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  if (drop.why?.includes("Unable to load")) {
    const type = /type: ([^,]+)/.exec(drop.why)?.[1] ?? "";
    return errors.some(({ span }) => result.document.text.slice(span.start, span.end).includes(type));
  }
  if (drop.why?.includes("not connected to a channel")) {
    return errors.some(({ component }) => component?.startsWith("channels.") === true);
  }
  return errors.some(({ span, component, agent }) => {
    const [kind, name] = component?.split(".") ?? [];
    if (kind !== undefined && name !== undefined && names.includes(name)) return true;
    if (agent !== undefined && names.includes(agent) && component === undefined) return true;
    const entry = result.document.entries.find(
      (one) => one.span.start <= span.start && span.start <= one.span.end,
    );
    if (entry === undefined) return false;
    const key = keyParts(entry.key.text.trim());
    const own = [
      key.agent.text,
      key.name?.text,
      entry.key.flumeText.trim(),
      entry.key.text.slice(key.word?.start),
    ];
    if (names.some((one) => own.includes(one))) return true;
    return (
      key.name === undefined &&
      names.some((one) => entry.value.text.split(/[\s,]+/).includes(one) || entry.value.text === one)
    );
  });
}

/** True when the component's type is not known in detail, so that only Flume itself can tell. */
function isAboutPending(result: LintResult, drop: Dropped): boolean {
  for (const { component, owner } of sites(result.agents)) {
    if (owner.name !== drop.component && owner.name !== drop.key) continue;
    if (component.definition === undefined) return true;
  }
  return false;
}
