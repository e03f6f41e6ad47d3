import type { Severity } from "../../diagnostics/diagnostic.ts";
import { exceededMaximum, isRead } from "../../resolve/conditions.ts";
import type { ResolvedProperty, ResolvedValue } from "../../resolve/resolved-agent.ts";
import { hdfsExample } from "../hdfs-example.ts";
import type { Rule } from "../rule.ts";
import { droppedByName, type Site, sites, writtenAs } from "../walk.ts";
import { unanswered } from "./undefined-reference.ts";

/** A value that its property cannot have. */
export const rule: Rule = {
  id: "invalid-value",
  severity: "error",
  reads: "as-meant",
  summary: "A value of the wrong type or out of range.",
  flume:
    "Most components are dropped for it; some go on with their default, and some fail only when the value is used.",
  bad: [
    { text: "a1.sources.r1.port = ⟦abc⟧" },
    { text: "a1.sources.r1.port = ⟦70000⟧" },
    { text: "a1.channels.c1.capacity = ⟦10k⟧" },
    { text: "a1.sources.r1.port = ⟦${PORT}⟧" },
    { text: "a1.sources.r1.bind = ⟦http://localhost⟧" },
    { text: "a1.sources.r1.bind = ⟦localhost:44444⟧" },
    {
      text: hdfsExample(
        "hdfs://nn/logs",
        "a1.sinks.k1.hdfs.round = true",
        "a1.sinks.k1.hdfs.roundUnit = hour",
        "a1.sinks.k1.hdfs.roundValue = ⟦48⟧",
      ),
    },
    { text: hdfsExample("hdfs://nn/logs", "a1.sinks.k1.hdfs.codeC = ⟦zip⟧") },
  ],
  good: [
    { text: "a1.sources.r1.port = 65535" },
    { text: "a1.sources.r1.bind = fe80::1%eth0" },
    { text: "a1.sources.r1.bind = my_host-1.example" },
    { text: "a1.sources.r1.port = ${env:PORT}" },
  ],
  *check({ agents, quote, isReported }) {
    for (const site of sites(agents)) {
      for (const property of site.component.properties.values()) {
        const written = writtenAs(property);
        if (written === undefined) continue;
        const most = exceededMaximum(site.component, property);
        if (most !== undefined && isRead(site.component, property) !== "no") {
          const { property: other = "" } = property.definition.maxWhen ?? {};
          yield {
            span: written.valueSpan,
            ...site.at(written.name),
            message: `${written.name} must be at most ${most} where ${other} is ${site.component.properties.get(other)?.text}, not ${quote(written)}. ${droppedByName(site)}.`,
          };
        }
        if (property.value.kind !== "invalid") continue;
        if (isRead(site.component, property) === "no") continue;
        const place = site.at(written.name);
        if (isReported(place.agent, place.component, place.property ?? "")) continue;
        const [severity, consequence] = consequenceFor(site, property, property.value);
        const { unit } = property.definition;
        const [reference] = property.undefinedReferences;
        const why = reference === undefined ? "" : ` ${unanswered(reference.text)}`;
        yield {
          span: written.valueSpan,
          ...place,
          severity,
          message: `${written.name} ${property.value.why}${unit === undefined ? "" : ` (in ${unit})`}, not ${quote(written)}. ${consequence}.${why}`,
        };
      }
    }
  },
};

function consequenceFor(
  site: Site,
  { definition }: ResolvedProperty,
  { consequence }: ResolvedValue & { kind: "invalid" },
): [Severity, string] {
  if (consequence === "removed") return ["error", droppedByName(site)];
  if (consequence === "later") {
    return ["error", "Flume takes it in silence, and it fails when it is used"];
  }
  if (consequence === "kept") return ["warning", "Flume takes it as it stands"];
  if (consequence === "ignored") return ["warning", "Flume goes on as if the property were not there"];
  const used = consequence === "default" ? definition.default : consequence.uses;
  const unit = definition.unit === undefined || used === undefined ? "" : ` ${definition.unit}`;
  return ["warning", `Flume goes on with ${used === undefined ? "its default" : `${used}${unit}`} instead`];
}
