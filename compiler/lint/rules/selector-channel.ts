import type { BoundProperty } from "../../bind/agent-model.ts";
import type { ResolvedProperty } from "../../resolve/resolved-agent.ts";
import { nearestName } from "../../schema/nearest-name.ts";
import { wideBlank } from "../blanks.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import type { Finding, Rule } from "../rule.ts";
import { dropped, type Site, sites, writtenAs } from "../walk.ts";

/** What a channel selector sends where. */
export const rule: Rule = {
  id: "selector-channel",
  severity: "error",
  reads: "as-meant",
  summary:
    "A selector that names a channel which its source does not have, or separates names by more than one blank.",
  flume: "Flume drops the source; a wrong optional channel of a replicating selector fails with every event.",
  bad: [
    {
      text: "a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.default = c1\na1.sources.r1.selector.mapping.x = ⟦c2⟧",
    },
    {
      text: "a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.default = c1⟦  ⟧c1",
      fixed:
        "a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.default = c1 c1",
    },
    { text: "a1.sources.r1.selector.optional = ⟦c9⟧" },
  ],
  good: [
    {
      text: "a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.default = c1\na1.sources.r1.selector.mapping.x = c1",
    },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      if (site.component.kind !== "selector") continue;
      for (const property of site.component.properties.values()) {
        const written = writtenAs(property);
        if (written !== undefined && property.definition.type.kind === "reference") {
          yield* inProperty(site, property, written);
        }
      }
    }
  },
};

function* inProperty(site: Site, property: ResolvedProperty, written: BoundProperty): Generator<Finding> {
  const { type } = property.definition;
  const text = written.editorValue;
  if (property.value.kind === "runtime" || type.kind !== "reference") return;
  const place = site.at(written.name);
  const blanks = type.separator === "space" ? wideBlank(text) : undefined;
  if (blanks !== undefined) {
    const span = written.rangeOf(blanks.start, blanks.end);
    yield {
      span,
      ...place,
      message: `Here names are separated by exactly one blank: Flume looks for a channel ${text.slice(blanks.start, blanks.end).includes("\t") ? "with a tab in its name" : "without a name between the two blanks"}, finds none, and drops source ${site.owner.name}. Write one blank.`,
      fixes: [safeFix("Write one blank", replace(span, " "))],
    };
    return;
  }
  const channels = site.agent
    .channelsOf(site.owner)
    .flatMap(({ written: { name }, target }) => (target === undefined ? [] : [name]));
  for (const { 0: name, index } of text.matchAll(/[^ \t]+/g)) {
    if (channels.includes(name)) continue;
    const span = written.rangeOf(index, index + name.length);
    const near = nearestName(name, channels);
    const effect =
      type.separator === "space"
        ? dropped(site)
        : "Flume starts, and then fails with every event after the other channels have taken it";
    yield {
      span,
      ...place,
      message: `Source ${site.owner.name} has no channel ${name} for its selector. ${effect}. ${near === undefined ? `Its channels are ${channels.join(", ")}.` : `Did you mean ${near}?`}`,
      fixes: near === undefined ? [] : [unsafeFix(`Change to ${near}`, replace(span, near))],
    };
  }
}
