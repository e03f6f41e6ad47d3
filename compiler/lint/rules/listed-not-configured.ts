import type { AgentModel, BoundComponent, ComponentKind } from "../../bind/agent-model.ts";
import { listOfKind } from "../../bind/key.ts";
import { replace, unsafeFix } from "../edits.ts";
import { listedNames } from "../listed-names.ts";
import type { Rule } from "../rule.ts";
import { kindName } from "../walk.ts";

/** A name in an agent's list without a property of its own. */
export const rule: Rule = {
  id: "listed-not-configured",
  severity: "error",
  reads: "as-meant",
  summary: "A component that the agent lists and nothing configures.",
  flume: "Flume drops it with an error in its log and starts without it.",
  bad: [
    { text: "a1.sinks = k1 ⟦k2⟧" },
    {
      text: "a1.channels = ⟦channel-1⟧ c1\na1.channels.chanel-1.type = memory\na1.sources.r1.channels = chanel-1 c1\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = chanel-1",
    },
  ],
  good: [{ text: "a1.sinks = k1\na1.sinks.k1.type = logger" }],
  *check({ bound }) {
    for (const agent of bound.agents) {
      for (const [kind, list] of agent.lists) {
        const { missing, meant } = listedNames(agent, kind);
        for (const listed of missing) {
          if (listed.name.includes("${")) continue;
          const dotted = listed.name.includes(".");
          const other = dotted ? undefined : meant.get(listed.name);
          const title = other === undefined ? "" : `List ${other.name} instead`;
          yield {
            span: listed.span,
            agent: agent.name,
            component: `${listOfKind[kind]}.${listed.name}`,
            property: listOfKind[kind],
            message: `No line configures ${kindName(kind)} ${listed.name}: Flume drops it with an error in its log and starts without it. ${advice(agent, kind, listed.name, other)}`,
            related:
              other === undefined
                ? []
                : [{ message: `${other.name} is configured here`, span: other.nameSpan }],
            fixes:
              other === undefined || list.names.length === 0
                ? []
                : [unsafeFix(title, replace(listed.span, other.name))],
          };
        }
      }
    }
  },
};

function advice(
  agent: AgentModel,
  kind: ComponentKind,
  name: string,
  other: BoundComponent | undefined,
): string {
  const key = `${agent.name}.${listOfKind[kind]}.${name}`;
  if (name.includes(".")) {
    return `A name may have no dot in it: Flume reads the keys that begin with ${key} as properties of ${name.slice(0, name.indexOf("."))}. Take a name without dots.`;
  }
  return other === undefined
    ? `Configure it (${key}.…) or take it out of the list.`
    : `${other.name} is configured and not listed; is it the one that is meant?`;
}
