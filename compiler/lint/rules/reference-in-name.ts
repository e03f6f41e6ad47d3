import type { BoundProperty } from "../../bind/agent-model.ts";
import { listOfKind } from "../../bind/key.ts";
import type { Finding, Rule } from "../rule.ts";
import { type Place, sites, writtenAs } from "../walk.ts";

/** `${…}` where the shape of the pipeline is decided. */
export const rule: Rule = {
  id: "reference-in-name",
  severity: "warning",
  reads: "as-meant",
  summary: "`${…}` in a type or in a list of names.",
  flume: "Flume decides at start what the agent consists of; a build has to know it before.",
  bad: [{ text: "a1.sinks.k1.type = ⟦${env:SINK_TYPE}⟧" }],
  good: [{ text: "a1.sources.r1.port = ${env:PORT}" }],
  *check({ agents }) {
    for (const agent of agents) {
      for (const [kind, { property }] of agent.model.lists) {
        yield* finding(property, { agent: agent.name, property: listOfKind[kind] });
      }
    }
    for (const site of sites(agents)) {
      const { typeProperty, properties, unresolved } = site.component;
      if (typeProperty !== undefined && unresolved === "runtime") yield* finding(typeProperty, site.atType());
      for (const property of properties.values()) {
        const { kind } = property.definition.type;
        const written = writtenAs(property);
        if (written === undefined || property.value.kind !== "runtime") continue;
        if (kind === "reference" || kind === "part-names") yield* finding(written, site.at(written.name));
      }
    }
  },
};

function* finding(property: BoundProperty, place: Partial<Place>): Generator<Finding> {
  const start = property.editorValue.indexOf("${");
  if (start === -1) return;
  const end = property.editorValue.lastIndexOf("}") + 1;
  yield {
    span: property.rangeOf(start, end > start ? end : property.editorValue.length),
    ...place,
    message:
      "What the agent consists of must be known when it is built: build refuses a ${…} in a type or a list of names, which Flume looks up when it starts. Write the name.",
    stopsBuild: true,
  };
}
