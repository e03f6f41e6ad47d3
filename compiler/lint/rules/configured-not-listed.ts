import type { PropertiesDocument } from "../../../grammar/properties/ast.ts";
import type { AgentModel, BoundComponent, ComponentKind } from "../../bind/agent-model.ts";
import { listOfKind } from "../../bind/key.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { insertLineBefore, replace, unsafeFix } from "../edits.ts";
import { listedNames } from "../listed-names.ts";
import type { Rule } from "../rule.ts";
import { kindName, placeIn } from "../walk.ts";

/** Lines about a component that the agent does not list. */
export const rule: Rule = {
  id: "configured-not-listed",
  severity: "warning",
  reads: "as-meant",
  summary: "A component that is configured, but is not in the agent's list.",
  flume: "Flume ignores all its lines without a word.",
  bad: [
    {
      text: "a1.sinks = k1\na1.sinks.⟦k2⟧.type = logger\na1.sinks.k2.channel = c1",
      fixed: "a1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1",
    },
    { text: "a1.sinks.⟦r1⟧.port = 44444" },
  ],
  good: [{ text: "a1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c1" }],
  *check({ document, bound }) {
    for (const agent of bound.agents) {
      if (!agent.lists.has("channel")) continue;
      for (const kind of agent.components.keys()) {
        const { strays, meantStrays } = listedNames(agent, kind);
        for (const component of strays.values()) {
          if (meantStrays.has(component.name) || (kind === "channel" && isUsed(agent, component))) continue;
          const elsewhere = listedAs(agent, component);
          const key = `${agent.name}.${listOfKind[kind]}`;
          const advice =
            elsewhere === undefined
              ? `Add it to ${key}, or delete its lines.`
              : `${component.name} is a ${kindName(elsewhere)}: its lines begin with ${agent.name}.${listOfKind[elsewhere]}.${component.name}.`;
          yield {
            span: component.nameSpan,
            ...placeIn(agent, component),
            message: `${key} does not list ${component.name}, so Flume ignores all its lines without a word. ${advice}`,
            fixes: elsewhere === undefined ? [addToList(document, agent, kind, component)] : [],
          };
        }
      }
    }
  },
};

/** A channel that listed sources or sinks use is reported where they name it. */
function isUsed(agent: AgentModel, channel: BoundComponent): boolean {
  for (const [kind, name] of [
    ["source", "channels"],
    ["sink", "channel"],
  ] as const) {
    for (const user of agent.components.get(kind)?.values() ?? []) {
      if (user.listed === undefined) continue;
      if (user.properties.get(name)?.value.split(/\s+/).includes(channel.name) === true) return true;
    }
  }
  return false;
}

/** The kind under which the agent lists this very name. */
function listedAs(agent: AgentModel, component: BoundComponent): ComponentKind | undefined {
  for (const [kind, { names }] of agent.lists) {
    if (kind !== component.kind && names.some(({ name }) => name === component.name)) return kind;
  }
  return undefined;
}

/** Adds a component to the list of its kind, which may have to be written first. */
export function addToList(
  document: PropertiesDocument,
  agent: AgentModel,
  kind: ComponentKind,
  component: BoundComponent,
): Fix {
  const list = agent.lists.get(kind);
  const title = `Add ${component.name} to ${agent.name}.${listOfKind[kind]}`;
  if (list !== undefined) {
    const { end } = list.property.valueSpan;
    return unsafeFix(title, replace({ start: end, end }, ` ${component.name}`));
  }
  const [first] = component.properties.values();
  const line = `${agent.name}.${listOfKind[kind]} = ${component.name}`;
  return unsafeFix(title, ...(first === undefined ? [] : [insertLineBefore(document, first.entry, line)]));
}
