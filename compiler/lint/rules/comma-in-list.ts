import type { AgentModel, BoundComponent, BoundProperty, ComponentKind } from "../../bind/agent-model.ts";
import { listOfKind } from "../../bind/key.ts";
import { commaRuns } from "../blanks.ts";
import { replace, safeFix } from "../edits.ts";
import type { Finding, Rule } from "../rule.ts";
import { kindName, placeIn } from "../walk.ts";

/** Commas between names that Flume separates by blanks. */
export const rule: Rule = {
  id: "comma-in-list",
  severity: "error",
  reads: "as-written",
  summary: "A comma in a list of names.",
  flume: "Flume splits at blanks only, so that the comma becomes part of a name that does not exist.",
  bad: [
    {
      text: "a1.sinks = k1⟦,⟧ k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1",
      fixed: "a1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1",
    },
    {
      text: "a1.channels = c1⟦,⟧c2\na1.channels.c2.type = memory\na1.sources.r1.channels = c1⟦,⟧c2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2",
      fixed:
        "a1.channels = c1 c2\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2",
    },
    {
      text: "a1.sources.r1.interceptors = i1⟦,⟧ i2\na1.sources.r1.interceptors.i1.type = timestamp\na1.sources.r1.interceptors.i2.type = host",
      fixed:
        "a1.sources.r1.interceptors = i1 i2\na1.sources.r1.interceptors.i1.type = timestamp\na1.sources.r1.interceptors.i2.type = host",
    },
    {
      text: "a1.channels = c1 c2\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2\na1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.default = c1⟦,⟧ c2",
      fixed:
        "a1.channels = c1 c2\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2\na1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.default = c1 c2",
    },
  ],
  good: [{ text: "a1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1" }],
  *check({ bound }) {
    for (const agent of bound.agents) {
      for (const [kind, { property }] of agent.lists) {
        const names = agent.components.get(kind);
        const finding = inList(property, (name) => names?.has(name) === true);
        if (finding === undefined) continue;
        const why = `Flume then looks for a ${kindName(kind)} called "${finding.name}", finds none, and starts without it`;
        yield { ...finding.at, agent: agent.name, property: listOfKind[kind], message: message(why) };
      }
      yield* inSelectors(agent);
      for (const kind of ["source", "sinkgroup"] as const) {
        for (const component of agent.components.get(kind)?.values() ?? [])
          yield* inComponent(agent, component);
      }
    }
  },
};

function* inComponent(agent: AgentModel, component: BoundComponent): Generator<Finding> {
  if (component.listed === undefined) return;
  for (const [listName, of] of LISTS[component.kind] ?? []) {
    const property = component.properties.get(listName);
    if (property === undefined) continue;
    const isName = (name: string) =>
      of === "interceptor"
        ? component.properties.has(`interceptors.${name}.type`)
        : agent.components.get(of)?.has(name) === true;
    const finding = inList(property, isName);
    if (finding === undefined) continue;
    const some = of === "channel" && property.value.split(/\s+/).some(isName);
    const why =
      of === "interceptor"
        ? `Flume finds no interceptor called "${finding.name}" and drops the source`
        : some
          ? `Flume knows no channel called "${finding.name}" and leaves it out in silence`
          : `Flume knows no ${of} called "${finding.name}" and drops the ${kindName(component.kind)}`;
    yield {
      ...finding.at,
      ...placeIn(agent, component, listName),
      severity: some ? "warning" : "error",
      message: message(why),
    };
  }
}

/** `selector.mapping.A = c1,c2` and its like. */
function* inSelectors(agent: AgentModel): Generator<Finding> {
  const channels = agent.components.get("channel");
  for (const source of agent.components.get("source")?.values() ?? []) {
    if (source.listed === undefined) continue;
    for (const property of source.properties.values()) {
      if (!/^selector\.(?:default$|optional$|optional\.|mapping\.)/.test(property.name)) continue;
      const finding = inList(property, (name) => channels?.has(name) === true);
      if (finding === undefined) continue;
      const why = `Flume knows no channel called "${finding.name}", and ${property.name === "selector.optional" ? "fails with every event" : `drops source ${source.name}`}`;
      yield { ...finding.at, ...placeIn(agent, source, property.name), message: message(why) };
    }
  }
}

const LISTS: Partial<
  Record<ComponentKind, readonly (readonly [string, "channel" | "sink" | "interceptor"])[]>
> = {
  source: [
    ["channels", "channel"],
    ["interceptors", "interceptor"],
  ],
  sinkgroup: [["sinks", "sink"]],
};

function message(why: string): string {
  return `Names are separated by blanks, and this comma becomes part of a name. ${why}. Write a blank instead.`;
}

/** The commas of one list; nothing where a component really has a comma in its name. */
function inList(property: BoundProperty, isName: (name: string) => boolean) {
  const { entry } = property;
  const { text } = entry.value;
  const commas = commaRuns(text);
  const name = property.value.split(/\s+/).find((one) => one.includes(","));
  if (
    commas.length === 0 ||
    name === undefined ||
    property.value.split(/\s+/).some((one) => one.includes(",") && isName(one))
  ) {
    return undefined;
  }
  const first = text.indexOf(",");
  const replacement = (start: number, end: number) => (start === 0 || end === text.length ? "" : " ");
  const edits = commas.map(({ start, end }) =>
    replace(entry.value.rangeOf(start, end), replacement(start, end)),
  );
  return {
    name,
    at: {
      span: entry.value.rangeOf(first, first + 1),
      fixes: [safeFix("Separate the names by blanks", ...edits)],
      corrections: commas.map(({ start, end }) => ({
        entry,
        part: "value" as const,
        start,
        end,
        text: replacement(start, end),
      })),
    },
  };
}
