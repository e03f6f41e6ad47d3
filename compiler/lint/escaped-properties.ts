import type { Span } from "../../grammar/text/span.ts";
import { type EscapePart, parseEscapeSequences } from "../../grammar/values/escape-sequence.ts";
import type { BoundProperty } from "../bind/agent-model.ts";
import type { ResolvedAgent } from "../resolve/resolved-agent.ts";
import { type Site, sites, writtenAs } from "./walk.ts";

/** A written value in which Flume replaces escape sequences, and its parts. */
export interface EscapedProperty {
  readonly site: Site;
  readonly property: BoundProperty;
  /** Whether sequences of the time and of the machine count, or headers alone. */
  readonly withTime: boolean;
  readonly parts: readonly EscapePart[];
  /** The place of a part in the file. */
  spanOf(part: EscapePart): Span;
}

/** Every one of them. A value with `${…}` in it is cut as it is written. */
export function* escapedProperties(agents: readonly ResolvedAgent[]): Generator<EscapedProperty> {
  for (const site of sites(agents)) {
    for (const resolved of site.component.properties.values()) {
      const property = writtenAs(resolved);
      const { interpolated } = resolved.definition;
      if (interpolated === undefined || property === undefined) continue;
      const parts = parseEscapeSequences(property.value);
      if (!property.value.includes("%")) continue;
      yield {
        site,
        property,
        withTime: interpolated === "headers-and-time",
        parts,
        spanOf: ({ span }) => property.rangeOf(span.start, span.end),
      };
    }
  }
}
