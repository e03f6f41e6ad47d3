import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bind } from "../../../compiler/bind/bind.ts";
import type { AgentFate, ComponentFate, FileFate } from "../../../compiler/resolve/fate.ts";
import { flumeFate } from "../../../compiler/resolve/flume-fate.ts";
import { resolve } from "../../../compiler/resolve/resolve.ts";
import { parseProperties } from "../../../grammar/properties/parse.ts";
import { corpusFolder, flumeFolder } from "../flume-reference.ts";

type Names = { readonly [list: string]: readonly string[] | undefined };

/** What a real Flume 1.11.0 made of one file. */
interface Recorded {
  readonly file: string;
  readonly crash?: string;
  readonly kept: Readonly<Record<string, Names>>;
  readonly materialized?: Readonly<Record<string, Names & { readonly crash?: string }>>;
  readonly dropped: readonly { readonly cause: string; readonly agent?: string }[];
}

const lists = { source: "sources", channel: "channels", sink: "sinks", sinkgroup: "sinkgroups" } as const;

function recordedIn(folder: string): readonly Recorded[] {
  const path = join(folder, "flume-1.11.jsonl");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Recorded);
}

function fateOf(folder: string, { file }: Recorded): FileFate {
  return flumeFate(resolve(bind(parseProperties(readFileSync(join(folder, file))))).agents);
}

function ofKind(agent: AgentFate | undefined, kind: string): ComponentFate[] {
  return [...(agent?.components.values() ?? [])].filter((each) => each.kind === kind);
}

describe.each([
  ["cases (FLAFKAC_FLUME)", join(flumeFolder, "cases"), 39, 100],
  ["real configurations (FLAFKAC_CORPUS)", corpusFolder, 195, 200],
])("the fate of components beside Flume's own: %s", (_, folder, files, judgedAtLeast) => {
  const recorded = recordedIn(folder);

  test(`what FlumeConfiguration validates`, ({ skip }) => {
    if (recorded.length === 0) return skip(`${files} recorded files not judged: not on this machine`);
    const differences: unknown[] = [];
    for (const record of recorded) {
      const fate = fateOf(folder, record);
      if (record.crash !== undefined) {
        if (fate.groupsWithoutSinks.length === 0)
          differences.push([record.file, "ends the load", record.crash]);
        continue;
      }
      for (const name of new Set([...Object.keys(record.kept), ...fate.agents.keys()])) {
        for (const [kind, list] of Object.entries(lists)) {
          const ours = ofKind(fate.agents.get(name), kind).filter(({ validated }) => validated);
          const theirs = record.kept[name]?.[list] ?? [];
          const left = ours.map((each) => each.name).toSorted();
          if (left.join(" ") !== theirs.toSorted().join(" "))
            differences.push([record.file, name, list, left, theirs]);
        }
      }
    }
    expect(differences).toEqual([]);
    expect(recorded.length).toBeGreaterThanOrEqual(files - 3);
  });

  test("what is left when everything is made and configured", ({ skip }) => {
    if (recorded.length === 0) return skip(`${files} recorded files not judged: not on this machine`);
    const differences: unknown[] = [];
    let judged = 0;
    for (const record of recorded) {
      const fate = fateOf(folder, record);
      for (const [name, left] of Object.entries(record.materialized ?? {})) {
        const agent = fate.agents.get(name);
        for (const [component, runs] of decided(agent, left, record)) {
          judged++;
          if (component.kept !== runs)
            differences.push([record.file, component.path, component.reason, { runs }]);
        }
      }
    }
    expect(differences).toEqual([]);
    expect(judged).toBeGreaterThanOrEqual(judgedAtLeast);
  });
});

/**
 * The components whose fate the file decides, each with whether it runs in Flume. Flume lists a sink group's runner
 * among the sinks, under the group's name and in place of its sinks.
 */
function* decided(
  agent: AgentFate | undefined,
  left: Names & { readonly crash?: string },
  record: Recorded,
): Iterable<readonly [ComponentFate, boolean]> {
  const missingJar = record.dropped.some(({ cause, agent: of }) => of !== undefined && cause !== "config");
  if (left.crash !== undefined && missingJar) return;
  const groups = ofKind(agent, "sinkgroup").map(({ name }) => name);
  const groupRuns = groups.some((name) => left.sinks?.includes(name) === true);
  for (const kind of ["source", "channel", "sink"] as const) {
    for (const component of ofKind(agent, kind)) {
      if (!component.certain || (kind === "sink" && groups.includes(component.name))) continue;
      const listed = left.crash === undefined && left[lists[kind]]?.includes(component.name) === true;
      const inGroup = kind === "sink" && component.kept && groupRuns;
      yield [component, listed || inGroup];
    }
  }
}
